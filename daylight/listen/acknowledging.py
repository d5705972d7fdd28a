"""The first answer, at once: that we have it, and what we know of the incident it is about.

At most one for a conversation, and for a writer one in four hours; none to machines, lists, spam and ourselves. So two
programs that answer each other come to rest after one word of ours.
"""

from collections.abc import Callable, Sequence, Set
from datetime import datetime, timedelta

from daylight.accounts.models import Organisation
from daylight.core.due import finish_all
from daylight.core.limits import Limit, take_each
from daylight.core.loops import Step
from daylight.incidents.models import Update
from daylight.listen import telling
from daylight.listen.judging import Taken
from daylight.listen.models import Acknowledgement, Conversation, Message, UpdateTold
from daylight.reach.composing import sender_address
from daylight.reach.inbound.together import work_together

ONE_IN_HOURS = Limit("acknowledgements", times=1, per=timedelta(hours=4))
"""For so long one writer gets no second acknowledgement, whatever they open, and whatever their mail says of itself."""

LATE_AFTER = timedelta(hours=12)
"""An acknowledgement that comes later than this says nothing any more."""
AT_ONCE = 100
LEASE = timedelta(minutes=2)


def owe(taken: Sequence[Taken], *, at: datetime) -> None:
    """New conversations with people are acknowledged; called once they are written."""
    Acknowledgement.objects.bulk_create(
        [
            Acknowledgement(conversation=one.conversation, message=one.message, made_at=at, due_at=at)
            for one in taken
            if _is_owed(one)
        ],
        batch_size=500,
        ignore_conflicts=True,
    )


def step(now: datetime) -> Step:
    """Say what is owed: to hundreds in one transaction, because on SQLite each waits for its turn to write."""
    rows = Acknowledgement.objects.select_related("conversation__customer", "conversation__incident", "message")
    return work_together(rows, now, _acknowledge, lease=LEASE, limit=AT_ONCE)


def oldest_due(now: datetime) -> datetime | None:
    """Since when the oldest waits."""
    return Acknowledgement.objects.oldest_due_at()


def _is_owed(one: Taken) -> bool:
    is_theirs = one.message.direction == Message.Direction.IN and one.message.nature == Conversation.Nature.WORDS
    return one.is_new and is_theirs and not one.said.is_past and one.said.typed_by is None


def _acknowledge(rows: Sequence[Acknowledgement], now: datetime) -> None:
    finish_all(rows)
    organisation = Organisation.get()
    Conversation.objects.hold([row.conversation_id for row in rows])
    withheld = _withheld(rows, organisation, now)
    for why in set(withheld.values()):
        keys = [key for key, its in withheld.items() if its == why]
        Acknowledgement.objects.filter(pk__in=keys).update(withheld=why)
    _say([row for row in rows if row.pk not in withheld], organisation, now)


def _say(rows: Sequence[Acknowledgement], organisation: Organisation, now: datetime) -> None:
    known = _Known(rows)
    words = []
    for row in rows:
        row.update = known.update(row.conversation)
        text = _words(row, telling.Reading.of(row.conversation, organisation), known, now)
        words.append(telling.Word(row.conversation, text, f"acknowledgement-{row.conversation_id}"))
    for row, said in zip(rows, telling.say_many(words, at=now), strict=True):
        row.said, row.said_at = said, now
    Acknowledgement.objects.bulk_update(rows, ["said", "said_at", "update"])
    UpdateTold.objects.bulk_create(
        [
            UpdateTold(conversation=row.conversation, update=row.update, message=row.said, told_at=now)
            for row in rows
            if row.update is not None
        ],
        ignore_conflicts=True,
    )


def _withheld(rows: Sequence[Acknowledgement], organisation: Organisation, now: datetime) -> dict[int, str]:
    """By the ids of those to whom nothing is said, the first reason for it."""
    answered = set(
        Message.objects.filter(
            conversation__in=[row.conversation_id for row in rows], direction=Message.Direction.OUT
        ).values_list("conversation_id", flat=True)
    )
    withheld = {row.pk: _why_not(row, organisation, answered, now) for row in rows}
    left = [row for row in rows if not withheld[row.pk] and row.conversation.address]
    whos = [f"{row.conversation.channel} {_whose(row.conversation.address)}" for row in left]
    for row, has_one in zip(left, take_each(ONE_IN_HOURS, whos, at=now), strict=True):
        if not has_one:
            withheld[row.pk] = "This writer had one a short while ago."
    return {key: why for key, why in withheld.items() if why}


def _why_not(row: Acknowledgement, organisation: Organisation, answered: Set[int], now: datetime) -> str:
    """The first reason of its own for saying nothing; empty when there is none."""
    conversation = row.conversation
    reasons: tuple[tuple[Callable[[], bool], str], ...] = (
        (lambda: conversation.nature != Conversation.Nature.WORDS, "It is not a person's words."),
        (lambda: not telling.can_be_told(conversation), "There is no address to answer to."),
        (lambda: now - row.made_at > LATE_AFTER, "It would have come too late."),
        (lambda: conversation.pk in answered, "It is answered already."),
        (lambda: _is_ours(conversation, organisation), "It came from an address of our own."),
    )
    return next((why for holds, why in reasons if holds()), "")


def _is_ours(conversation: Conversation, organisation: Organisation) -> bool:
    """Whether we would write to ourselves."""
    ours = {organisation.reply_to.lower(), sender_address(organisation).lower()} - {""}
    return conversation.address.lower() in ours


def _whose(address: str) -> str:
    """An address without the part after a plus, which a machine may change with every answer."""
    local, at, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"


class _Known:
    """What we know of the incidents that conversations are about, read once for many of them."""

    def __init__(self, rows: Sequence[Acknowledgement]) -> None:
        here = UpdateTold.objects.filter(conversation__in=[row.conversation_id for row in rows], message__isnull=False)
        self._said_here = set(here.values_list("conversation_id", "update_id"))
        self._updates: dict[int, Update | None] = {}
        self._said: dict[tuple[int, str, str], str] = {}

    def update(self, conversation: Conversation) -> Update | None:
        """The last word on the incident it is about; none before the first, after the end, or where it stands."""
        incident = conversation.incident
        if incident is None or not incident.is_open or incident.is_exercise:
            return None
        if incident.pk not in self._updates:
            self._updates[incident.pk] = incident.latest_update
        latest = self._updates[incident.pk]
        return None if latest is not None and (conversation.pk, latest.pk) in self._said_here else latest

    def said(self, update: Update, reading: telling.Reading) -> str:
        """The words of an update as a conversation carries them."""
        key = update.pk, reading.language, reading.zone.key
        if key not in self._said:
            self._said[key] = telling.update_said(update, reading)
        return self._said[key]


def _words(row: Acknowledgement, reading: telling.Reading, known: _Known, now: datetime) -> str:
    due = row.conversation.answer_due_at
    by = reading.time(due, seen_from=now) if due and due > now else ""
    if row.update is None:
        return reading.say("have_it", by=by, chased=row.message.is_chaser)
    return reading.say("we_know", update=known.said(row.update, reading), by=by, chased=row.message.is_chaser)
