"""What this room does when its time comes."""

from datetime import datetime, timedelta

from daylight.core.loops import Loop, Step
from daylight.listen import taking_in
from daylight.watch import forgetting, hearing, raising, scoring
from daylight.watch.alerts.loops import LOOPS as ALERTS
from daylight.watch.models import Topic


def tidy(now: datetime) -> Step:
    """Forget what nothing needs any more."""
    return Step(handled=forgetting.step(now).handled + raising.end_the_past(now))


SECOND_LOOK = timedelta(seconds=5)
"""The rest of a loop that the one before it wakes: it looks by itself lest a wake was lost."""

LOOPS: tuple[Loop, ...] = (
    Loop(
        "watch.topics",
        hearing.step,
        hearing.oldest_due,
        rest=SECOND_LOOK,
        late_after=timedelta(minutes=5),
        quiet_after=timedelta(minutes=5),
        woken_by=(taking_in.TAKEN_IN,),
    ),
    Loop(
        "watch.score",
        scoring.step,
        lambda _: Topic.objects.oldest_due_at(),
        rest=SECOND_LOOK,
        late_after=timedelta(minutes=10),
        quiet_after=timedelta(minutes=5),
        woken_by=(hearing.READ,),
    ),
    Loop("watch.tidy", tidy, lambda _: None, rest=timedelta(minutes=1), quiet_after=timedelta(minutes=5)),
    *ALERTS,
)
