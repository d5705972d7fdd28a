"""A stream of messages told again, to see when an alarm would have come."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from daylight.watch.detection.text.heard import Heard, heard, seconds
from daylight.watch.detection.text.surges import READ, Surges

SHOWN = 10
"""Messages given as evidence."""


def replay(messages: Iterable[Mapping[str, Any]], warmup_until: str) -> Iterator[dict[str, Any]]:
    """For each message after the warm-up: its time, a score (1 or more is an alarm), and the messages that show it.

    A message has "t" (ISO 8601) and "text", and may have a writer ("customer", "author", …) and facts such as
    "product" or "region"; messages come in order of time. Evidence are numbers of messages, counted from 0, those
    nearest to the middle of the surge first. A score depends on nothing that comes after its message.
    """
    surges, until, stream, number = Surges(), seconds(warmup_until), iter(messages), 0
    while block := list(islice(stream, READ)):
        read: list[Heard] = [heard(message) for message in block]
        quiet = read[-1].at < until
        for message, reading in zip(
            block, surges.take(read, range(number, number + len(read)), quiet=quiet), strict=True
        ):
            if reading.at >= until:
                shown = reading.finding.members[:SHOWN].tolist() if reading.finding else []
                yield {"t": str(message["t"]), "score": reading.score, "evidence": shown}
        number += len(read)
