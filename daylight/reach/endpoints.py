"""The far ends of webhooks: their secrets, how well they answer, and their quarantine."""

import base64
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F
from django.utils.crypto import salted_hmac

from daylight.accounts.models import Organisation
from daylight.customers.models import ContactPoint
from daylight.reach import single, suppressing
from daylight.reach.channels.base import AddressRejected, Reader, TryLater
from daylight.reach.channels.webhook.channel import Webhook
from daylight.reach.models import Browser, Suppression, WebhookEndpoint

FAILURES_BEFORE_QUARANTINE = 10
FAILING_BEFORE_QUARANTINE = timedelta(hours=1)
FORMER_SECRET_SIGNS_FOR = timedelta(days=1)


def new_secret() -> str:
    """A signing secret in the form of Standard Webhooks."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode("ascii")


def add(contact_point: ContactPoint) -> str:
    """Give a webhook contact point its secret; returned this once, to be shown to whoever set it up."""
    secret = new_secret()
    WebhookEndpoint.objects.create(contact_point=contact_point, secret=secret)
    return secret


def speak(endpoint: WebhookEndpoint, form: str, *, page_id: str = "") -> None:
    """Send messages in this form from now on."""
    endpoint.format, endpoint.page_id = form, page_id or endpoint.page_id
    endpoint.save(update_fields=["format", "page_id"])


def rotate(endpoint: WebhookEndpoint, *, at: datetime) -> str:
    """A new secret; the former one signs too for a day, so that the far end can change without missing a word."""
    endpoint.former_secret, endpoint.former_until = endpoint.secret, at + FORMER_SECRET_SIGNS_FOR
    endpoint.secret = new_secret()
    endpoint.save(update_fields=["secret", "former_secret", "former_until"])
    return str(endpoint.secret)


def secrets_of(contact_points: Iterable[int], *, at: datetime) -> dict[int, str]:
    """What `Reader.secret` must hold for each contact point (by id): its secret, and the former while it counts."""
    wanted = list(contact_points)
    endpoints = WebhookEndpoint.objects.filter(contact_point__in=wanted)
    signing = {endpoint.contact_point_id: signing_secrets(endpoint, at=at) for endpoint in endpoints}
    browsers = Browser.objects.filter(contact_point__in=wanted)
    return signing | {browser.contact_point_id: str(browser.subscription) for browser in browsers}


@dataclass(frozen=True)
class Form:
    """In which form a far end wants its messages: ours where nothing is said, else Statuspage's, of a page."""

    is_statuspage: bool = False
    page_id: str = ""


OURS = Form()


def forms_of(contact_points: Iterable[int]) -> dict[int, Form]:
    """The form of each contact point (by id) that wants another than ours."""
    others = WebhookEndpoint.objects.filter(
        contact_point__in=list(contact_points), format=WebhookEndpoint.Format.STATUSPAGE
    )
    return {
        point: Form(is_statuspage=True, page_id=page) for point, page in others.values_list("contact_point", "page_id")
    }


def signing_secrets(endpoint: WebhookEndpoint, *, at: datetime) -> str:
    """The secrets that sign now, separated by a space."""
    if endpoint.former_secret and endpoint.former_until and endpoint.former_until > at:
        return f"{endpoint.secret} {endpoint.former_secret}"
    return str(endpoint.secret)


def record_success(contact_points: Iterable[int], *, at: datetime) -> None:
    """These contact points (by id) took a message: what failed before is forgotten."""
    WebhookEndpoint.objects.filter(contact_point__in=list(contact_points)).update(
        failures=0, failing_since=None, last_problem="", accepted_at=at
    )


def record_failure(contact_point_id: int, *, problem: str, at: datetime) -> bool:
    """One failed try; whether it put the contact point in quarantine (10 failures, over at least an hour)."""
    mine = WebhookEndpoint.objects.filter(contact_point=contact_point_id)
    mine.filter(failing_since__isnull=True).update(failing_since=at)
    mine.update(failures=F("failures") + 1, last_problem=problem[:400])
    quarantined = mine.filter(
        quarantined_at__isnull=True,
        failures__gte=FAILURES_BEFORE_QUARANTINE,
        failing_since__lte=at - FAILING_BEFORE_QUARANTINE,
    ).update(quarantined_at=at)
    if quarantined:
        contact_point = ContactPoint.objects.get(pk=contact_point_id)
        suppressing.suppress(contact_point, reason=Suppression.Reason.QUARANTINED, at=at, details=problem)
    return bool(quarantined)


@dataclass(frozen=True)
class Trial:
    """How a test of a webhook went, with what the far end answered."""

    is_good: bool
    answer: str


def try_out(endpoint: WebhookEndpoint, *, at: datetime) -> Trial:
    """Send a signed test to the far end at once."""
    contact_point, channel = endpoint.contact_point, Webhook()
    reader = Reader(
        address=contact_point.address,
        name=contact_point.customer.name,
        time_zone=contact_point.customer.time_zone,
        reason="",
        own_url="",
        unsubscribe_url="",
        secret=signing_secrets(endpoint, at=at),
    )
    key = f"test-{endpoint.pk}-{int(at.timestamp())}"
    message = channel.compose_test(to=reader, sender_name=Organisation.get().name, sent_at=at.isoformat(), key=key)
    try:
        return Trial(is_good=True, answer=single.send(channel, message, key=key).answer)
    except (AddressRejected, TryLater) as problem:
        return Trial(is_good=False, answer=str(problem))


def release(endpoint: WebhookEndpoint, *, by: str, at: datetime) -> None:
    """End a quarantine after a test went well."""
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(
        failures=0, failing_since=None, quarantined_at=None, last_problem=""
    )
    standing = Suppression.objects.standing().filter(contact_point=endpoint.contact_point_id)
    standing.filter(reason=Suppression.Reason.QUARANTINED).update(lifted_at=at, lifted_by=by[:160])


def staff_secret(address: str) -> str:
    """The secret with which alarms to a member's webhook are signed: always the same for one address."""
    return (
        "whsec_"
        + base64.b64encode(salted_hmac("daylight.staff-webhook", address, algorithm="sha256").digest()).decode()
    )
