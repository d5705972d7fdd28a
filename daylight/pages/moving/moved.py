"""What a status page holds, whatever made it: each reader gives these, and the writer takes them, in this order.

A page, sections, components, incidents with all that was said, templates, subscribers. An `id` is kept as the public
name of a thing, so that old addresses and programs go on working.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from daylight.core.public_ids import ALPHABET, LENGTH
from daylight.incidents.words import ComponentState
from daylight.reach.models import Subscriber

KEPT = re.compile(rf"[{ALPHABET}]{{6,{LENGTH}}}")


@dataclass(frozen=True)
class MovedPage:
    """The page itself, and since when it kept a record."""

    id: str
    title: str = ""
    since: datetime | None = None


@dataclass(frozen=True)
class MovedSection:
    """A heading over components."""

    id: str
    name: str
    description: str = ""
    position: int = 0
    created_at: datetime | None = None
    changed_at: datetime | None = None


@dataclass(frozen=True)
class MovedComponent:
    """A component; `section` is the id of one."""

    id: str
    name: str
    section: str = ""
    description: str = ""
    position: int = 0
    state: str = ComponentState.OPERATIONAL
    created_at: datetime | None = None
    changed_at: datetime | None = None


@dataclass(frozen=True)
class MovedUpdate:
    """What was said at one time; `states` are what it says of components, by their ids."""

    id: str
    stage: str
    at: datetime
    body: str = ""
    states: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class MovedReport:
    """A post-mortem: published, or without a time a draft."""

    id: str
    body: str
    published_at: datetime | None = None


@dataclass(frozen=True)
class MovedIncident:
    """An incident or, with `planned_from`, planned work; its updates oldest first, at least one.

    `names` are those of components by their ids, for what has no component any more; `carried` are facts of programs.
    """

    id: str
    title: str
    severity: int
    began_at: datetime
    opened_at: datetime
    updates: tuple[MovedUpdate, ...]
    closed_at: datetime | None = None
    planned_from: datetime | None = None
    planned_until: datetime | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    carried: Mapping[str, Any] = field(default_factory=dict)
    report: MovedReport | None = None


@dataclass(frozen=True)
class MovedTemplate:
    """Words with which an incident of a recurrent kind begins."""

    id: str
    name: str
    title: str
    body: str
    stage: str = ""
    components: tuple[str, ...] = ()
    tells_customers: bool = True
    group: str = ""


@dataclass(frozen=True)
class MovedSubscriber:
    """Whoever asked to be told, as the source writes the address; about no `components` means everything."""

    channel: str
    address: str
    country: str = ""
    state: str = Subscriber.State.ACTIVE
    components: tuple[str, ...] = ()
    created_at: datetime | None = None


@dataclass(frozen=True)
class NotMoved:
    """Something that could not be taken, or not whole, and why."""

    what: str
    name: str
    reason: str


Moved = MovedPage | MovedSection | MovedComponent | MovedIncident | MovedTemplate | MovedSubscriber | NotMoved


def public_id(given: str, *origin: str) -> str:
    """The name of a thing for the world: that of the source where it serves, else always the same for its `origin`."""
    if KEPT.fullmatch(given):
        return given
    number = int.from_bytes(hashlib.sha256("\n".join([*origin, given]).encode()).digest(), "big")
    letters = []
    for _ in range(LENGTH):
        number, rest = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[rest])
    return "".join(letters)
