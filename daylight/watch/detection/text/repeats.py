"""A flood counts once: copies of one text, and one writer again and again."""

from collections import OrderedDict

import numpy as np
import numpy.typing as npt

from daylight.watch.detection.text.heard import Heard
from daylight.watch.detection.text.memory import DAY, Floats, Rows
from daylight.watch.detection.text.words import clean, words

COPY, SAME_TOPIC = 0.92, 0.35
SHORT = 6
"""Words below which two people may well write the same by chance."""
WRITER_DAYS, WRITERS = 3 * DAY, 20_000


class Writers:
    """Who wrote lately, and where in the space of topics; the newest 20,000."""

    def __init__(self) -> None:
        self._last: OrderedDict[str, tuple[float, Floats]] = OrderedDict()

    def again(self, writer: str, at: float, point: Floats) -> bool:
        """Whether this writer said much the same within three days; notes what is said now."""
        if not writer:
            return False
        at_last, said = self._last.pop(writer, (-np.inf, point))
        again = at - at_last <= WRITER_DAYS and float(said @ point) >= SAME_TOPIC
        self._last[writer] = (at, said if again else point)
        while len(self._last) > WRITERS:
            self._last.popitem(last=False)
        return again


def counting(messages: list[Heard], fresh: Rows, recent: Rows, writers: Writers) -> npt.NDArray[np.float32]:
    """As how many each message counts: 0 for a copy or the same writer on the same topic, a part for a short copy.

    Where both writers are known and differ, a short text counts in full: two customers.
    """
    points = np.concatenate([recent.points, fresh.points])
    near = fresh.points @ points.T >= COPY
    near &= np.arange(len(points))[None, :] < len(recent) + np.arange(len(fresh))[:, None]
    copies = near.sum(1)
    weights = np.ones(len(messages), np.float32)
    for place, message in enumerate(messages):
        if writers.again(message.writer, message.at, fresh.points[place]) or not fresh.points[place].any():
            weights[place] = 0
        elif copies[place]:
            is_long = len(words(clean(message.text))) >= SHORT
            weights[place] = 0 if is_long else 1 if message.writer else 1 / (1 + copies[place])
    return weights
