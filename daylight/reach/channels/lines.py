"""The bulk road: one connection that carries many messages without waiting for each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from daylight.reach.channels.base import Accepted, Message


@dataclass(slots=True)
class Parcel:
    """One message on its way through a line. `mark` belongs to whoever feeds the line; a line never looks at it."""

    message: Message
    key: str
    mark: Any = None


class Feed(Protocol):
    """Where the lines of one provider get their messages, and report what became of each; all on one event loop.

    Each parcel taken ends in exactly one `done` or `give_back`.
    """

    def take(self) -> Parcel | None:
        """The next message, or None when there is none just now: then wait for `more`."""

    async def more(self) -> bool:
        """Wait until `take` may give something again; False: nothing more will come, so end politely."""

    def begin(self, parcel: Parcel) -> None:
        """Called just before the first byte goes out that cannot be taken back."""

    def done(self, parcel: Parcel, result: "Accepted | Exception") -> None:
        """What became of it: accepted, or one of the four failures or Unanswered (as an object, not raised)."""

    def give_back(self, parcel: Parcel) -> None:
        """It was taken and not begun: back in line."""


class Line(Protocol):
    """One connection that carries many messages without waiting for each: the bulk road."""

    async def run(self, feed: Feed) -> None:
        """Connect, carry until the feed ends, and close.

        Returns also when the far end has had enough of this connection; the caller may then run a new line. Raises
        ChannelBroken or TryLater when no connection could be made or nothing can be sent; by then each parcel taken
        has been given back or is done. When cancelled, what was begun and is unanswered is reported `Unanswered`.
        """


@runtime_checkable
class LineChannel(Protocol):
    """A channel that has a bulk road for some of its kinds."""

    def line(self, settings: Mapping[str, Any]) -> Line | None:
        """A line with these settings, or None when only `open` serves them."""
