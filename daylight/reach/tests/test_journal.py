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
def room_for(path: Path, *, more: int) -> Iterator[None]:
    """This process can write so many bytes behind what this file holds: a disk that is full in mid-line."""
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(path.read_bytes().rstrip(b"\0")) + more, usual[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)


def test_half_a_line_swallows_none_of_those_after_it(folder: Path) -> None:
    book = journal.Journal(1)
    book.begin(7)
    with room_for(folder / book.name, more=3), pytest.raises(OSError, match="No space left"):
        book.begin(123456)
    book.begin(8)
    book.close()

    with journal.taken_over(book.name) as entries:
        assert entries is not None
        assert entries.is_whole
        assert entries.begun == [7, 8]  # The third was not written down, and so did not go.


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
    book.begin(7)
    book.answered(7, State.ACCEPTED)
    with room_for(folder / book.name, more=0), pytest.raises(OSError, match="too large"):
        book.flush()
    book.close()

    with journal.taken_over(book.name) as entries:
        assert entries is not None
        assert entries.answered == {7: State.ACCEPTED}


def test_a_journal_that_cannot_be_finished_is_let_go(folder: Path) -> None:
    book = journal.Journal(1)
    book.begin(7)
    book.answered(7, State.ACCEPTED)
    with room_for(folder / book.name, more=0), pytest.raises(OSError, match="too large"):
        book.close()

    with journal.taken_over(book.name) as entries:
        assert entries is not None
        assert entries.begun == [7]
