"""What turns by itself in this room."""

from daylight.core.loops import Loop
from daylight.incidents import promises
from daylight.incidents.models import Promise, Reminder, Update

LOOPS: tuple[Loop, ...] = (
    Loop("incidents.release", promises.release_step, lambda _: Update.objects.leaving().oldest_due_at()),
    Loop("incidents.reminders", promises.remind_step, lambda _: Reminder.objects.oldest_due_at()),
    Loop("incidents.promises", promises.promise_step, lambda _: Promise.objects.oldest_due_at()),
)
