"""How the sign-in library behaves in our house: nobody signs up alone, and everything at the door is audited."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from daylight.accounts import audit
from daylight.accounts.models import Member, Organisation
from daylight.core import clock, limits

log = logging.getLogger("daylight.accounts")


class DoorKeeper(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """The library's questions, answered as Daylight wants them."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody joins without an invitation."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address failed tries are counted for."""
        return limits.caller(request)

    def get_from_email(self) -> str:
        """Letters of the house carry the sender of the organisation."""
        return Organisation.get().sender_email or str(super().get_from_email())

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a letter of the house; that it could not leave never stops the act and tells a stranger nothing."""
        try:
            super().send_mail(template_prefix, email, context)
        except Exception:  # Whatever the channel says: the answer must be the same for known and unknown addresses.
            log.exception("The letter %s could not be sent.", template_prefix)

    def post_login(self, request: HttpRequest, user: Member, **kwargs: Any) -> Any:
        """Audit who came in."""
        audit.record(at=clock.now(), actor=user.name, act="member.sign_in", subject=user.email, by="password")
        return super().post_login(request, user, **kwargs)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Audit who did not come in, by the address that was typed."""
        audit.record(
            at=clock.now(),
            actor="a stranger",
            act="member.sign_in_failed",
            subject=str(credentials.get("email") or credentials.get("username") or ""),
            from_address=limits.caller(request),
        )

    def logout(self, request: HttpRequest) -> None:
        """Audit who left."""
        if isinstance(request.user, Member):
            audit.record(at=clock.now(), actor=request.user.name, act="member.sign_out", subject=request.user.email)
        super().logout(request)

    def set_password(self, user: Member, password: str) -> None:
        """Audit a new password, however it was set."""
        super().set_password(user, password)
        audit.record(at=clock.now(), actor=user.name, act="member.password", subject=user.email)

    def send_notification_mail(
        self, template_prefix: str, user: Member, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Audit a change of the second factor, and write to the member about it."""
        if template_prefix.startswith("mfa/email/"):
            act = "mfa." + template_prefix.removeprefix("mfa/email/")
            audit.record(at=clock.now(), actor=user.name, act=act, subject=user.email)
        super().send_notification_mail(template_prefix, user, context, email or user.email)
