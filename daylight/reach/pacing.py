"""Holds a limit of so many messages a second, exactly, however many workers share it.

Each message of a limited provider has a moment of its own, 1/rate apart. The database knows the next free one; a
worker takes a stretch of half a second at a time and sends each message when its moment has come. A moment that was
missed by more than `LATENESS` is lost and not made up for: else a stalled worker would send a burst.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from daylight.core import clock
from daylight.reach.models import Pace

STRETCH = 0.2
"""Seconds of moments that a worker takes at a time."""

AHEAD = 0.15
"""Seconds before the end of what it has that a worker takes more."""

LATENESS = 0.1
"""Seconds after which a moment is lost."""

QUANTUM = 0.05
"""Seconds: messages whose moments lie this close go together, so that the sender wakes less often."""


@dataclass
class Stretch:
    """So many moments from `start` on (seconds since the epoch), `step` apart."""

    start: float
    step: float
    count: int


def take(provider: int, domain: str, *, per_second: float, now: datetime, seconds: float = STRETCH) -> Stretch | None:
    """Take the next free stretch of moments for this worker; None while others hold all of the near future."""
    step = 1 / per_second
    count = max(1, round(per_second * seconds))
    with transaction.atomic():
        Pace.objects.get_or_create(provider_id=provider, domain=domain, defaults={"next_at": now})
        pace = Pace.objects.select_for_update(no_key=True).get(provider=provider, domain=domain)
        start = max(pace.next_at, now)
        if start > now + timedelta(seconds=max(2 * seconds, step)):
            return None
        Pace.objects.filter(pk=pace.pk).update(next_at=start + timedelta(seconds=count * step))
    return Stretch(start.timestamp(), step, count)


def _wall() -> float:
    return clock.now().timestamp()


class Moments:
    """The moments that one worker holds of one limit. `wall` tells the time in seconds since the epoch."""

    def __init__(self, per_second: float, *, wall: Callable[[], float] = _wall) -> None:
        self.per_second = per_second
        self._wall = wall
        self._held: deque[Stretch] = deque()

    def add(self, stretch: Stretch) -> None:
        """More of them; each later than those before."""
        self._held.append(stretch)

    @property
    def wants_more(self) -> bool:
        """Whether those held end soon."""
        if not self._held:
            return True
        last = self._held[-1]
        return last.start + last.count * last.step < self._wall() + AHEAD

    def use(self) -> bool:
        """Use the moment that has come; False when none has."""
        now = self._wall()
        while self._held:
            first = self._held[0]
            if first.count and first.start <= now + QUANTUM:
                first.count -= 1
                first.start += first.step
                if first.start - first.step >= now - max(LATENESS, first.step):
                    return True
            elif first.count:
                return False
            else:
                self._held.popleft()
        return False

    def due(self) -> int:
        """How many moments have come."""
        now = self._wall() + QUANTUM
        coming = [stretch for stretch in self._held if stretch.start <= now]
        return sum(min(stretch.count, int((now - stretch.start) / stretch.step) + 1) for stretch in coming)

    def wait(self) -> float:
        """Seconds until the next moment; a short while when none is held."""
        for stretch in self._held:
            if stretch.count:
                return max(0.0, stretch.start - self._wall())
        return 2 * QUANTUM
