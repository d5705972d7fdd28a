"""What the composer shows of a draft that was read: lamps for the six parts, remarks at the words they are about."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

from daylight.candour import Severity
from daylight.incidents.filling import Filling
from daylight.incidents.models import RaisedFinding
from daylight.incidents.models.raised_finding import LONGEST_PHRASE, OF_REGIMES, Place

NAMES: Mapping[str, str] = {
    "what": "what",
    "who": "who",
    "why": "why",
    "doing": "what we do",
    "meanwhile": "meanwhile",
    "next_update_by": "next word",
}
"""The six parts as the lamps name them."""

WHOLE = ""
"""The part of remarks about the text as a whole."""

NEVER_KEPT = frozenset({"CND-111"})
"""Rules that no reason answers: an update with an open gap is refused."""

CHANGED = "The words have changed meanwhile; look again."


@dataclass(frozen=True)
class Lamp:
    """One of the six parts: said, missing, or there but worth a second look."""

    part: str
    state: str

    @property
    def name(self) -> str:
        """The part in words."""
        return NAMES[self.part]

    @property
    def word(self) -> str:
        """The state in words."""
        return {"said": "said", "missing": "missing", "look": "look again"}[self.state]


@dataclass(frozen=True)
class Remark:
    """A finding at its place in the composer: characters `start` to `end` of that part, in that language."""

    rule: str
    severity: Severity
    title: str
    reason: str
    suggestion: str
    language: str
    part: str = WHOLE
    phrase: str = ""
    start: int = 0
    end: int = 0
    fill: Filling | None = None
    kept: RaisedFinding | None = None

    @property
    def key(self) -> str:
        """What a button sends to name this remark, wherever in its part the words stand by then."""
        words = blake2b(self.place[3].encode(), digest_size=8).hexdigest()
        return "|".join((self.language, self.part, self.rule, words))

    @property
    def advice(self) -> str:
        """Why it is said, and what to do about it."""
        return f"{self.reason} {self.suggestion}".strip()

    @property
    def may_be_kept(self) -> bool:
        """Whether a reason is an answer to it."""
        return self.rule not in NEVER_KEPT

    @property
    def asked_for(self) -> str:
        """What a regime asks for; several things may be missing by one rule."""
        return self.reason if self.rule in OF_REGIMES else ""

    @property
    def place(self) -> Place:
        """What makes it the same finding again after other words have changed."""
        return self.rule, self.language, self.part, (self.phrase or self.asked_for)[:LONGEST_PHRASE]

    @property
    def is_error(self) -> bool:
        """Whether it would keep customers in the dark, and nobody has said why that must be."""
        return self.severity is Severity.ERROR and self.kept is None

    @property
    def is_note(self) -> bool:
        """Whether it is for a quiet moment."""
        return self.severity is Severity.NOTE


@dataclass(frozen=True)
class Checked:
    """What the checker says of a draft in all its languages; `unread` are those it does not speak."""

    lamps: tuple[Lamp, ...]
    remarks: tuple[Remark, ...]
    unread: tuple[str, ...] = ()

    @cached_property
    def errors(self) -> list[Remark]:
        """What would keep customers in the dark and was not answered."""
        return [remark for remark in self.remarks if remark.is_error]

    @cached_property
    def to_look_at(self) -> list[Remark]:
        """Errors and warnings that were not answered."""
        return [remark for remark in self.remarks if not remark.kept and not remark.is_note]

    def at(self, language: str, part: str) -> list[Remark]:
        """What is said beside one field."""
        return [remark for remark in self.remarks if (remark.language, remark.part) == (language, part)]

    def by_key(self, key: str) -> Remark | None:
        """The remark that a button named."""
        return next((remark for remark in self.remarks if remark.key == key), None)

    def answer(self, key: str, problem: str, reason: str = "") -> "Answer":
        """Why a button did nothing: at its remark, else at that of the same rule, else at the part it named."""
        language, part, rule = (*key.split("|"), "", "", "")[:3]
        near = [remark for remark in self.at(language, part) if remark.rule == rule and not remark.kept]
        here = next((remark.key for remark in near if remark.key == key), near[0].key if near else "")
        return Answer(problem, reason, language, part, here)


@dataclass(frozen=True)
class Answer:
    """Why a button did nothing, and the reason that was typed beside it; `key` names the remark where it is said."""

    problem: str
    reason: str
    language: str
    part: str
    key: str = ""


@dataclass(frozen=True)
class Slot:
    """The place beside one field where remarks about it stand."""

    language: str
    part: str
    remarks: tuple[Remark, ...] = ()
    answer: Answer | None = None

    @property
    def id(self) -> str:
        """Its name on the page."""
        return f"said-{self.language}-{self.part or 'whole'}"

    @property
    def field(self) -> str:
        """The name on the page of the field beside it."""
        return f"composer-{self.part}" if self.part == "next_update_by" else f"composer-{self.language}-{self.part}"

    @property
    def shown(self) -> list[Remark]:
        """What should be looked at before it goes."""
        return [remark for remark in self.remarks if not remark.kept and not remark.is_note]

    @property
    def notes(self) -> list[Remark]:
        """What is for a quiet moment."""
        return [remark for remark in self.remarks if not remark.kept and remark.is_note]

    @property
    def kept(self) -> list[Remark]:
        """What was answered."""
        return [remark for remark in self.remarks if remark.kept]
