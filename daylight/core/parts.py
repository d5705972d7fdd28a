"""Many things in parts, for statements that take only so many at once."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")

AT_ONCE = 500
"""Values in one statement: few enough for every database, enough that one more statement costs nothing."""


def in_parts(things: Iterable[T], *, at_once: int = AT_ONCE) -> Iterator[list[T]]:
    """The same things, at most `at_once` together."""
    rest = iter(things)
    while part := list(islice(rest, at_once)):
        yield part


def in_pieces(parts: Iterable[bytes], *, size: int) -> Iterator[bytes]:
    """The same bytes in pieces of `size`, the last one shorter; never more than a piece and a part in memory."""
    waiting = bytearray()
    for part in parts:
        waiting += part
        while len(waiting) >= size:
            yield bytes(waiting[:size])
            del waiting[:size]
    if waiting:
        yield bytes(waiting)
