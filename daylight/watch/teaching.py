"""A member says what a signal was: the baseline learns from it, and it can be taken back."""

from datetime import datetime, timedelta

from django.db import transaction

from daylight.accounts import audit
from daylight.accounts.models import Member
from daylight.watch import raising
from daylight.watch.models import Signal, Teaching
from daylight.watch.opening import AlreadyJudged
from daylight.watch.words import Outcome

TAUGHT = (Outcome.KNOWN, Outcome.NO_ISSUE)
UNDONE_WITHIN = timedelta(days=90)


@transaction.atomic
def judge(signal: Signal, *, outcome: str, reason: str, by: Member, at: datetime) -> None:
    """End a signal as known or not an issue: its time is no part of what is usual. Raises AlreadyJudged."""
    signal = Signal.objects.select_for_update(of=("self",)).get(pk=signal.pk)
    if not signal.is_open:
        raise AlreadyJudged("Somebody has judged this signal meanwhile.")
    for row in [signal, *signal.parts.filter(ended_at__isnull=True)]:
        if row.topic is None:
            continue
        Teaching.objects.create(
            topic=row.topic,
            signal=signal,
            begins_at=row.since,
            ends_at=max(row.last_seen_at, row.since + timedelta(minutes=1)),
            outcome=outcome,
            reason=reason.strip()[:300],
            taught_by=by,
            taught_at=at,
        )
        raising.hush(row.topic, strength=row.strength)
    signal.end(outcome=outcome, at=at, by=by)
    audit.record(at=at, actor=by.name, act="signal.judge", subject=signal.public_id, outcome=outcome)


@transaction.atomic
def undo(signal: Signal, *, by: Member, at: datetime) -> None:
    """Take back what was said of a signal: its time counts again, and it is open unless a newer one is."""
    taught = list(Teaching.objects.filter(signal=signal, undone_at__isnull=True).select_related("topic"))
    for row in taught:
        row.undone_at = at
        row.save(update_fields=["undone_at"])
        raising.listen_again(row.topic, at=at)
    newer = Signal.objects.filter(topic=signal.topic_id, ended_at__isnull=True).exists()
    if signal.outcome in TAUGHT and not newer:
        signal.reopen()
    audit.record(at=at, actor=by.name, act="signal.undo", subject=signal.public_id)
