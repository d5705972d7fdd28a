"""What the checker says of a draft: elements that it found, and findings, each with its place and a way to mend it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding matters. An error keeps customers in the dark; a note is for a quiet moment."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters `start` to `end` of the text, or of the title where `part` says so."""

    start: int
    end: int
    part: str = "text"


class Element(int):
    """Whether a draft says something: 1 or 0, as a bool is, with the places that say it in `evidence`."""

    evidence: tuple[Span, ...]

    def __new__(cls, evidence: Iterable[Span] = ()) -> "Element":
        """An element found at these places, or not found."""
        spans = tuple(evidence)
        element = super().__new__(cls, bool(spans))
        element.evidence = spans
        return element

    def __repr__(self) -> str:
        return str(bool(self))


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a customer would miss or stumble over. No `spans` means that it is missing from the draft."""

    rule: str
    severity: Severity
    reason: str
    suggestion: str
    spans: tuple[Span, ...] = ()

    @property
    def is_missing(self) -> bool:
        """Whether it is about something that the draft lacks."""
        return not self.spans

    @property
    def page(self) -> str:
        """The page of its rule in the documents: why it matters, examples, when it is fine."""
        return f"docs/candour/{self.rule}.md"


@dataclass(frozen=True, slots=True)
class Report:
    """Everything the checker says of one draft, findings by weight and place."""

    elements: Mapping[str, Element]
    findings: tuple[Finding, ...]
    kept: tuple[Finding, ...] = ()
    """Findings that the text itself answers: `candour: allow CND-304 because …`."""

    @property
    def with_kept(self) -> tuple[Finding, ...]:
        """All, also what the text itself answers: where customers read it, such an answer is none."""
        return self.findings + self.kept
