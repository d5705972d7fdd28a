"""What this room does when its time comes."""

from datetime import datetime, timedelta

from daylight.core.loops import Loop, Step
from daylight.pages import publishing
from daylight.pages.models import FreshLink, Target
from daylight.pages.on_hold import voicing, watching
from daylight.pages.targets import pushing
from daylight.pages.yours import choosing, fresh


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
        woken_by=("update.published", publishing.CHANGED),
    ),
    Loop(
        name="pages.push",
        step=pushing.step,
        oldest_due=lambda now: Target.objects.oldest_due_at(),
        rest=timedelta(milliseconds=500),
        quiet_after=timedelta(minutes=4),
        woken_by=("page.published",),
    ),
    Loop(
        name="pages.voice",
        step=voicing.step,
        oldest_due=voicing.oldest_due,
        rest=timedelta(seconds=2),  # Not woken: speaking takes a second of a core, and the copies go first.
        late_after=timedelta(minutes=5),
        quiet_after=timedelta(minutes=5),
    ),
    Loop(
        name="pages.lines",
        step=watching.step,
        oldest_due=lambda now: None,
        rest=timedelta(seconds=20),
    ),
    Loop(
        name="pages.fresh_links",
        step=fresh.step,
        oldest_due=lambda now: FreshLink.objects.oldest_due_at(),
        rest=timedelta(seconds=5),
    ),
    Loop(
        name="pages.forget_choices",
        step=lambda now: Step(handled=choosing.forget_erased()),
        oldest_due=lambda now: None,
        rest=timedelta(minutes=10),
    ),
)
