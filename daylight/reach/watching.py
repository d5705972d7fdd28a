"""Tells browsers that watch the status page: each public update once, the newest in place of those before it.

Their number is not in the ledger, since nobody knows who they are. A claimed row is held by its lease; a browser that
is told twice after a crash shows it once, because a newer message takes the place of the older (`Topic`, `tag`).
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial

from daylight.core.due import LeaseLost
from daylight.core.loops import Step, log
from daylight.incidents.models import Update
from daylight.reach import providers
from daylight.reach.channels.base import (
    AddressRejected,
    ChannelBroken,
    Message,
    MessageRejected,
    Reader,
    Session,
    TryLater,
    prepare,
)
from daylight.reach.channels.push.channel import Push
from daylight.reach.composing import Wording
from daylight.reach.models import Watcher

LEASE = timedelta(minutes=2)
AT_ONCE = 200
CONNECTIONS = 16
TOLD_FOR = timedelta(hours=24)
"""A word older than this is no news: a browser that slept longer reads the page."""

WAIT = timedelta(minutes=1)


def step(now: datetime) -> Step:
    """Tell some of those who are still to be told."""
    updates = list(_public(now))
    if updates:
        _call(updates, now)
    claimed = Watcher.objects.claim(now, lease=LEASE, limit=AT_ONCE)
    if claimed:
        _tell(claimed, updates, now)
    return Step(handled=len(claimed))


def oldest_due(now: datetime) -> datetime | None:
    """When the watcher who waits longest was to be told."""
    oldest: datetime | None = Watcher.objects.oldest_due_at()
    return oldest


def _public(now: datetime) -> Iterable[Update]:
    """What the status page said in the last day, oldest first."""
    return (
        Update.objects.filter(
            state=Update.State.PUBLISHED,
            page_only__isnull=True,
            published_at__gt=now - TOLD_FOR,
            incident__made_public_at__isnull=False,
            incident__is_exercise=False,
        )
        .select_related("incident", "corrects")
        .order_by("published_at", "pk")
    )


def _call(updates: list[Update], now: datetime) -> None:
    """Put those in line who have not been told of the newest update that concerns them."""
    idle = Watcher.objects.filter(due_at__isnull=True)
    newest = {update.incident_id: update.published_at for update in updates}
    idle.filter(incident__isnull=True, told_until__lt=max(filter(None, newest.values()))).update(due_at=now)
    for incident, moment in newest.items():
        idle.filter(incident=incident, told_until__lt=moment).update(due_at=now)


def _tell(watchers: list[Watcher], updates: list[Update], now: datetime) -> None:
    wordings = {update.pk: Wording(update) for update in updates}
    try:
        session = Push().open(providers.settings_for(Push.name))
    except ChannelBroken as problem:
        for watcher in watchers:
            watcher.put_off(until=now + WAIT, problem=str(problem))
        return
    with closing(session), ThreadPoolExecutor(CONNECTIONS) as pool:
        messages = [_messages(watcher, updates, wordings) for watcher in watchers]
        outcomes = list(pool.map(partial(_send, session), messages))
    for watcher, outcome in zip(watchers, outcomes, strict=True):
        try:
            _settle(watcher, outcome, until=max(filter(None, (u.published_at for u in updates)), default=now), now=now)
        except LeaseLost:
            log.warning("Lease lost on %s; another worker tells it.", watcher)


def _messages(watcher: Watcher, updates: list[Update], wordings: dict[int, Wording]) -> list[Message]:
    """The newest untold update of each incident that concerns this watcher."""
    concerning = {
        update.incident_id: update
        for update in updates
        if update.published_at
        and update.published_at > watcher.told_until
        and watcher.incident_id in {None, update.incident_id}
    }
    reader = Reader(watcher.name, "", "", reason="", own_url="", unsubscribe_url="", secret=str(watcher.subscription))
    return [
        prepare(Push(), wordings[update.pk].notification(language=watcher.language))(
            to=reader, key=f"{update.pk}-{watcher.name}"
        )
        for update in concerning.values()
    ]


def _send(session: Session, messages: list[Message]) -> Exception | None:
    """Send each; the first failure, if any."""
    for message in messages:
        try:
            session.send(message, idempotency_key=message.address)
        except (AddressRejected, MessageRejected, TryLater) as problem:
            return problem
    return None


def _settle(watcher: Watcher, outcome: Exception | None, *, until: datetime, now: datetime) -> None:
    if isinstance(outcome, AddressRejected):
        watcher.delete()
    elif isinstance(outcome, TryLater) and watcher.attempts < 10:
        watcher.put_off(until=now + (outcome.after or WAIT), problem=str(outcome))
    else:
        if outcome is not None:
            log.warning("%s was not told: %s", watcher, outcome)
        watcher.finish(told_until=until, attempts=0)
