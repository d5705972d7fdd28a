"""What this room does when its time comes."""

from datetime import timedelta

from daylight.core.loops import Loop
from daylight.reach import alarms, fanout, reminding
from daylight.reach.models import Alarm

LOOPS: tuple[Loop, ...] = (
    Loop("reach.fan_out", fanout.step, fanout.oldest_due, rest=timedelta(milliseconds=500)),
    Loop("reach.reminders", reminding.step, reminding.oldest_due),
    Loop("reach.alarms", alarms.step, lambda now: Alarm.objects.oldest_due_at(), quiet_after=timedelta(minutes=5)),
)
