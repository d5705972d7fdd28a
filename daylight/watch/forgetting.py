"""Drops what nothing needs any more, a stretch at a time: who was heard long ago, and which message was about what."""

from datetime import datetime, timedelta

from django.db.models import Min

from daylight.core.loops import Step
from daylight.core.parts import in_parts
from daylight.watch.models import Heard, MessageTopic, Reading, Signal

AT_ONCE = 10_000
HEARD_FOR = timedelta(days=8)
PLACED_FOR = timedelta(days=90)
"""How long we know which messages a topic is made of; its counts, and the evidence of its signals, stay."""


def step(now: datetime) -> Step:
    """Drop the next stretch."""
    row = Reading.objects.first()
    if row is None or row.newest_said_at is None:
        return Step(handled=0)
    return Step(handled=_forget_who(row, row.newest_said_at) + _forget_places(row.newest_said_at))


def _forget_who(row: Reading, newest: datetime) -> int:
    old = Heard.objects.filter(said_at__lt=newest - HEARD_FOR, message__lte=row.floor)
    keys = list(old.values_list("pk", flat=True)[:AT_ONCE])
    for part in in_parts(keys):
        Heard.objects.filter(pk__in=part).delete()
    return len(keys)


def _forget_places(newest: datetime) -> int:
    """Those written first go first, so no index by time is needed; what a signal that is open tells of stays."""
    opened = Signal.objects.filter(ended_at__isnull=True).aggregate(first=Min("since"))["first"]
    until = min(filter(None, (newest - PLACED_FOR, opened)))
    first = MessageTopic.objects.order_by("pk").values_list("pk", "said_at")[:AT_ONCE]
    keys = [key for key, said_at in first if said_at < until]
    for part in in_parts(keys):
        MessageTopic.objects.filter(pk__in=part).delete()
    return len(keys)
