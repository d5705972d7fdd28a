"""A draft as the checker holds it: read once, with the language and everything that is known around it."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import accumulate, chain

from daylight.candour.facts import Facts
from daylight.candour.languages import Language
from daylight.candour.packs import Pack
from daylight.candour.reading.reading import Place, Reading
from daylight.candour.report import Element, Span

STAGES = ("acknowledge", "update", "final", "letter")
PROFILES = ("status", "letter")


@dataclass
class Draft:
    """One text under examination. Elements find themselves in it, rules hold it against what is due."""

    reading: Reading
    title: Reading | None
    language: Language
    profile: str
    stage: str
    facts: Facts
    packs: Sequence[Pack]
    now: datetime | None
    elements: dict[str, Element] = field(default_factory=dict)
    heavy: dict[str, list[Place]] | None = None
    """Sentences by the elements that their words say; weighed when first asked for."""

    def found(self, *groups: str) -> list[Place]:
        """Where any pattern of these groups is in the text."""
        return self._all(self.reading, groups)

    def in_title(self, *groups: str) -> list[Place]:
        """Where any pattern of these groups is in the title."""
        return self._all(self.title, groups) if self.title is not None else []

    @cached_property
    def is_planned(self) -> bool:
        """Whether it tells of work that is yet to be done: such a word is its own reason, and nobody was let down."""
        return bool(self.found("planned.work") or self.in_title("planned.work"))

    @cached_property
    def is_over(self) -> bool:
        """Whether it says that all is over, at whatever stage."""
        told = outside(self.found("planned.over"), self.found("planned.not_yet"))
        return bool(told) and not self.found("planned.not_all")

    def weighed(self, element: str) -> list[Place]:
        """Sentences whose words say an element, though no pattern need be in them."""
        if self.heavy is None:
            self.heavy = self.language.weights.heavy(self.reading)
        return self.heavy.get(element, [])

    def _all(self, reading: Reading, groups: Iterable[str]) -> list[Place]:
        known = self.language.groups
        found = [places for group in groups if (places := reading.found(known[group]))]
        return sorted(chain.from_iterable(found)) if len(found) > 1 else found[0] if found else []

    def spans(self, places: Collection[Place]) -> tuple[Span, ...]:
        """The characters of some places; those that touch are one."""
        if not places:
            return ()
        spans: list[Span] = []
        for place in sorted(places, key=_longest_first):
            start, end = self.reading.span(place)
            if spans and start <= spans[-1].end:
                spans[-1] = Span(spans[-1].start, max(end, spans[-1].end))
            else:
                spans.append(Span(start, end))
        return tuple(spans)

    def sentence_has(self, place: Place, groups: Sequence[str]) -> bool:
        """Whether the sentence of a place also has one of these groups."""
        sentence = self.reading.sentence(place)
        return any(begin_in(self.found(group), sentence) for group in groups)


def outside(places: Collection[Place], others: Collection[Place]) -> list[Place]:
    """The places that begin in none of the others."""
    if not places or not others:
        return list(places)
    covered = sorted(others)
    reach = list(accumulate((other.end for other in covered), max))
    before = ((place, bisect_right(covered, place.start, key=_start)) for place in places)
    return [place for place, count in before if not count or reach[count - 1] <= place.start]


def begin_in(places: Sequence[Place], whole: Place) -> Sequence[Place]:
    """The places, in the order of the text, that begin in another one."""
    first, end = (bisect_left(places, at, key=_start) for at in (whole.start, whole.end))
    return places[first:end]


def _start(place: Place) -> int:
    return place.start


def _longest_first(place: Place) -> tuple[int, int]:
    return place.start, -place.end
