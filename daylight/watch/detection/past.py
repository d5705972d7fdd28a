"""One stream as the detector sees it."""

from dataclasses import dataclass

import numpy as np

from daylight.watch.detection.rolling import Floats
from daylight.watch.detection.tuning import Tuning


@dataclass(frozen=True)
class Past:
    """The counts of every bucket, 1 where a bucket may teach and 0 where not, and by what figures to go."""

    counts: Floats
    taught: Floats
    per_day: int
    tuning: Tuning

    @property
    def known(self) -> Floats:
        """The counts that may teach."""
        return self.counts * self.taught

    @property
    def week(self) -> int:
        """Buckets in a week."""
        return 7 * self.per_day

    @property
    def ages(self) -> Floats:
        """How many buckets there are up to each bucket, itself included."""
        return np.arange(1.0, len(self.counts) + 1)
