"""What a pack says: whom it is for, whom to tell by when, with which words, and what to keep as proof."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from daylight.candour.draft import STAGES
from daylight.candour.packs import Wording
from daylight.regimes.clockwork.reckoning import Limit

FADES_AFTER = timedelta(days=365)
"""Law moves: what was checked longer ago is shown as faded."""

COUNSEL = "This is advice with a source, not legal certainty: have counsel confirm it."

CERTAINTIES = {
    "read": "Taken from the words of the source.",
    "reported": "Taken from secondary sources; read the source before you rely on it.",
    "recalled": "Written from general knowledge; read the source before you rely on it.",
}
"""How a pack came to know what it says, from the surest."""

INSTANTS = {
    "occurred": "it happened",
    "aware": "you became aware of it",
    "classified": "you classed it",
    "confirmed": "you were sure of it",
}
"""The four starts that are never mixed up, as the end of "say when …"."""

DONE = "done:"
"""Before the id of another clock of the pack: the moment at which that one was met."""


@dataclass(frozen=True, slots=True)
class Question:
    """A yes or no that decides whether a pack applies: of the firm (answered once) or of each incident."""

    id: str
    text: str
    about: str = "incident"
    help: str = ""

    @property
    def is_of_firm(self) -> bool:
        """Whether its answer holds for every incident."""
        return self.about == "firm"


@dataclass(frozen=True, slots=True)
class Clock:
    """By when somebody must be told. An aim is our own limit where the law names none, which `law_says`."""

    id: str
    name: str
    to: str
    limits: tuple[Limit, ...]
    is_aim: bool = False
    law_says: str = ""
    only_if: tuple[str, ...] = ()
    ends_at: time | None = None
    exemptions: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Element:
    """Something that must be said: to customers, where the checker looks for it, or to an authority."""

    id: str
    label: str
    to: str = "customers"
    checker: str = ""
    words: tuple[str, ...] = ()
    stages: frozenset[str] = frozenset(STAGES)

    @property
    def is_looked_for(self) -> bool:
        """Whether the checker can find it in an update."""
        return self.to == "customers" and bool(self.checker or self.words)


@dataclass(frozen=True, slots=True)
class Source:
    """Where it is written, and when somebody last looked."""

    cite: str
    url: str
    checked_on: date


@dataclass(frozen=True, slots=True)
class Variant:
    """One place with its own lengths under the same rule, such as a state; `limits` by the id of the clock."""

    id: str
    name: str
    limits: Mapping[str, tuple[Limit, ...]] = field(default_factory=dict)
    is_aim: bool = False
    law_says: str = ""
    certainty: str = "recalled"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Pack:
    """One regime: advice with a source and a date, never certainty."""

    id: str
    title: str
    law: str
    jurisdiction: str
    sector: str
    kinds: tuple[str, ...]
    certainty: str
    sources: tuple[Source, ...]
    clocks: tuple[Clock, ...] = ()
    elements: tuple[Element, ...] = ()
    wording: tuple[Wording, ...] = ()
    variants: tuple[Variant, ...] = ()
    questions: tuple[Question, ...] = ()
    applies_if: tuple[str, ...] = ()
    not_if: tuple[str, ...] = ()
    moments: Mapping[str, str] = field(default_factory=dict)
    zone: str = ""
    holidays: str = ""
    audiences: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    proof_to_keep: tuple[str, ...] = ()
    note: str = ""
    is_example: bool = False
    is_own: bool = False

    @property
    def checked_on(self) -> date:
        """When the oldest of its sources was last looked at."""
        return min(source.checked_on for source in self.sources)

    def is_faded(self, today: date) -> bool:
        """Whether nobody has looked at its sources for over twelve months."""
        return today - self.checked_on > FADES_AFTER

    @property
    def how_sure(self) -> str:
        """How it came to know what it says, in a sentence."""
        return CERTAINTIES[self.certainty]

    def says(self, moment: str) -> str:
        """A start, as the end of "say when …"."""
        if moment.startswith(DONE):
            name = next((clock.name for clock in self.clocks if clock.id == moment.removeprefix(DONE)), moment)
            return f"“{name}” was done"
        return self.moments.get(moment) or INSTANTS[moment]

    def clock(self, key: str) -> Clock | None:
        """The clock of that id."""
        return next((clock for clock in self.clocks if clock.id == key), None)

    def variant(self, key: str) -> Variant | None:
        """The variant of that id."""
        return next((variant for variant in self.variants if variant.id == key), None)

    def asks(self) -> Sequence[str]:
        """The questions that decide on it and on its clocks, by id."""
        of_clocks = [question for clock in self.clocks for question in clock.only_if]
        return tuple(dict.fromkeys([*self.applies_if, *self.not_if, *of_clocks]))
