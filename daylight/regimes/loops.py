"""What turns by itself in this room."""

from datetime import timedelta

from daylight.core.loops import Loop
from daylight.regimes import warning
from daylight.regimes.models import ClockWarning

LOOPS: tuple[Loop, ...] = (
    Loop("regimes.warnings", warning.warn_step, lambda _: ClockWarning.objects.oldest_due_at()),
    Loop(
        "regimes.clocks",
        warning.clock_step,
        lambda _: None,
        rest=timedelta(seconds=15),
        quiet_after=timedelta(minutes=10),
    ),
)
