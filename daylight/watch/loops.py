"""What this room does when its time comes."""

from datetime import datetime, timedelta

from daylight.core.loops import Loop, Step
from daylight.watch import hearing, raising, scoring
from daylight.watch.alerts.loops import LOOPS as ALERTS
from daylight.watch.models import Topic


def tidy(now: datetime) -> Step:
    """Forget what nothing needs any more."""
    return Step(handled=hearing.forget(now).handled + raising.end_the_past(now))


LOOPS: tuple[Loop, ...] = (
    Loop(
        "watch.topics",
        hearing.step,
        hearing.oldest_due,
        late_after=timedelta(minutes=5),
        quiet_after=timedelta(minutes=5),
    ),
    Loop(
        "watch.score",
        scoring.step,
        lambda _: Topic.objects.oldest_due_at(),
        late_after=timedelta(minutes=10),
        quiet_after=timedelta(minutes=5),
    ),
    Loop("watch.tidy", tidy, lambda _: None, rest=timedelta(minutes=1), quiet_after=timedelta(minutes=5)),
    *ALERTS,
)
