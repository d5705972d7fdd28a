"""Turns what came in into messages: who is speaking, which conversation it goes on with, by when we owe an answer.

Hundreds are read together, because the questions to the database are then the same few; where that fails, each is
read alone, so that a bad one is put off and the others go on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from daylight.core import waking
from daylight.core.loops import Step
from daylight.core.parts import in_parts
from daylight.listen import acknowledging, judging, reply_clock
from daylight.listen.echoes import echoes
from daylight.listen.ending import fixed
from daylight.listen.models import Attachment, Conversation, Incoming, Message
from daylight.listen.recognising import Recognised, Records
from daylight.listen.said import Said
from daylight.listen.threads import Threads
from daylight.listen.understanding.languages import language_of
from daylight.listen.understood import asking as understood
from daylight.reach.inbound.together import work_together

AT_ONCE = 200
LEASE = timedelta(minutes=5)
PREVIEW = 200

TAKEN_IN = "messages.taken_in"
"""The event that messages are there to be acknowledged and read."""

WRITTEN = (
    *(
        "preview",
        "messages_in",
        "kind",
        "last_said_at",
        "last_in_at",
        "last_out_at",
        "closed_at",
        "closed_because",
        "nature",
    ),
    *reply_clock.FIELDS,
    *("customer", "recognised_by", "recognised_why", "confidence", "incident", "linked_by", "linked_why", "linked_at"),
    *("address", "channel", "provider"),
)
"""What a further message may change of a conversation."""


@dataclass(frozen=True)
class TakenIn:
    """One thing said, as it stands now: what came, its message, its conversation, and whether that is new."""

    said: Said
    message: Message
    conversation: Conversation
    is_new: bool


def step(now: datetime) -> Step:
    """Read what has come in."""
    return work_together(Incoming.objects.all(), now, _take_in, lease=LEASE, limit=AT_ONCE, ahead=_read_words)


def oldest_due(now: datetime) -> datetime | None:
    """When the message came that waits longest."""
    return Incoming.objects.oldest_due_at()


def _read_words(rows: Sequence[Incoming]) -> None:
    judging.read_ahead([Said.read(row.said) for row in rows])


def _take_in(rows: Sequence[Incoming], now: datetime) -> None:
    read = [(row, Said.read(row.said)) for row in rows]
    known = _known([said for _, said in read]) | echoes([said for _, said in read])
    new = [(row, said) for row, said in read if (said.source, said.external_id) not in known]
    new.sort(key=lambda pair: (pair[1].said_at, pair[0].pk))
    taken, times = _placed(new), reply_clock.Times.read()
    suggested = judging.judge(taken, times, at=now)
    _write(taken)
    judging.keep(suggested, at=now)
    acknowledging.owe(taken, at=now)
    understood.hear(taken, at=now)  # Before the last question is answered, which an answer is for first.
    fixed.hear(taken, at=now)
    _hand_over_files({row.pk: one.message for (row, _), one in zip(new, taken, strict=True)})
    Incoming.objects.filter(pk__in=[row.pk for row in rows]).delete()
    waking.wake(TAKEN_IN)


def _known(said: Sequence[Said]) -> set[tuple[str, str]]:
    """Names that are messages already: the same thing came again before the first was read."""
    found: set[tuple[str, str]] = set()
    for source in {one.source for one in said}:
        for part in in_parts([one.external_id for one in said if one.source == source]):
            rows = Message.objects.filter(source=source, external_id__in=part)
            found |= {(source, name) for name in rows.values_list("external_id", flat=True)}
    return found


def _placed(new: Sequence[tuple[Incoming, Said]]) -> list[TakenIn]:
    """Each with its conversation, found or made; nothing is written yet."""
    everything = [said for _, said in new]
    threads, records, times = Threads(everything), Records(everything), reply_clock.Times.read()
    taken = []
    for row, said in new:
        conversation = threads.find(said)
        is_new = conversation is None
        if conversation is None:
            conversation = _begin(said)
        _recognise(conversation, records.recognise(said))
        message = _message(said, row, conversation)
        _go_on(conversation, said, times, heard_at=row.received_at)
        threads.add(said, conversation)
        taken.append(TakenIn(said, message, conversation, is_new))
    return taken


def _begin(said: Said) -> Conversation:
    return Conversation(
        source=said.source,
        thread_key=said.thread_key,
        channel=said.channel,
        address=said.address,
        provider_id=said.provider_id,
        connection_id=said.connection_id,
        writer=said.name[:200],
        subject=" ".join(said.subject.split())[:300],
        language=said.language or language_of(said.text),
        nature=said.nature,
        facts=dict(said.facts),
        effect=said.facts.get("effect", ""),
        first_said_at=said.said_at,
        last_said_at=said.said_at,
        last_in_at=said.said_at,
    )


def _message(said: Said, row: Incoming, conversation: Conversation) -> Message:
    return Message(
        conversation=conversation,
        direction=said.direction,
        source=said.source,
        external_id=said.external_id,
        text=said.text,
        nature=said.nature,
        author_id=said.typed_by,
        said_at=said.said_at,
        received_at=row.received_at,
    )


def _go_on(conversation: Conversation, said: Said, times: reply_clock.Times, *, heard_at: datetime) -> None:
    """What a further message changes: a person's words open a closed conversation and start the reply clock."""
    conversation.last_said_at = max(conversation.last_said_at, said.said_at)
    if said.direction != Message.Direction.IN.value:
        _answered_elsewhere(conversation, said, heard_at=heard_at)
        return
    conversation.messages_in += 1
    if said.incident_id is not None and conversation.incident_id is None:
        conversation.incident_id = said.incident_id
        conversation.linked_by, conversation.linked_at = Conversation.Linked.ANSWER, heard_at
        conversation.linked_why = "They answered what we told them of it."
    if said.nature != Conversation.Nature.WORDS.value:
        return
    conversation.nature = Conversation.Nature.WORDS
    conversation.last_in_at = max(conversation.last_in_at, said.said_at)
    conversation.preview = " ".join(said.text[: PREVIEW * 2].split())[:PREVIEW]
    if said.is_past:
        conversation.closed_at = said.said_at if conversation.messages_in == 1 else conversation.closed_at
        return
    conversation.closed_at, conversation.closed_because = None, ""
    reply_clock.start(conversation, times, at=heard_at)
    if said.answer_by is not None:
        reply_clock.promise(conversation, by=said.answer_by, at=heard_at)


