"""A stream of messages told again, to see when an alarm would have come."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from daylight.watch.detection.text.heard import Heard, heard, seconds
from daylight.watch.detection.text.memory import DAY
from daylight.watch.detection.text.surges import READ, Surges

SHOWN = 10
"""Messages given as evidence."""
LATE = DAY
"""A message that comes later than others by no more than that is taken as of now; more is a stream out of order."""


def replay(messages: Iterable[Mapping[str, Any]], warmup_until: str) -> Iterator[dict[str, Any]]:
    """For each message after the warm-up: its time, a score (1 or more is an alarm), and the messages that show it.

    A message has "t" (ISO 8601) and "text", and may have a writer ("customer", "author", …) and facts such as
    "product" or "region"; messages come in order of time. Evidence are numbers of messages, counted from 0, those
    nearest to the middle of the surge first. A score depends on nothing that comes after its message.
    A ValueError says which message cannot be read.
    """
    surges, until, stream, number = Surges(), seconds(warmup_until), iter(messages), 0
    while block := list(islice(stream, READ)):
        read = _read(block, number, surges.now)
        readings = surges.take(read, range(number, number + len(read)), quiet=read[-1].at < until)
        for message, reading in zip(block, readings, strict=True):
            if reading.at >= until:
                shown = reading.finding.members[:SHOWN].tolist() if reading.finding else []
                yield {"t": str(message["t"]), "score": reading.score, "evidence": shown}
        number += len(read)


def _read(block: list[Mapping[str, Any]], first: int, newest: float) -> list[Heard]:
    """The messages as they are heard, in order of time."""
    read = []
    for number, message in enumerate(block, first):
        try:
            one = heard(message)
        except ValueError as error:
            raise ValueError(f"Message {number} (counted from 0): {error}") from error
        if one.at < newest - LATE:
            raise ValueError(
                f"Message {number} (counted from 0), of {message['t']}, is more than a day older than one before it. "
                "Messages have to come in order of time."
            )
        newest = max(newest, one.at)
        read.append(one)
    return read
