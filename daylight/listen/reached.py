"""What reached the customer of a conversation by other ways than itself: updates that were sent, and calls."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from daylight.incidents.models import Incident, Update
from daylight.listen.models import Conversation
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.models import CallAttempt, Delivery, Notice

MOST_NOTICES = 60
"""Notices of one incident that are looked at, the newest."""

State = Delivery.State

FATES: Mapping[int, tuple[str, str]] = {
    State.QUEUED: ("on its way", "blue"),
    State.ACCEPTED: ("sent", "green"),
    State.DELIVERED: ("arrived", "green"),
    State.BOUNCED: ("came back", "red"),
    State.FAILED: ("could not be sent", "red"),
    State.IN_DOUBT: ("not sure whether it left", "amber"),
    State.SUPPRESSED: ("not sent: we must not write there", "amber"),
    State.SUPERSEDED: ("left out for a newer word", "grey"),
    State.EXPIRED: ("too late to be sent", "amber"),
}
"""What became of a delivery, and the colour of it. What is sealed in an exercise was told to nobody."""


@dataclass(frozen=True)
class Way:
    """One way by which a word went: its name, when, and what became of it."""

    name: str
    at: datetime
    fate: str
    colour: str


@dataclass(frozen=True)
class Told:
    """One update, or one call, and the ways by which the customer had it."""

    at: datetime
    update: Update | None
    ways: list[Way]
    words: str


def of(conversation: Conversation) -> list[Told]:
    """What the customer was told of the incident of a conversation, outside of it."""
    customer, incident = conversation.customer_id, conversation.incident
    if customer is None or incident is None or incident.is_exercise:
        return []
    return [*_updates(customer, incident), *_calls(customer, incident)]


def name_of(channel: str) -> str:
    """What people call a channel."""
    return CHANNELS[channel].label if channel in CHANNELS else channel


def _updates(customer: int, incident: Incident) -> list[Told]:
    notices = Notice.objects.filter(incident=incident).order_by("-pk").values_list("pk", flat=True)
    sent = Delivery.objects.of_customer(customer, notices=list(notices[:MOST_NOTICES])).filter(state__in=FATES)
    ways: dict[Update, list[Way]] = defaultdict(list)
    for row in sent.select_related("notice__update", "contact_point").prefetch_related("notice__update__texts"):
        fate, colour = FATES[row.state]
        name = name_of(row.contact_point.channel)
        ways[row.notice.update].append(Way(name, row.accepted_at or row.changed_at, fate, colour))
    return [Told(min(way.at for way in found), update, found, _headline(update)) for update, found in ways.items()]


def _headline(update: Update) -> str:
    first = next(iter(update.texts.all()), None)
    return first.headline if first else ""


def _calls(customer: int, incident: Incident) -> list[Told]:
    reached = CallAttempt.objects.filter(
        call__incident=incident, call__customer=customer, result=CallAttempt.Result.REACHED
    )
    return [
        Told(row.made_at, None, [Way("telephone", row.made_at, f"{row.member.name} reached them", "green")], row.note)
        for row in reached.select_related("member")
    ]
