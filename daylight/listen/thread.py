"""A conversation as the crew reads it: what was said, read back and handed over, in the order in which it happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from daylight.accounts.models import Member
from daylight.customers.models import Customer
from daylight.incidents.models import AffectedCustomer
from daylight.listen import reached
from daylight.listen.models import Conversation, Heard, Message, UpdateTold

MOST = 100
"""Messages that are shown at once, the newest; the earlier ones by another page."""

SHOWN = 5
"""Of each thing that stands beside a conversation."""


@dataclass(frozen=True)
class Entry:
    """One thing that happened, and its kind: in, out, note, read_back, hand_over, heard, told.

    `way` is the name of the channel by which a message of ours left; `update` its number where it carries one.
    """

    kind: str
    at: datetime
    what: object
    way: str = ""
    update: int | None = None


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
    updates = _updates_in(messages)
    entries = [
        Entry(message.direction, message.said_at, message, _way(message), updates.get(message.pk))
        for message in reversed(messages)
    ]
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
        *(Entry("told", told.at, told) for told in reached.of(conversation)),
    ]


def _way(message: Message) -> str:
    """What people call the channel by which a message of ours left; empty where it waits on a page, or is theirs."""
    sending = getattr(message, "sending", None)
    return reached.name_of(sending.channel) if sending is not None else ""


def _updates_in(messages: Sequence[Message]) -> dict[int, int]:
    """The numbers of the updates that messages of ours carry."""
    ours = [message.pk for message in messages if message.direction == Message.Direction.OUT]
    told = UpdateTold.objects.filter(message__in=ours).values_list("message", "update__number")
    return {key: number for key, number in told if key is not None and number is not None}


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


def beside(conversation: Conversation, *, by: Member) -> Beside | None:
    """What stands beside a conversation for this member; None while nobody knows who it is."""
    customer: Customer | None = conversation.customer
    if customer is None:
        return None
    others = Conversation.objects.visible_to(by).filter(customer=customer).exclude(pk=conversation.pk)
    affected = AffectedCustomer.objects.present().filter(customer=customer, incident__is_exercise=False)
    return Beside(
        conversations=list(others.order_by("-last_said_at")[:SHOWN]),
        commitments=list(customer.commitments.order_by("-promised_on", "-pk")[:SHOWN]),
        affected=list(affected.select_related("incident").order_by("-added_at", "-pk")[:SHOWN]),
        points=list(customer.contact_points.in_use()),
    )
