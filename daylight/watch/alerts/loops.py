"""What happens to alerts when its time comes."""

from datetime import timedelta

from daylight.core.loops import Loop
from daylight.watch.alerts import asking

QUIET = timedelta(minutes=5)

LOOPS: tuple[Loop, ...] = (
    Loop("watch.suppliers", asking.step, asking.oldest_due, rest=timedelta(seconds=5), quiet_after=QUIET),
    Loop("watch.alerts", asking.conclude, lambda _: None, rest=timedelta(seconds=15), quiet_after=QUIET),
)
