"""Carries what we say in a conversation to the customer: by their own channel, in their thread, once."""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from daylight.accounts.models import Organisation
from daylight.core import waking
from daylight.core.due import LeaseLost
from daylight.core.loops import Step
from daylight.customers.models import ContactPoint
from daylight.listen import carrying
from daylight.listen.connecting import names
from daylight.listen.models import Connection, Conversation, Message, Sending
from daylight.listen.sources.base import Answer, Answering
from daylight.listen.sources.registry import SOURCES
from daylight.reach import providers
from daylight.reach.channels.base import (
    AddressRejected,
    AlarmWords,
    AnsweringChannel,
    AnswerWords,
    Channel,
    ChannelBroken,
    MessageRejected,
    Reader,
    Session,
    TryLater,
    Unanswered,
)
from daylight.reach.channels.base import Message as Composed
from daylight.reach.channels.email.headers import domain_of
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.composing import sender_address
from daylight.reach.models import Provider
from daylight.reach.words import Phrases

AT_ONCE = 100
LEASE = timedelta(minutes=5)
WAIT_FOR_ITS_WORKER = timedelta(minutes=1)
"""An answer that a slow server keeps on the wire beyond its lease is looked at again after so long."""
LONGEST_THREAD = 20
"""Names of earlier messages that go along."""

State = Sending.State

log = logging.getLogger("daylight.listen")


@dataclass(frozen=True)
class Way:
    """How a message reaches the customer: a channel and an address there, and by which provider."""

    channel: Channel
    address: str
    provider: int | None = None


QUEUED = "answers.queued"
"""The event that messages of ours wait to be carried."""


def send(message: Message, *, at: datetime, is_machine: bool = False) -> Sending:
    """Queue a message of ours; call it in the transaction that makes the message."""
    waking.wake(QUEUED)
    return Sending.objects.create(message=message, queued_at=at, due_at=at, is_machine=is_machine)


def send_many(messages: Sequence[Message], *, at: datetime, is_machine: bool = False) -> None:
    """`send` for many, in one statement; what is queued already stays as it is."""
    Sending.objects.bulk_create(
        (Sending(message=message, queued_at=at, due_at=at, is_machine=is_machine) for message in messages),
        500,
        ignore_conflicts=True,
    )
    waking.wake(QUEUED)


def send_again(sending: Sending, *, at: datetime) -> None:
    """A person wants a message that failed, or is in doubt, to go once more."""
    again = Sending.objects.filter(pk=sending.pk).exclude(state__in=[State.QUEUED, State.SENT])
    again.update(state=State.QUEUED, due_at=at, queued_at=at, begun_at=None, journal="", failure="", attempts=0)


def step(now: datetime) -> Step:
    """Carry what waits: one connection for all that go the same way."""
    carrying.recover(now)
    rows = Sending.objects.select_related("message__author", "message__conversation__customer")
    claimed = rows.claim(now, lease=LEASE, limit=AT_ONCE)
    by_way: dict[tuple[str, int | None], list[tuple[Sending, Way]]] = defaultdict(list)
    for row in claimed:
        try:
            way = _to_carry(row, now)
        except LeaseLost as lost:
            log.warning("Lease lost on %s; another worker goes on with it.", lost)
            continue
        if way is not None:
            by_way[way.channel.name, way.provider].append((row, way))
    for (name, provider), waiting in by_way.items():
        carrying.carry(_loads(waiting), partial(_open, CHANNELS[name], provider), now)
    return Step(handled=len(claimed))


def _to_carry(row: Sending, now: datetime) -> Way | None:
    """The way by which an answer is carried with others; None when that is not its lot. Raises LeaseLost."""
    conversation = row.message.conversation
    answering = _answering(conversation)
    if answering:
        _carry_back(row, answering, now)
        return None
    if carrying.is_in_hand(row):
        row.put_off(until=now + WAIT_FOR_ITS_WORKER)
        return None
    way = way_to(conversation)
    if way is None:
        row.finish(state=State.BY_HAND)
    elif row.begun_at is not None and not way.channel.resend_when_in_doubt:
        carrying.doubt(row)
        return None
    return way


def _loads(waiting: Sequence[tuple[Sending, Way]]) -> list[carrying.Load]:
    organisation = Organisation.get()
    return [
        carrying.Load(
            row,
            way.channel.name,
            way.address,
            partial(compose, row.message, way, organisation, is_machine=row.is_machine),
        )
        for row, way in waiting
    ]


def _open(channel: Channel, provider: int | None) -> Session:
    return channel.open(_settings(channel, provider))


