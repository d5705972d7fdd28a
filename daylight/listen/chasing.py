"""Counts each message that asks for news against its incident: a failure of ours, alarmed at the first, then mended."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet, Subquery

from daylight.accounts import audit
from daylight.accounts.models import Member
from daylight.core.loops import Step
from daylight.incidents.models import Incident
from daylight.listen.models import Chaser, Message
from daylight.listen.understanding import chasers
from daylight.reach import alarms

LOOKED_BACK = timedelta(days=7)
"""A chaser that was linked to no incident within this time is counted against none."""
AT_ONCE = 200
WHAT_TO_DO = "Call or write to them in person, and say the next word."


def step(now: datetime) -> Step:
    """Count the chasers that are about an incident now, and mend those whose writers had a personal word."""
    counted = sum(_count(message, at=now) for message in _uncounted(now)[:AT_ONCE])
    return Step(handled=counted + _mend_answered(now))


def oldest_due(now: datetime) -> datetime | None:
    """Since when the oldest waits to be counted."""
    first = _uncounted(now).first()
    return first.received_at if first else None


@transaction.atomic
def mend(chaser: Chaser, *, by: Member, at: datetime, how: str) -> None:
    """Somebody has called or written to the customer in person."""
    chaser.mended_by, chaser.mended_at, chaser.mended_how = by, at, how.strip()[:300] or "Spoke to them"
    chaser.save(update_fields=["mended_by", "mended_at", "mended_how"])
    subject = f"{chaser.incident.public_id}, conversation {chaser.message.conversation.public_id}"
    audit.record(at=at, actor=by.name, act="chaser.mend", subject=subject)


def _uncounted(now: datetime) -> QuerySet[Message]:
    rows = Message.objects.heard().filter(
        is_chaser=True,
        received_at__gt=now - LOOKED_BACK,
        chaser__isnull=True,
        conversation__incident__is_exercise=False,
    )
    still = Q(conversation__incident__closed_at__isnull=True)
    before = Q(conversation__incident__closed_at__gt=Subquery(_own_time()))
    return rows.filter(still | before).select_related("conversation__incident").order_by("received_at", "pk")


def _own_time() -> QuerySet[Message, datetime]:
    return Message.objects.filter(pk=OuterRef("pk")).values_list("said_at", flat=True)


@transaction.atomic
def _count(message: Message, *, at: datetime) -> bool:
    incident = message.conversation.incident
    if incident is None:
        return False
    because = chasers.read(message.text, message.conversation.subject, message.conversation.language).because
    late = incident.promises.broken().filter(promised_for__lte=message.said_at).order_by("-promised_for").first()
    latest = incident.updates.published().filter(published_at__lte=message.said_at).last()
    chaser, is_new = Chaser.objects.get_or_create(
        message=message,
        defaults={
            "incident": incident,
            "customer_id": message.conversation.customer_id,
            "promise": late,
            "update": latest,
            "because": because[:200],
            "counted_at": at,
        },
    )
    if is_new:
        _alarm(chaser, at=at)
    return is_new


def _alarm(chaser: Chaser, *, at: datetime) -> None:
    """The lead is alarmed at the first chaser of an incident; further ones stand on Today."""
    incident = chaser.incident
    alarms.alarm(
        [incident.lead or incident.opened_by],
        key=f"chaser-{incident.pk}",
        subject=f"A customer had to ask for news: {incident.title}",
        text=f"“{_quoted(chaser.message)}” {chaser.what_was_missing} {WHAT_TO_DO}",
        at=at,
        incident=incident,
    )


def _quoted(message: Message) -> str:
    return " ".join(message.text.split())[:160]


def _mend_answered(now: datetime) -> int:
    """A member's own words to the writer, after the chaser, mend it; what went out by itself does not."""
    theirs = Message.objects.filter(
        conversation=OuterRef("message__conversation"),
        direction=Message.Direction.OUT,
        author__isnull=False,
        said_at__gte=OuterRef("message__said_at"),
    )
    answer = Subquery(theirs.order_by("said_at", "pk").values("pk")[:1])
    answered = Chaser.objects.unmended().annotate(answer=answer).filter(answer__isnull=False)
    found = dict(answered.values_list("pk", "answer")[:AT_ONCE])
    answers = Message.objects.in_bulk(found.values())
    for pk, key in found.items():
        Chaser.objects.filter(pk=pk).update(
            mended_by=answers[key].author_id, mended_at=answers[key].said_at, mended_how="Wrote to them"
        )
    return len(found)


def counted_against(incident: Incident) -> int:
    """How many messages asked for news of this incident."""
    return Chaser.objects.of(incident).count()
