"""Work for one person goes before work for thousands, among the threads of one process.

Threads share Python's one lock and, on SQLite, the one writer. A loop that answers people who wrote (`Loop.goes_first`)
says so while it is at work; a sender that carries one text to thousands looks, and takes small handfuls meanwhile.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_going: list[int] = [0]


@contextmanager
def first() -> Iterator[None]:
    """Others give way to what is done in this block."""
    _count(1)
    try:
        yield
    finally:
        _count(-1)


def is_wanted() -> bool:
    """Whether somebody goes first just now."""
    return _going[0] > 0


def _count(change: int) -> None:
    with _lock:
        _going[0] += change
