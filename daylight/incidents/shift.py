"""How long somebody has been at it, from what they wrote: nothing of it is kept, and it is said to nobody else."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from daylight.accounts.models import Member
from daylight.incidents.models import Approval, Note, Update

LONG = timedelta(hours=6)
"""From then on tired eyes read what they meant instead of what stands there."""

REST = timedelta(minutes=150)
"""Whoever wrote nothing for so long has rested."""

LOOKS_BACK = timedelta(hours=24)


def long_shift(member: Member, *, at: datetime) -> datetime | None:
    """Since when a member has been writing without a rest, where that is long; else None."""
    began = at
    for moment in sorted(_moments(member, since=at - LOOKS_BACK), reverse=True):
        if began - moment > REST:
            break
        began = min(began, moment)
    return began if at - began >= LONG else None


def _moments(member: Member, *, since: datetime) -> Iterator[datetime]:
    """When they sent off what they wrote in a browser, answered a draft, or wrote a note: a program needs no rest."""
    sent = Update.objects.filter(sent_off_by=member, sent_off_at__gte=since).exclude(window="")
    yield from (moment for moment in sent.values_list("sent_off_at", flat=True) if moment)
    yield from Approval.objects.filter(member=member, given_at__gte=since).values_list("given_at", flat=True)
    yield from Note.objects.filter(written_by=member, written_at__gte=since).values_list("written_at", flat=True)
