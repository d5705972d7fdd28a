"""Every later word on an incident goes into each conversation about it, unless its writer had that word already.

Who was told of an update by a delivery to the same address is not told twice; the conversation only shows it. The last
word asks whether it is fixed for them.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from daylight.core.due import work_through
from daylight.core.loops import Step
from daylight.incidents.models import Incident, Update
from daylight.incidents.words import FINAL_STAGES
from daylight.listen import telling
from daylight.listen.ending import fixed
from daylight.listen.models import Conversation, UpdateRound, UpdateTold
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.models import Delivery, Notice
from daylight.reach.moves import TOLD

LOOKED_BACK = timedelta(days=1)
"""Updates published earlier than this and never begun are history."""
DELIVERIES_FIRST = timedelta(seconds=20)
"""So long the deliveries of an update get to be written before anybody is told in a conversation."""
WAITS_AT_MOST = timedelta(minutes=10)
WAIT = timedelta(seconds=10)
LINKED_LATELY = timedelta(minutes=15)
STRETCH = 100
ON_ITS_WAY = frozenset({Delivery.State.QUEUED, *TOLD})


def step(now: datetime) -> Step:
    """Begin a round for each new update, take the rounds further, and catch up with what was linked since."""
    _begin(now)
    worked = work_through(UpdateRound.objects.select_related("update__incident"), now, _go_on, limit=10)
    return Step(handled=worked.handled + _catch_up(now))


def oldest_due(now: datetime) -> datetime | None:
    """Since when the oldest round waits."""
    return UpdateRound.objects.oldest_due_at()


def _begin(now: datetime) -> None:
    published = Update.objects.published().filter(published_at__gt=now - LOOKED_BACK, published_at__lte=now)
    new = published.filter(conversation_round__isnull=True, incident__is_exercise=False)
    UpdateRound.objects.bulk_create(
        [UpdateRound(update=update, made_at=now, due_at=now + DELIVERIES_FIRST) for update in new],
        ignore_conflicts=True,
    )


def _go_on(row: UpdateRound, now: datetime) -> None:
    if _deliveries_are_written(row, now):
        stretch = list(_linked(row.update).filter(pk__gt=row.gone_through).order_by("pk")[:STRETCH])
        for conversation in stretch:
            tell(conversation, row.update, at=now)
        if len(stretch) == STRETCH:
            row.put_off(until=now, gone_through=stretch[-1].pk)
        else:
            row.finish(finished_at=now)
    else:
        row.put_off(until=now + WAIT)


def _deliveries_are_written(row: UpdateRound, now: datetime) -> bool:
    if now - row.made_at > WAITS_AT_MOST:
        return True
    return not Notice.objects.filter(update=row.update, written_at__isnull=True).exists()


def _linked(update: Update) -> QuerySet[Conversation]:
    """Open conversations with people about the incident of an update."""
    about = Conversation.objects.heard().about(update.incident).open()
    return about.select_related("customer", "incident")


def _catch_up(now: datetime) -> int:
    """Conversations linked a short while ago, after the last word on their incident went round."""
    lately = (
        Conversation.objects.heard()
        .open()
        .filter(incident__closed_at__isnull=True, incident__isnull=False, linked_at__gt=now - LINKED_LATELY)
        .filter(acknowledgement__due_at__isnull=True)
    )
    told = 0
    for incident in Incident.objects.filter(pk__in=lately.values("incident")):
        update = incident.latest_update
        if update is None or not UpdateRound.objects.filter(update=update, finished_at__isnull=False).exists():
            continue
        waiting = lately.filter(incident=incident).exclude(updates_told__update=update)
        for conversation in waiting.select_related("customer", "incident"):
            told += tell(conversation, update, at=now)
            if told >= STRETCH:
                return told
    return told


def tell(conversation: Conversation, update: Update, *, at: datetime) -> bool:
    """Tell one conversation of one update, once; returns whether anything was done.

    Nothing is held while it looks: on SQLite a transaction that finds nothing to do keeps all others off, too. So it
    looks once more when it has the conversation for itself.
    """
    if update.incident.is_exercise or _is_told(conversation, update):
        return False
    delivery = _told_elsewhere(conversation, update)
    if delivery is None and not telling.can_be_told(conversation):
        return False
    return _tell(conversation, update, delivery, at)


@transaction.atomic
def _tell(conversation: Conversation, update: Update, delivery: Delivery | None, at: datetime) -> bool:
    if not Conversation.objects.heard().hold([conversation.pk]) or _is_told(conversation, update):
        return False
    is_last = update.stage in FINAL_STAGES and not update.incident.is_planned
    if delivery is not None:
        _keep_elsewhere(conversation, update, delivery, at)
        if is_last and telling.can_be_told(conversation):
            fixed.ask(conversation, update, at=at)
        return True
    text = _words(conversation, update, at=at, asks=is_last)
    message = telling.say(conversation, text, key=f"update-{update.pk}-{conversation.pk}", at=at)
    UpdateTold.objects.create(conversation=conversation, update=update, message=message, told_at=at)
    return True


def _is_told(conversation: Conversation, update: Update) -> bool:
    return UpdateTold.objects.filter(conversation=conversation, update=update).exists()


def _told_elsewhere(conversation: Conversation, update: Update) -> Delivery | None:
    """The delivery of an update to the address from which this conversation is held."""
    if conversation.customer_id is None or not conversation.address:
        return None
    notices = list(Notice.objects.filter(update=update).values_list("pk", flat=True))
    rows = Delivery.objects.of_customer(conversation.customer_id, notices=notices).filter(
        contact_point__channel=conversation.channel, contact_point__address__iexact=conversation.address
    )
    return rows.filter(state__in=ON_ITS_WAY).select_related("contact_point").first()


def _keep_elsewhere(conversation: Conversation, update: Update, delivery: Delivery, at: datetime) -> None:
    channel = CHANNELS.get(conversation.channel)
    UpdateTold.objects.create(
        conversation=conversation,
        update=update,
        elsewhere=f"Told by {channel.label if channel else conversation.channel}",
        told_at=delivery.accepted_at or at,
    )


def _words(conversation: Conversation, update: Update, *, at: datetime, asks: bool) -> str:
    reading = telling.Reading.of(conversation)
    said = telling.update_said(update, reading)
    question = fixed.question(conversation, update, reading, at=at) if asks else ""
    return reading.say("update", update=said, question=question)
