"""Mail through a provider's HTTP API: the message we composed, handed to django-anymail.

Our delivery key goes along as metadata where the provider keeps any, and nothing is tracked.
"""

import warnings
from collections.abc import Callable, Mapping
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from importlib import import_module
from typing import Any

from anymail.exceptions import (
    AnymailAPIError,
    AnymailConfigurationError,
    AnymailError,
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
)
from django.core.mail import EmailMultiAlternatives

from daylight.core import http
from daylight.reach.channels.base import (
    Accepted,
    AddressRejected,
    ChannelBroken,
    Message,
    MessageRejected,
    TryLater,
    Unanswered,
    nothing,
)
from daylight.reach.channels.email.api_kinds import BY_NAME
from daylight.reach.channels.over_http import asked_wait, in_one_line

# The library no longer tries SendGrid itself; our own tests do.
warnings.filterwarnings("ignore", message="django-anymail has dropped official support for SendGrid")

TIME_OUT = timedelta(seconds=20)
KEY = "delivery"
"""The name under which our key travels in a provider's metadata."""

OURS = ("Subject", "From", "To", "Reply-To", "MIME-Version", "Content-Type", "Date", "Message-ID")
"""Headers that are handed over in ways of their own, or made by the provider."""

ABOUT_SENDER = ("sender", "from address", "'from'", "from field", "domain", "signature", "verified", "not allowed")
ABOUT_RECIPIENT = (
    "recipient",
    "to address",
    "to parameter",
    "'to'",
    "inactive",
    "suppress",
    "email address",
    "invalid email",
)
NEVER_LEFT = ("NewConnectionError", "NameResolutionError", "ConnectTimeoutError", "SSLError", "ProxyError")


class ApiSession:
    """One kept connection to a provider's API. Raises ChannelBroken when its settings are not whole."""

    is_open = True

    def __init__(self, settings: Mapping[str, Any]) -> None:
        provider = BY_NAME[str(settings["kind"])]
        given = {name: settings[name] for name in provider.settings if settings.get(name)}
        if settings.get("api_url"):
            given["api_url"] = settings["api_url"]
        module = import_module(f"anymail.backends.{provider.name}")
        self._keeps_message_id = provider.keeps_message_id
        try:
            self._backend = module.EmailBackend(
                ignore_unsupported_features=True, timeout=TIME_OUT.total_seconds(), **given
            )
        except AnymailConfigurationError:
            raise ChannelBroken(f"The settings of {provider.label} are not whole.") from None
        self._backend.open()
        self._backend.session.trust_env = False

    def send(self, message: Message, *, idempotency_key: str, on_wire: Callable[[], None] = nothing) -> Accepted:
        """Hand one message over. Raises one of the four failures, or Unanswered."""
        letter = as_letter(message, key=idempotency_key, with_message_id=self._keeps_message_id)
        on_wire()
        try:
            self._backend.send_messages([letter])
        except (AnymailRecipientsRefused, AnymailInvalidAddress) as problem:
            raise AddressRejected(_said(problem) or str(problem.args[0])) from None
        except AnymailAPIError as problem:
            raise failure(problem) from None
        except AnymailError as problem:
            raise MessageRejected(f"This message does not fit the provider: {problem.args[0]}") from None
        except (KeyError, TypeError) as problem:
            raise Unanswered(f"The provider answered in a form that nobody knows: {problem!r}") from problem
        status = letter.anymail_status
        references = [status.message_id] if isinstance(status.message_id, str) else list(status.message_id or ())
        answer = f"{status.esp_response.status_code} {', '.join(sorted(status.status))}"
        return Accepted(reference=str(references[0]) if references else idempotency_key, answer=answer)

    def close(self) -> None:
        """End the connection."""
        self._backend.close()


def as_letter(message: Message, *, key: str, with_message_id: bool = False) -> Any:
    """The composed message in the parts that an API takes: texts, addresses, and the headers that remain."""
    mail = message_from_bytes(message.payload, policy=policy.default)
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    letter: Any = EmailMultiAlternatives(
        subject=str(mail["Subject"] or ""),
        body=str(text.get_content()) if text else "",
        from_email=str(mail["From"]),
        to=[str(mail["To"])],
        reply_to=[str(mail["Reply-To"])] if mail["Reply-To"] else None,
        headers=_headers(mail, with_message_id=with_message_id),
    )
    if html:
        letter.attach_alternative(str(html.get_content()), "text/html")
    letter.metadata = {KEY: key}
    letter.track_opens = letter.track_clicks = False
    return letter


def _headers(mail: EmailMessage, *, with_message_id: bool) -> dict[str, str]:
    left_out = {name.lower() for name in OURS if not (with_message_id and name == "Message-ID")}
    return {name: str(value) for name, value in mail.items() if name.lower() not in left_out}


def failure(problem: AnymailAPIError) -> Exception:
    """Which failure a refusal of the API is, by its number and, where that says too little, by its words."""
    response = problem.response
    if response is None:
        cause = _root(problem.__cause__ or problem)
        words = f"The provider cannot be reached ({cause})."
        return TryLater(words) if cause in NEVER_LEFT else Unanswered(words)
    status, words = int(response.status_code), _said(problem)
    if 200 <= status < 300:
        return Unanswered(f"The provider's answer cannot be read: {words}")
    if status in {401, 402, 403}:
        return ChannelBroken(words)
    if status in {408, 429} or status >= 500:
        return TryLater(words, after=asked_wait(_answer(response)))
    said = words.lower()
    if any(sign in said for sign in ABOUT_SENDER) or status == 404:
        return ChannelBroken(words)
    return AddressRejected(words) if any(sign in said for sign in ABOUT_RECIPIENT) else MessageRejected(words)


def _said(problem: AnymailError) -> str:
    return in_one_line(_answer(problem.response)) if problem.response is not None else ""


def _answer(response: Any) -> http.Answer:
    headers = {name.lower(): value for name, value in response.headers.items()}
    return http.Answer(status=response.status_code, headers=headers, body=response.content)


def _root(problem: BaseException) -> str:
    """The name of what went wrong on the wire: of the innermost cause that the HTTP library wrapped."""
    inner = problem.args[0] if problem.args and isinstance(problem.args[0], BaseException) else None
    reason = getattr(inner, "reason", None) or inner
    return type(reason if isinstance(reason, BaseException) else problem).__name__
