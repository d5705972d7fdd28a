"""The journal of what is on the wire, where writing it is hard."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from daylight.reach import journal
from daylight.reach.moves import State


@pytest.fixture
def folder(tmp_path: Path, settings: object) -> Path:
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
    return tmp_path / "journal"


@contextmanager
def full_disk(path: Path) -> Iterator[None]:
    """No file of this process can grow beyond what this one has now."""
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size, usual[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)


def begun_until_full(book: journal.Journal) -> list[int]:
    """Deliveries begun, one after the other, until there is no room for the next."""
    begun: list[int] = []
    for delivery in range(10**12, 10**12 + 100):
        try:
            book.begin(delivery)
        except OSError:
            return begun
        begun.append(delivery)
    raise AssertionError("The disk was never full.")


def test_what_did_not_fit_swallows_nothing_of_what_comes_after_it(folder: Path) -> None:
    book = journal.Journal(1)
    with full_disk(folder / book.name):
        begun = begun_until_full(book)
    book.begin(8)
    book.close()

    assert begun
    with journal.taken_over(book.name) as entries:
        assert entries is not None
        assert entries.is_whole
        assert entries.begun == [*begun, 8]  # The one that was refused was not written down, and so did not go.


def test_a_journal_grows_when_there_is_more_to_say_than_was_foreseen(folder: Path) -> None:
    book = journal.Journal(1)
    for delivery in range(500):
        book.begin(delivery)
        book.answered(delivery, State.ACCEPTED)
    book.close()

    with journal.taken_over(book.name) as entries:
        assert entries is not None
        assert entries.answered == dict.fromkeys(range(500), State.ACCEPTED)


def test_room_is_made_before_anything_goes(folder: Path) -> None:
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, usual[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            journal.Journal(1, deliveries=2000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    assert list(folder.iterdir()) == []


def test_answers_wait_until_there_is_room(folder: Path) -> None:
    book = journal.Journal(1)
    with full_disk(folder / book.name):
        begun = begun_until_full(book)
        for delivery in begun:
            book.answered(delivery, State.ACCEPTED)
        with pytest.raises(OSError, match="too large"):
            book.flush()
    book.close()

    with journal.taken_over(book.name) as entries:
        assert entries is not None
        assert entries.answered == dict.fromkeys(begun, State.ACCEPTED)


def test_a_journal_that_cannot_be_finished_is_let_go(folder: Path) -> None:
    book = journal.Journal(1)
    with full_disk(folder / book.name):
        begun = begun_until_full(book)
        for delivery in begun:
            book.answered(delivery, State.ACCEPTED)
        with pytest.raises(OSError, match="too large"):
            book.close()

    with journal.taken_over(book.name) as entries:
        assert entries is not None
        assert entries.begun == begun


def test_a_journal_that_was_let_go_takes_nothing_more(folder: Path) -> None:
    book = journal.Journal(1)
    book.close()

    book.flush()
    with pytest.raises(OSError, match="Bad file descriptor"):
        book.begin(7)
