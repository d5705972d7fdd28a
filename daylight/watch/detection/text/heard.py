"""A message as the detection reads it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

from daylight.watch.detection.text.words import clean

TIME, TEXT = "t", "text"
WRITERS = ("customer", "author", "writer", "user", "from", "sender")
FACETS = {
    *("product", "brand", "component", "type", "kind", "category", "subcategory", "service", "topic", "department"),
    *("region", "district", "borough", "neighborhood", "neighbourhood", "area", "city", "country", "store", "shop"),
    *("branch", "channel", "platform", "device", "model", "version", "carrier"),
}
"""Keys whose values say where or what. Others, such as a date or a state, change with time and not with trouble."""
LONGEST_FACET = 80


@dataclass(frozen=True)
class Heard:
    """One message: when in seconds since 1970, what, by whom as far as known, and given facts such as the product."""

    at: float
    text: str
    writer: str = ""
    facets: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def cleaned(self) -> str:
        """The text without links, addresses and marks."""
        return clean(self.text)


def heard(message: Mapping[str, object]) -> Heard:
    """From a mapping with "t" (ISO 8601; UTC where it names no zone) and "text"; see `WRITERS` and `FACETS`."""
    missing = [key for key in (TIME, TEXT) if key not in message]
    if missing:
        raise ValueError(f'A message needs "{TIME}" and "{TEXT}"; this one has no "{missing[0]}".')
    facets = {
        key: value
        for key, value in message.items()
        if key.lower() in FACETS and isinstance(value, str) and 0 < len(value) <= LONGEST_FACET
    }
    writer = next((str(message[key]) for key in WRITERS if message.get(key)), "")
    return Heard(seconds(str(message[TIME])), str(message[TEXT] or ""), writer, facets)


def seconds(moment: str) -> float:
    """The seconds since 1970 of an ISO 8601 time."""
    try:
        parsed = datetime.fromisoformat(moment)
    except ValueError as error:
        raise ValueError(f'"{moment}" is no time in the form of ISO 8601, such as 2024-03-01T09:00:00Z.') from error
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()
