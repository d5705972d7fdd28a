"""The first steps of a new installation, and the first crisis of a demonstration; facts tick them off."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Sum
from django.utils.http import urlencode

from daylight.accounts.models import Member, Organisation
from daylight.accounts.roles import Act
from daylight.customers.models import Customer
from daylight.desk.addresses import address_of, room_of
from daylight.incidents.models import Incident, Update
from daylight.incidents.words import Kind, Severity
from daylight.reach.models import Batch


@dataclass(frozen=True)
class FirstStep:
    """One thing to do once: what, why, where, and whether it is done."""

    title: str
    why: str
    deed: str
    address: str
    is_done: bool


@dataclass(frozen=True)
class Beginning:
    """A short list of first steps under a title."""

    title: str
    steps: list[FirstStep]


def of(member: Member, *, now: datetime) -> Beginning | None:
    """The first steps for this member; None when the last is done or they are not theirs to do."""
    if not member.may(Act.OPEN_INCIDENT):
        return None
    organisation = Organisation.get()
    if organisation.is_demo:
        return _first_crisis(now.astimezone(ZoneInfo(organisation.time_zone)))
    if Update.objects.filter(published_at__isnull=False).exists():
        return None
    return Beginning("First steps", _first_steps())


def _first_steps() -> list[FirstStep]:
    return [
        FirstStep(
            "Import your customers",
            "A file from your shop or your books is enough. Nothing is sent to anybody.",
            "Import customers",
            address_of("customers:imports-new") or address_of("customers:list"),
            Customer.objects.exists(),
        ),
        FirstStep(
            "Declare an incident",
            "Say what went wrong and for whom; mark it as an exercise to try it out.",
            "Declare an incident",
            address_of("incidents:declare"),
            Incident.objects.exists(),
        ),
        FirstStep(
            "Tell the customers affected",
            "Six short questions, a preview of every message, and ten seconds to take it back.",
            "Open the incident",
            _newest_room(),
            False,
        ),
    ]


def _newest_room() -> str:
    incident = Incident.objects.open().order_by("-opened_at").first()
    return room_of(incident) if incident else ""


def _first_crisis(now: datetime) -> Beginning | None:
    """From a burst pipe to told customers; gone when the incident has ended. The firm's past has empty registers."""
    incidents = Incident.objects.order_by("-opened_at")
    if incidents.past().filter(register_versions__isnull=False).exists():
        return None
    incident = incidents.open().first()
    return Beginning("Your first crisis, two minutes", [_declare(incident, now), *_tell(incident)])


def _declare(incident: Incident | None, now: datetime) -> FirstStep:
    return FirstStep(
        "Declare it",
        "A water pipe has burst in warehouse North: orders of the next three days ship late. The form is filled in.",
        "Declare the incident",
        f"{address_of('incidents:declare')}?{urlencode(burst_pipe(now))}",
        incident is not None,
    )


def _tell(incident: Incident | None) -> list[FirstStep]:
    register = incident.register_versions.filter(total__gt=0).last() if incident else None
    draft = incident.updates.exclude(state=Update.State.DROPPED).first() if incident else None
    told = incident.latest_update if incident else None
    sent = Batch.objects.filter(notice__incident=incident).aggregate(sent=Sum("accepted"))["sent"] if incident else 0
    room = room_of(incident) if incident else ""
    return [
        FirstStep(
            "See who is affected",
            f"{register.total:,} customers, each with the reason." if register else "Their names, and why.",
            "Look at the register",
            address_of("incidents:register", incident.public_id) if incident else "",
            register is not None,
        ),
        FirstStep(
            "Answer six short questions",
            "What, for whom, why, what we do, what they can do, when we speak next. Three are answered already.",
            "Write the update",
            f"{room}#composer" if room else "",
            draft is not None,
        ),
        FirstStep(
            "Tell them",
            "You have ten seconds to take it back.",
            "Go to the button",
            f"{room}#composer" if room else "",
            told is not None,
        ),
        FirstStep(
            "See what they got",
            f"{sent:,} mails are in the outbox, and the status page says it to the world."
            if sent
            else "In the outbox, and on the status page.",
            "Read the outbox",
            address_of("reach:outbox"),
            bool(sent),
        ),
    ]


def burst_pipe(now: datetime) -> dict[str, str]:
    """What the form of a new incident is filled in with; `now` in the organisation's time zone."""
    return {
        "title": "Parcels from warehouse North leave late",
        "kind": Kind.LATE_DELIVERY.value,
        "severity": str(Severity.MATERIAL.value),
        "summary": "A water pipe has burst in our warehouse North. Orders of the next three days leave late.",
        "rule_kind": "commitments",
        "commitment_kind": "order",
        "commitment_facts": "warehouse = North",
        "promised_from": now.date().isoformat(),
        "promised_until": (now.date() + timedelta(days=2)).isoformat(),
        "reason": "Your order was to ship from our warehouse North in the next three days.",
    }