def oldest_due(now: datetime) -> datetime | None:
    """When the message was queued that waits longest."""
    return Sending.objects.oldest_due_at()


def way_to(conversation: Conversation) -> Way | None:
    """Where an answer goes: back where the words came from, else to the customer's first contact point that works."""
    channel = CHANNELS.get(conversation.channel)
    if channel is not None and conversation.address:
        return Way(channel, conversation.address, conversation.provider_id)
    if conversation.customer is None:
        return None
    usable = {channel.name for channel in providers.connected() if channel.is_first_word and not channel.needs_secret}
    points = ContactPoint.objects.allowed().filter(customer=conversation.customer, channel__in=usable)
    point = points.order_by("position", "pk").first()
    return Way(CHANNELS[point.channel], point.address) if point else None


def _answering(conversation: Conversation) -> Answering | None:
    """The source, where it carries our answers back into the far thread itself."""
    source = SOURCES.get(conversation.source)
    return source.answering if source is not None and conversation.thread_key else None


def _carry_back(row: Sending, answering: Answering, now: datetime) -> None:
    """Into the far thread, which knows an answer that it has already."""
    conversation, message = row.message.conversation, row.message
    key, thread = names.far_name(conversation.thread_key)
    answer = Answer(thread, message.text, message.external_id, message.said_at)
    try:
        reference = answering.answer(answer, _far_settings(conversation, key))
    except (TryLater, ChannelBroken, Unanswered) as problem:
        carrying.wait(row, problem, now)
    except (AddressRejected, MessageRejected) as problem:
        carrying.fail(row, str(problem))
    else:
        row.finish(state=State.SENT, sent_at=now, reference=reference[:200], channel=conversation.source)


def _far_settings(conversation: Conversation, key: int | None) -> Mapping[str, Any]:
    """The settings of the connection that a conversation came by. Raises ChannelBroken when it is gone."""
    active = Connection.objects.filter(source=conversation.source, is_active=True)
    row = active.filter(pk=conversation.connection_id or key or 0).first()
    if row is None:
        raise ChannelBroken("The connection by which this came is gone. Connect it again, or answer there yourself.")
    return row.settings or {}


def _settings(channel: Channel, provider: int | None) -> Mapping[str, Any]:
    row = Provider.objects.filter(pk=provider, is_active=True).first() if provider else None
    return providers.settings_of(row) if row is not None else providers.settings_for(channel.name)


def compose(message: Message, way: Way, organisation: Organisation, *, is_machine: bool = False) -> Composed:
    """A message of ours as the channel carries it. Raises MessageRejected."""
    conversation = message.conversation
    sender, customer = organisation.sender_name or organisation.name, conversation.customer
    language = conversation.language or (customer.language if customer else "") or organisation.language
    to = Reader(
        way.address,
        conversation.writer or (customer.name if customer else ""),
        customer.time_zone if customer else "",
        reason="",
        own_url="",
        unsubscribe_url="",
    )
    if isinstance(way.channel, AnsweringChannel):
        words = AnswerWords(
            subject=_subject(conversation, Phrases(language, folder="listen/words"), organisation.name),
            text=message.text,
            sender_name=sender,
            sender_address=sender_address(organisation),
            reply_to=organisation.reply_to,
            signed=message.author.name if message.author and not is_machine else "",
            thread=_thread(message, domain_of(sender_address(organisation))),
            language=language,
            is_machine=is_machine,
        )
        return way.channel.compose_answer(words, to=to, key=message.external_id)
    alarm = AlarmWords(
        subject=sender,
        text=message.text,
        url="",
        sender_name=sender,
        sender_address=sender_address(organisation),
        made_at=message.said_at,
        language=language,
    )
    return way.channel.compose_alarm(alarm, to=to, key=message.external_id)


def _subject(conversation: Conversation, phrases: Phrases, organisation: str) -> str:
    if not conversation.subject:
        return phrases.say("subject", organisation=organisation)
    begins_so = conversation.subject.lower().startswith("re:")
    return conversation.subject if begins_so else f"Re: {conversation.subject}"


def _thread(message: Message, domain: str) -> tuple[str, ...]:
    """The names on the wire of what was said before, the oldest first; ours bear our domain there."""
    earlier = message.conversation.messages.exclude(direction=Message.Direction.NOTE).exclude(pk=message.pk)
    names = earlier.order_by("-said_at", "-pk").values_list("external_id", "direction")[:LONGEST_THREAD]
    on_wire = [
        f"{name}@{domain}" if "@" not in name and direction == Message.Direction.OUT else name
        for name, direction in reversed(names)
    ]
    return tuple(name for name in on_wire if "@" in name and not any(sign in name for sign in " <>\r\n"))
