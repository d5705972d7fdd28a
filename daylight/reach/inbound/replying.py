"""Acts on what readers write back: stops, starts, confirms, or keeps the words for the crew; and answers where owed."""

import hashlib
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from daylight.accounts.models import Organisation
from daylight.core.due import work_through
from daylight.core.loops import Step
from daylight.customers.models import ContactPoint
from daylight.reach import (
    confirming,
    ending,
    links,
    preferring,
    providers,
    signing_up,
    single,
    subscribers,
    suppressing,
)
from daylight.reach.channels.base import (
    AddressRejected,
    AlarmWords,
    ChannelBroken,
    Message,
    MessageRejected,
    Reader,
    TryLater,
    Unanswered,
)
from daylight.reach.channels.inbound import SaidReply, SaidStop
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.composing import sender_address
from daylight.reach.inbound import finding, meaning
from daylight.reach.models import Confirmation, Delivery, Notice, Provider, Reply
from daylight.reach.moves import State
from daylight.reach.words import Phrases

NOTICES_LOOKED_AT = 200
"""The latest notices of open incidents among which the one that a reply answers is looked for."""

LEFT = frozenset({State.ACCEPTED, State.DELIVERED, State.BOUNCED, State.IN_DOUBT})
"""States of a delivery that somebody may answer."""

ANSWER_WITHIN = timedelta(hours=1)
WAIT = timedelta(minutes=2)

log = logging.getLogger("daylight.inbound")


@transaction.atomic
def take(word: SaidReply, *, provider: Provider, at: datetime) -> Reply:
    """Keep a reply and act on it; the same one again changes nothing."""
    points = _points(provider.channel, word.address)
    answered = _answered(word, points, provider)
    reply, is_new = Reply.objects.get_or_create(
        provider=provider,
        message_id=_name(word),
        defaults={
            "channel": provider.channel,
            "address": word.address[:400],
            "contact_point": answered.contact_point if answered else (points[0] if points else None),
            "incident": answered.notice.incident if answered else None,
            "text": word.text,
            "meaning": meaning.of(word.text),
            "said_at": word.said_at,
            "received_at": at,
        },
    )
    if is_new and not _confirmed(reply, at=at):
        _act(reply, points, at=at)
    return reply


def _confirmed(reply: Reply, *, at: datetime) -> bool:
    """Whether the reply is the yes that a subscriber was asked for; then we owe them a word. A stop is their no."""
    try:
        normal = CHANNELS[reply.channel].normalise(reply.address)
    except ValueError:
        return False
    if reply.meaning == Reply.Meaning.STOP:
        subscribers.drop_waiting(reply.channel, normal)
    if not meaning.is_yes(reply.text):
        return False
    point = signing_up.confirm_by_reply(reply.channel, normal, at=at)
    if point is None:
        return False
    reply.meaning, reply.contact_point, reply.due_at = Reply.Meaning.START, point, at
    reply.save(update_fields=["meaning", "contact_point", "due_at"])
    return True


def stop_address(word: SaidStop, *, channel: str, at: datetime) -> None:
    """Somebody stopped us by a way of the provider's own; the provider has answered them."""
    for point in _points(channel, word.address):
        preferring.unsubscribe(point, at=at)


def confirm(delivery: Delivery, *, how: Confirmation.How, at: datetime) -> None:
    """The reader of a delivery has seen it."""
    confirming.confirm(delivery.customer, delivery.notice.incident, how=how, at=at)


def step(now: datetime) -> Step:
    """Answer what is owed an answer; forget what erased customers wrote."""
    erased = Reply.objects.filter(contact_point__customer__erased_at__isnull=False).exclude(address="")
    if erased.exists():
        erased.update(address="", text="")
    return work_through(Reply.objects.all(), now, _answer)


