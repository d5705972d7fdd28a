"""What turns by itself in this room."""

from datetime import datetime, timedelta

from daylight.core.loops import Loop, Step
from daylight.incidents import components_in_use, promises
from daylight.incidents.models import Promise, Reminder, Update


def uses_step(now: datetime) -> Step:
    """After an import of customers, take over which components they use."""
    return Step(handled=components_in_use.read_when_due(now))


LOOPS: tuple[Loop, ...] = (
    Loop("incidents.release", promises.release_step, lambda _: Update.objects.leaving().oldest_due_at()),
    Loop("incidents.reminders", promises.remind_step, lambda _: Reminder.objects.oldest_due_at()),
    Loop("incidents.promises", promises.promise_step, lambda _: Promise.objects.oldest_due_at()),
    Loop(
        "incidents.uses",
        uses_step,
        lambda _: None,
        rest=timedelta(seconds=5),
        quiet_after=timedelta(minutes=10),
    ),
)
