"""What a source says a message is about, and every topic that follows from it."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from daylight.core.text import one_line

NAMES = ("category", "product", "region")
LONGEST = 60
LONGEST_KEY = 200
SAYS_NOTHING = frozenset({"", "-", "n/a", "na", "none", "null", "unknown", "other", "unspecified", "?"})


@dataclass(frozen=True)
class Facets:
    """Category, product and region, each empty where nothing is said."""

    category: str = ""
    product: str = ""
    region: str = ""

    @classmethod
    def of(cls, facts: Mapping[str, object]) -> "Facets":
        """What of a conversation's facts we go by."""
        return cls(*(_value(facts.get(name)) for name in NAMES))

    def __bool__(self) -> bool:
        return any(self.values)

    @property
    def values(self) -> tuple[str, str, str]:
        """The three, in order."""
        return self.category, self.product, self.region

    @property
    def name(self) -> str:
        """As people read it."""
        return " · ".join(value for value in self.values if value)

    @property
    def key(self) -> str:
        """As a machine compares it."""
        return short_key("facets:" + "|".join(value.casefold() for value in self.values))

    @property
    def depth(self) -> int:
        """How many of the three are given."""
        return sum(map(bool, self.values))

    def wider(self) -> Iterator["Facets"]:
        """This and everything wider that still says something, the narrowest first."""
        choices = product(*([value, ""] if value else [""] for value in self.values))
        yield from sorted((Facets(*one) for one in choices if any(one)), key=lambda one: -one.depth)

    def holds(self, other: "Facets") -> bool:
        """Whether what is about `other` is about this, too."""
        pairs = zip(self.values, other.values, strict=True)
        return all(not mine or mine.casefold() == theirs.casefold() for mine, theirs in pairs)


def short_key(key: str) -> str:
    """A key that fits its column; a longer one by its digest, so that two never become one."""
    if len(key) <= LONGEST_KEY:
        return key
    return f"{key[:40]}#{hashlib.sha256(key.encode()).hexdigest()}"


def _value(given: object) -> str:
    text = one_line(given)[:LONGEST].strip() if isinstance(given, str) else ""
    return "" if text.casefold() in SAYS_NOTHING else text
