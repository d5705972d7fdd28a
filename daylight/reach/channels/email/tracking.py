"""What the mail providers with an HTTP API tell us of a message, by django-anymail's readers of their webhooks.

The library verifies and reads; what its events mean for a delivery is said here. A provider that signs nothing, or
whose secret nobody entered, is believed because it knows the address, which is secret.
"""

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import standardwebhooks
from anymail.exceptions import AnymailError, AnymailWebhookValidationFailure
from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from django.core.handlers.wsgi import WSGIRequest

from daylight.reach import keys
from daylight.reach.channels.email import servers_words
from daylight.reach.channels.email.over_api import KEY
from daylight.reach.channels.inbound import (
    BounceReason,
    Heard,
    InboundRequest,
    Named,
    NotGenuine,
    NotUnderstood,
    SaidKind,
    SaidReceipt,
    SaidStop,
)

warnings.filterwarnings("ignore", message="Your Anymail webhooks are insecure")


@dataclass(frozen=True)
class Tracker:
    """How one provider tells: the library's reader, our setting with the secret by which it signs, and what is soft.

    `is_soft` knows from the provider's own event a bounce that may pass.
    """

    view: str
    secret: str = ""
    is_soft: Callable[[Mapping[str, Any]], bool] = lambda event: False


def _names_soft(field: str) -> Callable[[Mapping[str, Any]], bool]:
    """Whether the event says "soft" in this field."""
    return lambda event: "soft" in str(event.get(field, "")).lower()


TRACKERS: Mapping[str, Tracker] = {
    "mailgun": Tracker("mailgun.MailgunTrackingWebhookView", "webhook_signing_key"),
    "postmark": Tracker("postmark.PostmarkTrackingWebhookView", is_soft=_names_soft("Type")),
    "sendgrid": Tracker("sendgrid.SendGridTrackingWebhookView", "tracking_webhook_verification_key"),
    "brevo": Tracker("brevo.BrevoTrackingWebhookView", is_soft=_names_soft("event")),
    "mailjet": Tracker(
        "mailjet.MailjetTrackingWebhookView", is_soft=lambda event: str(event.get("hard_bounce")).lower() == "false"
    ),
    "sparkpost": Tracker(
        "sparkpost.SparkPostTrackingWebhookView",
        is_soft=lambda event: str(event.get("bounce_class", "")).startswith("2"),
    ),
    "resend": Tracker(
        "resend.ResendTrackingWebhookView",
        "signing_secret",
        is_soft=lambda event: _within(event, "data", "bounce").get("type") in {"Transient", "Temporary"},
    ),
    "mailersend": Tracker("mailersend.MailerSendTrackingWebhookView", "signing_secret", is_soft=_names_soft("type")),
    "mandrill": Tracker("mandrill.MandrillCombinedWebhookView", "webhook_key", is_soft=_names_soft("event")),
    "unisender_go": Tracker("unisender_go.UnisenderGoTrackingWebhookView", "api_key"),
}


def read(kind: str, settings: Mapping[str, Any], request: InboundRequest) -> Heard:
    """What a provider of this kind tells. Raises NotGenuine and NotUnderstood."""
    tracker = TRACKERS.get(kind)
    if tracker is None:
        raise NotUnderstood(f"{kind} tells us nothing by this road.")
    if request.method in {"GET", "HEAD"}:  # Some look whether the address is there before they use it.
        return Heard()
    secret = str(settings.get(tracker.secret) or "") if tracker.secret else ""
    try:
        events = _events(kind, tracker, secret, request)
    except AnymailWebhookValidationFailure as problem:
        raise NotGenuine(str(problem)) from None
    except AnymailError as problem:
        raise NotUnderstood(str(problem)) from None
    said = (_said(tracker, event, request) for event in events if isinstance(event, AnymailTrackingEvent))
    return Heard(tuple(word for word in said if word is not None))


def _events(kind: str, tracker: Tracker, secret: str, request: InboundRequest) -> list[Any]:
    module, _, name = tracker.view.partition(".")
    view_class: Any = getattr(import_module(f"anymail.webhooks.{module}"), name)
    view = view_class(**_arguments(kind, tracker, secret, request))
    asked = _as_django(request)
    if kind == "resend" and secret:
        _verify_standard(secret, request)
    elif secret:
        view.run_validators(asked)
    events: list[Any] = view.parse_events(asked)
    return events


def _arguments(kind: str, tracker: Tracker, secret: str, request: InboundRequest) -> dict[str, Any]:
    """What the library's reader wants to be made with: a secret it cannot do without is made up when it is not used."""
    if kind == "resend":  # The library wants a package of its own for a signature that we check ourselves.
        return {}
    given: dict[str, Any] = {tracker.secret: secret or "unused"} if tracker.secret else {}
    if kind == "sendgrid" and not secret:
        return {}
    return given | ({"webhook_url": request.url} if kind == "mandrill" else {})


