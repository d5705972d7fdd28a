"""The hours in which nothing may ring at a customer's, on the clock of their own wall; no database here."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Quiet:
    """From `starts` until `ends`, over midnight when it starts later than it ends; equal times mean no quiet at all.

    With `always_tell` the customer wants to be told at any hour.
    """

    starts: time = time(22)
    ends: time = time(7)
    always_tell: bool = False

    def holds(self, at: datetime, zone: ZoneInfo) -> bool:
        """Whether it is quiet at this instant."""
        if self.always_tell or self.starts == self.ends:
            return False
        clock = at.astimezone(zone).time()
        if self.starts < self.ends:
            return self.starts <= clock < self.ends
        return clock >= self.starts or clock < self.ends

    def over_at(self, at: datetime, zone: ZoneInfo) -> datetime | None:
        """The instant at which the quiet that holds at `at` is over; None when it does not hold.

        Where the clock shows the end twice (in autumn), the first that is still to come counts; where it leaps over
        it (in spring), the quiet is over as long after the leap as the end lay in it.
        """
        if not self.holds(at, zone):
            return None
        local = at.astimezone(zone)
        day = local.date() if local.time() < self.ends else local.date() + timedelta(days=1)
        ends = [datetime.combine(day, self.ends, tzinfo=zone).replace(fold=fold).astimezone(UTC) for fold in (0, 1)]
        over = [end for end in ends if end > at and not self.holds(end, zone)]
        return min(over) if over else self.over_at(max(ends), zone)  # The leap led from one quiet into the next.


USUAL = Quiet()
"""For whoever chose nothing."""
