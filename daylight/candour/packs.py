"""What a regime asks of the words themselves: elements that must be there, phrases that it bans."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from daylight.candour.report import Severity


@dataclass(frozen=True, slots=True)
class Wording:
    """A phrase that a regime bans or warns of; `pattern` is a regular expression, read without regard to case."""

    pattern: re.Pattern[str]
    reason: str
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True)
class Required:
    """An element that a regime asks for: found by an element of the checker, or by words of which one must be there."""

    id: str
    label: str
    element: str = ""
    words: Sequence[str] = ()
    stages: frozenset[str] = frozenset({"acknowledge", "update", "final", "letter"})


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock of a regime that runs for this incident: by when, and whom it is owed."""

    name: str
    due_at: datetime
    at_risk_from: datetime
    is_met: bool = False


@dataclass(frozen=True, slots=True)
class Pack:
    """One regime as the checker sees it."""

    id: str
    title: str
    required: Sequence[Required] = ()
    wording: Sequence[Wording] = ()
    clocks: Sequence[Clock] = field(default_factory=tuple)
