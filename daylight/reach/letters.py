"""Letters of the house (password reset, invitation) go through our e-mail channel, as all mail does."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class ChannelBackend(BaseEmailBackend):
    """Django's mail backend on our own e-mail channel."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Send each letter; returns how many were accepted."""
        raise NotImplementedError
