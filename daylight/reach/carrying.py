"""What is carried, and what became of it: the words that the roads and the ledger share."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from daylight.reach.channels.base import Composer, Reader
from daylight.reach.moves import State


@dataclass(slots=True)  # Frozen would take thrice as long to make, and a million are made.
class Item:
    """One delivery to be carried: its id, its reader, its key, and how to compose it."""

    delivery: int
    contact_point: int
    key: str
    reader: Callable[[], Reader]
    compose: Composer


@dataclass(slots=True)
class Outcome:
    """What became of one delivery; `failure` is the channel's own word for it, `after` the pause it asked for.

    `reference` is the provider's own name for the message.
    """

    item: Item
    state: State
    answer: str = ""
    failure: type[Exception] | None = None
    after: timedelta | None = None
    reference: str = ""

    @property
    def delivery(self) -> int:
        """The id of the delivery, as the ledger asks for it."""
        return self.item.delivery


def ticks() -> float:
    """Seconds that go on also while the machine sleeps: a lease does not sleep either."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()
