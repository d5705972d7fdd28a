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
