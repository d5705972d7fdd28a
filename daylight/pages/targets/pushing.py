"""Pushes each version to the targets of its page, looks whether they show it, and raises an alarm when one lags."""

from datetime import datetime, timedelta

from daylight.accounts.models import Member
from daylight.accounts.roles import Act
from daylight.core import clock, http
from daylight.core.due import work_through
from daylight.core.loops import Step
from daylight.pages.folder import PageFolder, Tree
from daylight.pages.models import Target
from daylight.pages.targets.base import PUBLICATION, TargetFailed
from daylight.pages.targets.bucket import made_at
from daylight.pages.targets.registry import KINDS
from daylight.reach.alarms import alarm

LEASE = timedelta(seconds=15)
"""A worker that dies keeps a target no longer than this; one that goes on says so."""

LAGS_AFTER = timedelta(minutes=1)
"""A target that has not shown what we show for this long is a page that tells customers old news."""

LOOKED_AT_EVERY = timedelta(minutes=5)
"""Nothing new to push is no proof that the target still stands."""

WAITS = tuple(timedelta(seconds=seconds) for seconds in (1, 2, 5, 10, 30, 60))
"""The pauses between tries; the last repeats."""


def step(now: datetime) -> Step:
    """Push what is due."""
    return work_through(Target.objects.select_related("page"), now, push, lease=LEASE, limit=4)


def push(row: Target, now: datetime) -> None:
    """Bring one target up to date, and look at it."""
    source = PageFolder.of(row.page.slug)
    tree = source.tree()
    if tree is None or (row.shows is not None and tree.version.made_at < row.shows):
        # Nothing stands yet, or another machine's worker has pushed something newer than ours.
        row.put_off(until=now + LOOKED_AT_EVERY)
        return
    if row.page.is_private:
        row.put_off(until=now + LOOKED_AT_EVERY, problem="A private page is not copied: a copy asks nobody who reads.")
        return
    try:
        seen = _pushed(row, source, tree)
    except TargetFailed as problem:
        _lag(row, now, problem=str(problem))
        return
    newest = source.version()
    has_more = newest is not None and newest.made_at > tree.version.made_at
    until = now if has_more else now + LOOKED_AT_EVERY
    row.put_off(until=until, shows=seen, seen_at=now, behind_since=None, attempts=0)


def _pushed(row: Target, source: PageFolder, tree: Tree) -> datetime:
    """Push a tree; returns when the version was rendered that the target then shows. Raises TargetFailed."""
    place = KINDS[row.kind](row.settings)
    place.push(source, tree, going_on=lambda: row.renew(until=clock.now() + LEASE))
    seen = _seen_by_the_world(row) if row.check_url else place.shown()
    if seen is None or seen < tree.version.made_at:
        raise TargetFailed("It took the new version but still shows an older one.")
    return seen


def _seen_by_the_world(row: Target) -> datetime | None:
    """When the version was rendered that readers get."""
    url = f"{row.check_url.rstrip('/')}/{PUBLICATION}"
    try:
        answer = http.get(url, headers={"Cache-Control": "no-cache"})
    except (http.Refused, http.Unreachable) as problem:
        raise TargetFailed(f"{url}: {problem}") from None
    if not answer.is_good:
        raise TargetFailed(f"{url} answers {answer.status}.")
    return made_at(answer.body)


def _lag(row: Target, now: datetime, *, problem: str) -> None:
    since = row.behind_since or now
    wait = WAITS[min(row.attempts, len(WAITS)) - 1]
    row.put_off(until=now + wait, problem=problem, behind_since=since)
    if now - since >= LAGS_AFTER:
        alarm(
            Member.objects.able_to(Act.SET_UP),
            key=f"target-{row.pk}-{since:%Y%m%d%H%M%S}",
            subject=f"The copy of the status page at {row.name} shows old news",
            text=f"Since {since:%H:%M} UTC it has not taken what we publish. {problem}",
            at=now,
            path=f"/desk/pages/{row.page.slug}/targets/",
        )
