"""What this room does when its time comes."""

from datetime import datetime, timedelta

from daylight.core.loops import Loop, Step
from daylight.pages import publishing


def render(now: datetime) -> Step:
    """Render the public pages that would read otherwise now."""
    return Step(handled=publishing.refresh(now))


LOOPS: tuple[Loop, ...] = (
    Loop(
        name="pages.render",
        step=render,
        oldest_due=lambda now: publishing.next_at(),
        rest=timedelta(milliseconds=400),
        late_after=timedelta(seconds=30),
        woken_by=("update.published",),
    ),
)
