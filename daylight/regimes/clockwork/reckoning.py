"""When a clock of a regime began, and by when it is owed: from what is known, never from a guess."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from daylight.regimes.clockwork.lengths import Calendar, Length


@dataclass(frozen=True, slots=True)
class Limit:
    """One bound of a clock: so long after the moment `starts`.

    A bound that `gives_way_to` a moment does not count when that moment came after the bound itself.
    """

    starts: str
    length: Length
    gives_way_to: str = ""


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A clock as time. Without `owed_by` it has not started, and `waits_for` names the moments that would start it.

    With both it runs already, and may be owed earlier still once those moments are known.
    """

    started_at: datetime | None = None
    owed_by: datetime | None = None
    waits_for: tuple[str, ...] = ()

    @property
    def is_started(self) -> bool:
        """Whether it runs."""
        return self.owed_by is not None


def reckon(limits: Sequence[Limit], moments: Mapping[str, datetime], calendar: Calendar) -> Reckoned:
    """Put a clock together: the earliest of its bounds that are known counts."""
    known = [
        (limit.length.after(moments[limit.starts], calendar), limit) for limit in limits if limit.starts in moments
    ]
    counting = [(ends, limit) for ends, limit in known if not _gives_way(ends, limit, moments)]
    waits_for = tuple(dict.fromkeys(limit.starts for limit in limits if limit.starts not in moments))
    if not counting:
        return Reckoned(waits_for=waits_for)
    owed_by, first = min(counting, key=lambda found: found[0])
    return Reckoned(moments[first.starts], owed_by, waits_for)


def _gives_way(ends: datetime, limit: Limit, moments: Mapping[str, datetime]) -> bool:
    other = moments.get(limit.gives_way_to)
    return other is not None and other > ends
