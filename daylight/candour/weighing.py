"""What a sentence says where no pattern tells: its words, weighed.

People say what went wrong in more ways than patterns hold: "A digger cut our cable", "The file was too large for the
nightly job". How much each word, beginning of a word, pair of words, class of words and pattern speaks for an element
was learnt from sentences of our own (`bin/prove candour`): one logistic regression for each element.

All weights of a feature are kept in one number, a lane of bits for each element, so that one addition adds them all.
What is lacking to be enough is added as well: the highest bit of a lane then tells whether a sentence says the element.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import add
from pathlib import Path

from daylight.candour.reading.lexicon import Lexicon, bits
from daylight.candour.reading.patterns import Group
from daylight.candour.reading.reading import Place, Reading

FINE = 1_000
"""Weights are kept in thousandths."""

_LANE = 28
"""Bits of a lane: a sentence of ten thousand words does not fill it."""

_MIDDLE = 1 << (_LANE - 1)
_STEM = 5
_MOST_KEPT = 50_000


class Weights:
    """The weights of one language, and which patterns they know."""

    def __init__(self, data: Mapping[str, object], lexicon: Lexicon, groups: Mapping[str, Group]) -> None:
        """`data` is what `bin/prove candour --keep` wrote."""
        self.elements: list[str] = list(data["elements"])  # type: ignore[call-overload]  # Written by ourselves.
        self.enough: list[float] = list(data["enough"])  # type: ignore[call-overload]
        self._learnt: Mapping[str, Sequence[int]] = data["weights"]  # type: ignore[assignment]
        none = _packed(data["none"])  # type: ignore[arg-type]
        self._short = none + _packed([_MIDDLE - _least(enough) for enough in self.enough])
        self._any_top = _packed([_MIDDLE] * len(self.elements))
        self._none = none + self._any_top
        self._of = _Packed(self._learnt)
        self._words = _Words(self._of, lexicon)
        self._finder = next((group.finder for group in groups.values()), None)
        self._groups = {
            group.number: self._of[f"@{name}"] for name, group in groups.items() if f"@{name}" in self._learnt
        }

    @classmethod
    def of_file(cls, path: Path, lexicon: Lexicon, groups: Mapping[str, Group]) -> "Weights":
        """The weights of a file; none at all where there is no file."""
        if not path.exists():
            return cls({"elements": [], "enough": [], "none": [], "weights": {}}, lexicon, groups)
        return cls(json.loads(path.read_text(encoding="utf-8")), lexicon, groups)

    def heavy(self, reading: Reading) -> dict[str, list[Place]]:
        """For each element the sentences that say it."""
        found: dict[str, list[Place]] = {element: [] for element in self.elements}
        for place, total in self._totals(reading, self._short):
            for top in bits(total & self._any_top):
                found[self.elements[top // _LANE]].append(place)
        return found

    def weighed(self, reading: Reading) -> Iterator[tuple[Place, list[float]]]:
        """Each sentence with the logarithm of the odds that it says each element."""
        for place, total in self._totals(reading, self._none):
            yield place, _lanes(total, len(self.elements))

    def _totals(self, reading: Reading, none: int) -> Iterable[tuple[Place, int]]:
        """Each sentence with all that speaks for it, on top of what speaks for any."""
        sentences = reading.sentences()
        if not self.elements or not sentences:
            return ()
        words = [none + self._sum(reading, sentence) for sentence in sentences]
        if not self._finder:
            return zip(sentences, words, strict=True)
        known = self._groups
        held = [
            sum(known[group] for group in groups if group in known) for groups in reading.searched(self._finder).groups
        ]
        return zip(sentences, map(add, words, held), strict=True)

    def _sum(self, reading: Reading, sentence: Place) -> int:
        """What the words of a sentence weigh, each different one once, and each two that follow one another."""
        said = _words(reading, sentence)
        words = [word for word, _ in said]
        pairs = map(" ".join, zip(["<", *words], [*words, ">"], strict=True))
        known = filter(self._learnt.__contains__, pairs)
        return sum(map(self._words.__getitem__, said)) + sum(map(self._of.__getitem__, known))


class _Packed(dict[str, int]):
    """The weights of each feature as one number, put together when they are first asked for."""

    def __init__(self, learnt: Mapping[str, Sequence[int]]) -> None:
        super().__init__()
        self.learnt = learnt

    def __missing__(self, feature: str) -> int:
        row = self.learnt.get(feature)
        if row is None:
            return 0
        packed = self[feature] = _packed(row)
        return packed


class _Words(dict[tuple[str, str], int]):
    """What each word weighs with its letter, by itself, its beginning and its classes; some are remembered."""

    def __init__(self, of: Mapping[str, int], lexicon: Lexicon) -> None:
        super().__init__()
        self.of, self.lexicon = of, lexicon

    def __missing__(self, said: tuple[str, str]) -> int:
        if len(self) > _MOST_KEPT:
            self.clear()
        names = of_word(said[0], self.lexicon.classes_of(said[1]))
        weight = self[said] = sum(self.of[name] for name in names)
        return weight


def features(reading: Reading, sentence: Place, lexicon: Lexicon, groups: Mapping[str, Group]) -> Counter[str]:
    """What can weigh in a sentence, and how often it does: what `Weights` adds up, by name."""
    found, before = Counter[str](), "<"
    for word, letter in _words(reading, sentence):
        found.update([*of_word(word, lexicon.classes_of(letter)), f"{before} {word}"])
        before = word
    found[f"{before} >"] += 1
    for name, group in groups.items():
        if any(sentence.start <= place.start < sentence.end for place in reading.found(group)):
            found[f"@{name}"] += 1
    return found


def of_word(word: str, classes: Iterable[str]) -> list[str]:
    """A word, its beginning, its classes."""
    stem = [f"{word[:_STEM]}~"] if len(word) > _STEM + 1 and word[0] != "#" else []
    return [word, *stem, *(f"{{{name}}}" for name in classes if name[0] != "=")]


def _words(reading: Reading, sentence: Place) -> dict[tuple[str, str], None]:
    """Each different word of a sentence with its letter, in order."""
    start, end = sentence
    return dict.fromkeys(zip(reading.plain[start:end], reading.letters[start:end], strict=True))


def _packed(weights: Sequence[int]) -> int:
    """One number for a row of whole numbers; those may be below zero."""
    return sum(weight << (_LANE * at) for at, weight in enumerate(weights))


def _least(enough: float) -> int:
    """The least weight, in thousandths, that is more than enough."""
    least = int(enough * FINE) - 1
    while least / FINE <= enough:
        least += 1
    return least


def _lanes(total: int, count: int) -> list[float]:
    """The row of a packed number to which the middle of each lane was added."""
    mask = (1 << _LANE) - 1
    return [((total >> (_LANE * at) & mask) - _MIDDLE) / FINE for at in range(count)]
