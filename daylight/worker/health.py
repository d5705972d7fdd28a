"""Says whether the machine behind the pages is alive, from the heartbeats of all loops."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from daylight.core.loops import Loop
from daylight.core.models import Heartbeat

WELL = "All is well."


@dataclass(frozen=True)
class Health:
    """One loop's state: its name, whether it is well, and a sentence."""

    loop: str
    is_well: bool
    says: str


def examine(loops: Iterable[Loop], now: datetime) -> list[Health]:
    """The health of each loop that should be turning."""
    heartbeats = {heartbeat.loop: heartbeat for heartbeat in Heartbeat.objects.all()}
    return [_health(loop.name, heartbeats.get(loop.name), now) for loop in loops]


def _health(name: str, heartbeat: Heartbeat | None, now: datetime) -> Health:
    if heartbeat is None:
        return Health(name, is_well=False, says="It has never turned: is the worker running?")
    worries = heartbeat.worries(now)
    return Health(name, is_well=not worries, says=" ".join(worries) or WELL)
