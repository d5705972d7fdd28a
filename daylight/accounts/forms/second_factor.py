"""The second question at the door."""

from allauth.mfa.base.forms import AuthenticateForm as TheirForm
from django.core.exceptions import ValidationError

from daylight.accounts import audit
from daylight.core import clock


class AuthenticateForm(TheirForm):  # type: ignore[misc]  # allauth has no types
    """A code of the authenticator app or a recovery code; a wrong one is audited."""

    def clean_code(self) -> str:
        """The code, when it is right."""
        try:
            return str(super().clean_code())
        except ValidationError:
            audit.record(at=clock.now(), actor=self.user.name, act="mfa.failed", subject=self.user.email)
            raise
