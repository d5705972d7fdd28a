"""The loop of the room: imports go on, chunk by chunk."""

from datetime import datetime

from daylight.core.due import work_through
from daylight.core.loops import Loop, Step
from daylight.customers import importing
from daylight.customers.models import Import


def step(now: datetime) -> Step:
    """Take the next chunks of one import in."""
    return work_through(Import.objects.all(), now, importing.turn, lease=importing.LEASE, limit=1)


def oldest_due(now: datetime) -> datetime | None:
    """When the import that waits longest was due."""
    return Import.objects.oldest_due_at()


LOOPS: tuple[Loop, ...] = (Loop(name="customers.import", step=step, oldest_due=oldest_due),)
