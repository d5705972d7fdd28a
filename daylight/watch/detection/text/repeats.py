"""A flood counts once: copies of one text, and one writer again and again."""

from collections import OrderedDict

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz

from daylight.watch.detection.text.heard import Heard
from daylight.watch.detection.text.memory import DAY, Floats
from daylight.watch.detection.text.neighbours import Neighbours
from daylight.watch.detection.text.words import words

COPY, LIKE, SAME_LETTERS, SAME_TOPIC = 0.92, 0.70, 75, 0.35
SHORT, LONG = 6, 8
"""Words below which two people may well write the same by chance, and from which they hardly will."""
COMPARABLE, MOST_COMPARED = 5_000, 40
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


class Copies:
    """How often a text, or nearly the same, was said within ten days; the newest 5,000 are compared by letters."""

    def __init__(self) -> None:
        self.texts: OrderedDict[int, str] = OrderedDict()

    def of(self, texts: list[str], near: Neighbours) -> npt.NDArray[np.int64]:
        """The number of earlier copies of each text."""
        earlier = near.only((near.nearness >= LIKE) & (near.places < near.first + near.of))
        found = np.bincount(earlier.of[earlier.nearness >= COPY], minlength=len(texts))
        like = earlier.only(earlier.nearness < COPY)
        ends = np.searchsorted(like.of, np.arange(len(texts) + 1))
        for place, text in enumerate(texts):
            self.texts[int(near.names[near.first + place])] = text
            if ends[place] < ends[place + 1] and len(text.split()) >= LONG:
                others = like.places[ends[place] : ends[place + 1]][-MOST_COMPARED:]
                found[place] += self._same_letters(text, near.names[others].tolist())
        while len(self.texts) > COMPARABLE:
            self.texts.popitem(last=False)
        return found

    def _same_letters(self, text: str, names: list[int]) -> int:
        """Copies with another name, number or date in them are nearly the same by their letters."""
        others = [self.texts[name] for name in names if name in self.texts]
        return sum(fuzz.ratio(text, other, score_cutoff=SAME_LETTERS) > 0 for other in others)


def counting(
    messages: list[Heard], points: Floats, near: Neighbours, writers: Writers, copies: Copies
) -> npt.NDArray[np.float32]:
    """As how many each message counts: 0 for the same writer on the same topic, less and less for copies.

    Forty copies count as four messages. A short text of a known writer counts in full: two people may say it.
    """
    texts = [message.cleaned for message in messages]
    weights = np.ones(len(messages), np.float32)
    for place, (message, before) in enumerate(zip(messages, copies.of(texts, near).tolist(), strict=True)):
        if writers.again(message.writer, message.at, points[place]) or not points[place].any():
            weights[place] = 0
        elif before and not (message.writer and len(words(texts[place])) < SHORT):
            weights[place] = 1 / (1 + before)
    return weights