def _act(reply: Reply, points: Sequence[ContactPoint], *, at: datetime) -> None:
    changed = False
    for point in points:
        stopped_before = suppressing.is_suppressed(point)
        if reply.meaning == Reply.Meaning.STOP:
            preferring.unsubscribe(point, at=at)
        elif reply.meaning == Reply.Meaning.START:
            preferring.undo_unsubscribe(point, at=at)
        elif reply.meaning == Reply.Meaning.SEEN:
            last = _last_told([point])
            if last is not None:
                confirm(last, how=Confirmation.How.REPLY, at=at)
        changed = changed or stopped_before != suppressing.is_suppressed(point)
    if changed:
        reply.due_at = at
        reply.save(update_fields=["due_at"])


def _points(channel: str, address: str) -> list[ContactPoint]:
    """Everybody's contact points with this address: two customers may share one."""
    try:
        normal = CHANNELS[channel].normalise(address)
    except ValueError:
        return []
    points = ContactPoint.objects.in_use().filter(channel=channel, address=normal)
    return list(points.select_related("customer").order_by("pk"))


def _answered(word: SaidReply, points: Sequence[ContactPoint], provider: Provider) -> Delivery | None:
    """The delivery that a reply answers: the one it names, else the last that left for its address."""
    named = finding.by_references({word.reference}, provider.pk) if word.reference else {}
    return named.get(word.reference) or _last_told(points)


def _last_told(points: Sequence[ContactPoint]) -> Delivery | None:
    recent = Notice.objects.filter(incident__closed_at__isnull=True, incident__is_exercise=False)
    notices = list(recent.order_by("-pk").values_list("pk", flat=True)[:NOTICES_LOOKED_AT])
    told = [
        Delivery.objects.of_customer(point.customer_id, notices=notices)
        .filter(contact_point=point, state__in=LEFT)
        .select_related("notice__incident", "customer", "contact_point")
        .order_by("-pk")
        .first()
        for point in points
    ]
    return max((delivery for delivery in told if delivery), key=lambda one: one.notice_id, default=None)


def _name(word: SaidReply) -> str:
    """The provider's name for a message; made from what it says where the provider gives none."""
    if word.message_id:
        return word.message_id[:200]
    facts = f"{word.address}\n{word.said_at.isoformat()}\n{word.text}"
    return hashlib.sha256(facts.encode("utf-8", "replace")).hexdigest()


def _answer(reply: Reply, now: datetime) -> None:
    """Confirm a stop or a start, once: the last word we may write to somebody who stopped us."""
    if reply.contact_point is None or reply.provider is None or now >= reply.received_at + ANSWER_WITHIN:
        reply.finish()
        return
    key = f"reply-{reply.pk}"
    message = _words(reply, reply.contact_point, key)
    try:
        single.send(CHANNELS[reply.channel], message, key=key, settings=providers.settings_of(reply.provider))
    except (TryLater, ChannelBroken) as problem:
        reply.put_off(until=now + WAIT, problem=str(problem))
    except (AddressRejected, MessageRejected, Unanswered) as problem:
        log.warning("Reply %s was not answered: %s", reply.pk, problem)
        reply.finish()
    else:
        reply.finish(answered_at=now)


def _words(reply: Reply, point: ContactPoint, key: str) -> Message:
    organisation, customer = Organisation.get(), point.customer
    phrases = Phrases(customer.language or organisation.language, folder="reach/preferences/words")
    context = {"organisation": organisation.name, "address": point.address}
    words = AlarmWords(
        subject=phrases.say(f"reply_{reply.meaning}_subject", **context),
        text=phrases.say(f"reply_{reply.meaning}", **context),
        url=links.preferences_url(customer.pk, point.pk, ending.times_ended(customer)),
        sender_name=organisation.sender_name or organisation.name,
        sender_address=sender_address(organisation),
        made_at=reply.received_at,
    )
    to = Reader(point.address, customer.name, customer.time_zone, reason="", own_url="", unsubscribe_url="")
    return CHANNELS[reply.channel].compose_alarm(words, to=to, key=key)
