"""What the record of an incident knows, as far as a draft about it can be held against it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Said:
    """A text that customers have already been given, when, and through which channel."""

    text: str
    at: datetime
    title: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """The record of one incident. Everything may be left out; a rule that lacks its fact says nothing."""

    severity: int | None = None
    """1 is the worst, 5 the least."""
    known: Mapping[str, str] = field(default_factory=dict)
    """What can be filled in: what, who, why, action, meanwhile, since, contact, sender; plain words."""
    affected: int | None = None
    started_at: datetime | None = None
    next_update_at: datetime | None = None
    rhythm: timedelta | None = None
    """How long the promised gaps between two words have been so far."""
    earlier: tuple[Said, ...] = ()
    """What was published on this incident, oldest first."""
    elsewhere: tuple[Said, ...] = ()
    """What other channels say at this moment."""
    still_open: tuple[str, ...] = ()
    """Effects that the record still has as open: components, or words for them."""
    terms: frozenset[str] = frozenset()
    """Names of products and short forms that these customers use themselves."""
    internal: frozenset[str] = frozenset()
    """Names that nobody outside should have to read: hosts, projects, tools."""
    zone: str = ""
    """The time zone in which customers read, "Europe/Berlin"."""