def _answered_elsewhere(conversation: Conversation, said: Said, *, heard_at: datetime) -> None:
    """An answer that the crew gave at a helpdesk stops the reply clock, unless the customer has spoken since."""
    if said.direction != Message.Direction.OUT.value:
        return
    conversation.last_out_at = max(conversation.last_out_at or said.said_at, said.said_at)
    if said.said_at >= conversation.last_in_at:
        reply_clock.stop(conversation)
        if said.answer_by is not None:
            reply_clock.promise(conversation, by=said.answer_by, at=heard_at)


def _recognise(conversation: Conversation, found: Recognised) -> None:
    """Take what we now know of the writer, unless we knew better."""
    if found.confidence <= conversation.confidence:
        return
    conversation.customer_id = found.customer_id
    conversation.recognised_by, conversation.confidence = found.by, found.confidence
    conversation.recognised_why = found.why[:300]


def _write(taken: Sequence[TakenIn]) -> None:
    begun = [one.conversation for one in taken if one.is_new]
    Conversation.objects.bulk_create(begun, batch_size=200)
    goes_on = {one.conversation.pk: one.conversation for one in taken if not one.is_new and one.conversation.pk}
    fresh = {conversation.pk for conversation in begun}
    Conversation.objects.bulk_update(
        [conversation for key, conversation in goes_on.items() if key not in fresh], WRITTEN, batch_size=100
    )
    for one in taken:
        one.message.conversation = one.conversation
    Message.objects.bulk_create([one.message for one in taken], batch_size=500)


def _hand_over_files(messages: dict[int, Message]) -> None:
    for file in Attachment.objects.filter(incoming__in=messages.keys()):
        file.message, file.incoming = messages[file.incoming_id or 0], None
        file.save(update_fields=["message", "incoming"])