def _verify_standard(secret: str, request: InboundRequest) -> None:
    """The signature of Standard Webhooks under its older name. Raises NotGenuine."""
    headers = {f"webhook-{part}": request.header(f"svix-{part}") for part in ("id", "timestamp", "signature")}
    try:
        standardwebhooks.Webhook(secret).verify(request.body, headers)
    except (standardwebhooks.WebhookVerificationError, ValueError) as problem:
        raise NotGenuine(str(problem)) from None


def _said(tracker: Tracker, event: AnymailTrackingEvent, request: InboundRequest) -> Named | None:
    """What an event means for a delivery; nothing for those that only say that it is on its way, or was looked at."""
    said_at = event.timestamp or request.received_at
    key, reference = _key(event), str(event.message_id or "")
    if event.event_type == EventType.UNSUBSCRIBED or (
        event.event_type == EventType.REJECTED and event.reject_reason == RejectReason.UNSUBSCRIBED
    ):
        return SaidStop(said_at=said_at, key=key, reference=reference)
    kind = _kind(event)
    if kind is None:
        return None
    words = " ".join(str(event.mta_response or event.description or "").split())
    reason = _reason(event, words) if kind is SaidKind.BOUNCED else BounceReason.UNKNOWN
    is_soft = tracker.is_soft(_raw(event))
    is_permanent = kind is SaidKind.BOUNCED and not is_soft and reason in servers_words.FOR_GOOD
    return SaidReceipt(
        kind=kind,
        said_at=said_at,
        key=key,
        reference=reference,
        details=words[:400],
        is_permanent=is_permanent,
        reason=reason,
    )


_KINDS = {
    EventType.DELIVERED: SaidKind.DELIVERED,
    EventType.BOUNCED: SaidKind.BOUNCED,
    EventType.REJECTED: SaidKind.BOUNCED,
    EventType.FAILED: SaidKind.BOUNCED,
    EventType.COMPLAINED: SaidKind.SPAM_REPORT,
}

_REASONS = {
    RejectReason.INVALID: BounceReason.NO_SUCH_ADDRESS,
    RejectReason.BOUNCED: BounceReason.NO_SUCH_ADDRESS,
    RejectReason.TIMED_OUT: BounceReason.NO_ANSWER,
    RejectReason.BLOCKED: BounceReason.REFUSED,
    RejectReason.SPAM: BounceReason.REFUSED,
}


def _kind(event: AnymailTrackingEvent) -> SaidKind | None:
    """The library does not know yet that Mandrill tells of arrival too."""
    if event.event_type == EventType.UNKNOWN and _raw(event).get("event") == "delivered":
        return SaidKind.DELIVERED
    return _KINDS.get(event.event_type)


def _reason(event: AnymailTrackingEvent, words: str) -> BounceReason:
    """Why, by the words of the far end where they are clear, else by the kind of refusal."""
    by_words = servers_words.reason(words, servers_words.status_in(words))
    if by_words is not BounceReason.UNKNOWN:
        return by_words
    return _REASONS.get(str(event.reject_reason), BounceReason.UNKNOWN)


def _key(event: AnymailTrackingEvent) -> str:
    """Our key, from the metadata we gave along, or from the Message-ID where the provider shows it."""
    given = str((event.metadata or {}).get(KEY) or "")
    return given or next(keys.keys_in(str(event.esp_event)), "")


def _raw(event: AnymailTrackingEvent) -> Mapping[str, Any]:
    """The provider's own event, unwrapped where it comes in an envelope."""
    raw = event.esp_event if isinstance(event.esp_event, Mapping) else {}
    inner = raw.get("msys")
    return next(iter(inner.values())) if isinstance(inner, Mapping) and inner else raw


def _within(event: Mapping[str, Any], *path: str) -> Mapping[str, Any]:
    for name in path:
        inner = event.get(name)
        event = inner if isinstance(inner, Mapping) else {}
    return event


def _as_django(request: InboundRequest) -> WSGIRequest:
    """The request as the library's readers know it."""
    parts = urlsplit(request.url)
    environ = {
        "REQUEST_METHOD": request.method,
        "PATH_INFO": parts.path,
        "QUERY_STRING": parts.query,
        "SERVER_NAME": parts.hostname or "localhost",
        "SERVER_PORT": str(parts.port or 443),
        "CONTENT_TYPE": request.header("content-type"),
        "CONTENT_LENGTH": str(len(request.body)),
        "wsgi.input": BytesIO(request.body),
        "wsgi.url_scheme": parts.scheme or "https",
    }
    headers = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in request.headers.items()}
    return WSGIRequest({**headers, **environ})
