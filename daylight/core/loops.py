"""A loop is a plain function of the time: it claims what is due, handles it, and says how much it did.

The worker turns the loops; tests call `step(now)` themselves. Nothing here starts a thread or sleeps.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

log = logging.getLogger("daylight.loops")


@dataclass(frozen=True)
class Step:
    """What one turn of a loop did: the number of rows it handled. None handled means it may rest."""

    handled: int


@dataclass(frozen=True)
class Loop:
    """Something that happens again and again.

    `name` is room.act and is what the desk and `--only` show; `step` does one turn at the given time;
    `oldest_due` tells when the row that waits longest was due (None: nothing waits); `rest` is the pause after a
    turn that found nothing; `late_after` is the age of the oldest due row from which the loop counts as red;
    `quiet_after` is how long one turn may take, or the loop is taken for dead; `woken_by` names the events that end its
    rest at once (see `waking`); `goes_first` is for work that somebody waits for in person (see `going_first`).
    """

    name: str
    step: Callable[[datetime], Step]
    oldest_due: Callable[[datetime], datetime | None]
    rest: timedelta = timedelta(seconds=1)
    late_after: timedelta = timedelta(minutes=1)
    quiet_after: timedelta = timedelta(minutes=1)
    woken_by: tuple[str, ...] = ()
    goes_first: bool = False
