"""A conversation as the crew reads it: what was said, read back and handed over, in the order in which it happened."""

from dataclasses import dataclass
from datetime import datetime

from daylight.customers.models import Customer
from daylight.incidents.models import AffectedCustomer
from daylight.listen.models import Conversation, Heard, Message

MOST = 100
"""Messages that are shown at once, the newest; the earlier ones by another page."""

SHOWN = 5
"""Of each thing that stands beside a conversation."""


@dataclass(frozen=True)
class Entry:
    """One thing that happened, and its kind: in, out, note, read_back, hand_over, heard."""

    kind: str
    at: datetime
    what: object


@dataclass(frozen=True)
class Thread:
    """The entries of a conversation, oldest first, and how many earlier messages are not among them."""

    entries: list[Entry]
    earlier: int


def of(conversation: Conversation, *, whole: bool = False) -> Thread:
    """What happened; the newest messages alone unless `whole` is asked for."""
    rows = conversation.messages.select_related("author", "sending").prefetch_related("attachments")
    messages = list(rows.order_by("-said_at", "-pk")[: MOST * 10 if whole else MOST])
    earlier = conversation.messages.count() - len(messages)
    begins = messages[-1].said_at if messages and earlier else None
    entries = [Entry(message.direction, message.said_at, message) for message in reversed(messages)]
    entries += [entry for entry in _beside(conversation) if begins is None or entry.at >= begins]
    return Thread(sorted(entries, key=lambda entry: entry.at), earlier)


def _beside(conversation: Conversation) -> list[Entry]:
    read_backs = conversation.read_backs.select_related("made_by")
    hand_overs = conversation.hand_overs.select_related("from_member", "to_member", "to_queue")
    heard = Heard.objects.filter(conversation=conversation).select_related("read_by")
    return [
        *(Entry("read_back", row.made_at, row) for row in read_backs),
        *(Entry("hand_over", row.made_at, row) for row in hand_overs),
        *(Entry("heard", row.read_at, row) for row in heard),
    ]


def theirs(conversation: Conversation) -> str:
    """What the customer said last, for cues and for reading back."""
    rows = conversation.messages.filter(direction=Message.Direction.IN).order_by("-said_at", "-pk")
    last = rows.values_list("text", flat=True).first()
    return last or ""


@dataclass(frozen=True)
class Beside:
    """What else we know of the customer: other conversations, commitments, incidents that affect them, addresses."""

    conversations: list[Conversation]
    commitments: list[object]
    affected: list[AffectedCustomer]
    points: list[object]


def beside(conversation: Conversation) -> Beside | None:
    """What stands beside a conversation; None while nobody knows who it is."""
    customer: Customer | None = conversation.customer
    if customer is None:
        return None
    others = Conversation.objects.filter(customer=customer).exclude(pk=conversation.pk)
    affected = AffectedCustomer.objects.present().filter(customer=customer, incident__is_exercise=False)
    return Beside(
        conversations=list(others.order_by("-last_said_at")[:SHOWN]),
        commitments=list(customer.commitments.order_by("-promised_on", "-pk")[:SHOWN]),
        affected=list(affected.select_related("incident").order_by("-added_at", "-pk")[:SHOWN]),
        points=list(customer.contact_points.in_use()),
    )
