"""Warns of answers that are owed: whoever claimed a conversation at 50, 80 and 100 % of its time, then the leads.

One word for all that turns at once, and to the leads at most one in half an hour, so that a flood of messages is not
followed by a flood of alarms.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Min

from daylight.accounts.models import Member
from daylight.accounts.roles import Act
from daylight.core.loops import Step
from daylight.listen import reply_clock
from daylight.listen.models import Conversation
from daylight.reach import alarms

AT_ONCE = 500
LEADS_EVERY = timedelta(minutes=30)
INBOX = "/desk/inbox/"


def step(now: datetime) -> Step:
    """Warn of those whose time has come."""
    rows = Conversation.objects.filter(warn_at__lte=now).select_related("claimed_by").order_by("warn_at", "pk")
    turned = [row for row in rows[:AT_ONCE] if _moved_on(row, now)]
    for member, theirs in _by_member(turned).items():
        _warn(member, theirs, now)
    late = [row for row in turned if reply_clock.percent(row, at=now) >= 100]
    if late:
        _tell_leads(now)
    return Step(handled=len(turned))


def oldest_due(now: datetime) -> datetime | None:
    """The earliest warning that waits."""
    earliest: datetime | None = Conversation.objects.filter(warn_at__isnull=False).aggregate(at=Min("warn_at"))["at"]
    return earliest


def _moved_on(row: Conversation, now: datetime) -> bool:
    """Whether this turn is ours: another worker, or an answer, may have been quicker."""
    mine = Conversation.objects.filter(pk=row.pk, warn_at=row.warn_at)
    return bool(mine.update(warn_at=reply_clock.next_warning(row, after=now)))


def _by_member(rows: Sequence[Conversation]) -> dict[Member, list[Conversation]]:
    found: dict[Member, list[Conversation]] = defaultdict(list)
    for row in rows:
        if row.claimed_by is not None:
            found[row.claimed_by].append(row)
    return found


def _warn(member: Member, rows: Sequence[Conversation], now: datetime) -> None:
    first = min(rows, key=lambda row: row.answer_due_at or now)
    gone = reply_clock.percent(first, at=now)
    said = "was due" if gone >= 100 else "is due soon" if gone >= 80 else "is due: half the time has gone"
    many = f"{len(rows)} answers of yours, the first of which" if len(rows) > 1 else "Your answer"
    alarms.alarm(
        [member],
        key=f"reply:{first.pk}:{first.answer_due_at}:{first.warn_at}",
        subject=f"{many} {said}",
        text="\n".join(str(row) for row in rows[:10]),
        at=now,
        path=f"{INBOX}conversation/{first.public_id}/" if len(rows) == 1 else f"{INBOX}?show=mine",
    )


def _tell_leads(now: datetime) -> None:
    stretch = int(now.timestamp() // LEADS_EVERY.total_seconds())
    late = Conversation.objects.overdue(now).order_by("answer_due_at").select_related("claimed_by")
    oldest = late.first()
    if oldest is None:
        return
    number = late[:1000].count()
    many = f"{'1,000 or more' if number == 1000 else number} answer{'s' if number > 1 else ''}"
    alarms.alarm(
        Member.objects.able_to(Act.LEAD_INCIDENT),
        key=f"replies-late:{stretch}",
        subject=f"{many} should have been given by now",
        text=f"The oldest: {oldest} ({oldest.claimed_by or 'nobody has it'}).",
        at=now,
        path=INBOX,
    )
