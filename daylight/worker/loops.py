"""What the worker itself does when its time comes: the sign of life that leaves by another road."""

from datetime import datetime, timedelta

from django.conf import settings

from daylight.core import database_clock, http
from daylight.core.loops import Loop, Step
from daylight.core.models import Heartbeat

WATCHER = "worker.watcher"


class NotHeard(Exception):
    """The watcher outside did not say yes: check DAYLIGHT_DEAD_MAN_URL."""


def call_the_watcher(now: datetime) -> Step:
    """Call the address whose silence is an alarm elsewhere, if there is one and all other loops are well."""
    if settings.DEAD_MAN_URL and not Heartbeat.objects.red(now).exclude(loop=WATCHER).exists():
        answer = http.get(settings.DEAD_MAN_URL)
        if not answer.is_good:
            raise NotHeard(f"It answered {answer.status}.")
    return Step(handled=0)


LOOPS: tuple[Loop, ...] = (
    Loop(WATCHER, call_the_watcher, oldest_due=lambda now: None, rest=timedelta(minutes=1)),
    Loop("worker.clock", database_clock.step, oldest_due=lambda now: None, rest=timedelta(minutes=1)),
)
