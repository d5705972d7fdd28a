"""What every source is: a name, and a rule for which of its messages belong together."""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum


class Joins(Enum):
    """When a message that names no thread goes on with an earlier conversation of the same writer."""

    NEVER = "each is a conversation of its own"
    SAME_SUBJECT = "the same writer with the same subject goes on"
    SAME_WRITER = "the same writer goes on, as on a phone"


@dataclass(frozen=True)
class Source:
    """One way in. `joins` decides which messages without a thread belong together, within `joins_within`."""

    name: str
    label: str
    joins: Joins = Joins.NEVER
    joins_within: timedelta = timedelta(days=7)
