"""The one place where the time is read.

A view, a loop or a command reads the clock and passes the time down; nothing below them asks again. So a test
moves time by hand, and one act has one time however long it takes.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

_correction = timedelta()


def _wall() -> datetime:
    return datetime.now(UTC) + _correction


def correction() -> timedelta:
    """What is added to this machine's clock; see `database_clock`."""
    return _correction


def correct(by: timedelta) -> None:
    """Add this to the machine's own clock from now on."""
    global _correction  # noqa: PLW0603  # As below.
    _correction = by


_source: Callable[[], datetime] = _wall


def now() -> datetime:
    """The present instant, in UTC."""
    return _source()


@contextmanager
def reading(source: Callable[[], datetime]) -> Iterator[None]:
    """Read the time from `source` inside the block, in every thread; for tests and rehearsals."""
    global _source  # noqa: PLW0603  # The clock is the one thing that is everybody's.
    before, _source = _source, source
    try:
        yield
    finally:
        _source = before
