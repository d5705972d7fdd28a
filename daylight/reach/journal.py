"""What is on the wire, written where it survives the death of the process.

A worker writes `b ID` before it hands a delivery over and `a ID STATE` when the answer is there; results reach the
ledger in groups a little later. When the worker dies in between, whoever takes the batch over reads the file: what
was answered is settled, what was begun and not answered is in doubt, the rest is still in line. The file is locked
while its worker lives, so a dead one is known at once. It is not forced to disk: after a crash of the whole machine
(another boot) its end may be missing, and the reader is told so.

The file is written through a mapping of it into memory: that survives a killed process like a write does, and costs
neither a system call nor the interpreter's lock, which a busy thread would lose with each message.
"""

import errno
import fcntl
import mmap
import os
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from daylight.reach.moves import State

ROOM = 64
"""Bytes for the lines of a delivery: room is made for all at first, so that a full disk is met before anything goes."""

MORE_ROOM = 64 * ROOM
"""Bytes that are added when that was not enough."""

BATCHES = "journal"
"""The folder of the journals of batches; whoever else sends has a folder of their own."""

_BOOT = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True)
class Entries:
    """What a journal says: the state that each answered delivery has now, and those begun and never answered.

    `is_whole` is false when the machine went down since: entries may be missing.
    """

    answered: dict[int, State]
    begun: list[int]
    is_whole: bool


class Journal:
    """The open journal of one batch in the hands of one worker."""

    def __init__(self, batch: int, *, deliveries: int = 0, folder: str = BATCHES) -> None:
        self.name = f"{batch}-{uuid.uuid4().hex}"
        self._path = _folder(folder) / self.name
        self._said: list[bytes] = []
        self._end = self._room = 0
        self._map: mmap.mmap | None = None
        self._hand = threading.Lock()
        unlocked = self._path.with_suffix(".new")
        self._file = os.open(unlocked, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_EX)
        try:
            self._make_room(ROOM * (deliveries + 4))
            self._write(f"boot {_boot()}\n".encode())
        except OSError:
            unlocked.unlink()
            self._let_go()
            raise
        unlocked.rename(self._path)

    def begin(self, delivery: int) -> None:
        """This delivery goes on the wire now. Raises OSError when that cannot be written: then it must not go."""
        self._write(b"b %d\n" % delivery)

    def answered(self, delivery: int, state: State) -> None:
        """The far end has answered; QUEUED means not now. Written with the next beginning, or by `flush`.

        So a connection still has at most one delivery that is begun and, for all the file says, not answered.
        """
        self._said.append(b"a %d %d\n" % (delivery, state))

    def flush(self) -> None:
        """Write down what no beginning has taken along; any thread may. Raises OSError on a full disk."""
        self._write(b"")

    def close(self) -> None:
        """Let go of the file; it stays for whoever takes over."""
        try:
            self.flush()
        finally:
            self._let_go()

    def _write(self, last: bytes) -> None:
        """Write what waits and then `last`, all of it or none."""
        with self._hand:
            count = len(self._said)
            words = b"".join(self._said[:count]) + last
            if not words:
                return
            end = self._end + len(words)
            if end > self._room:
                self._make_room(end + MORE_ROOM)
            if self._map is None:
                raise OSError(errno.EBADF, os.strerror(errno.EBADF), str(self._path))
            self._map[self._end : end] = words
            self._end = end
            del self._said[:count]

    def _make_room(self, room: int) -> None:
        """Have so many bytes of the disk for certain. Raises OSError when they are not to be had."""
        os.posix_fallocate(self._file, 0, room)
        self._map, before = mmap.mmap(self._file, room), self._map
        self._room = room
        if before is not None:
            before.close()

    def _let_go(self) -> None:
        with self._hand:
            if self._map is not None:
                self._map.close()
            self._map, self._room = None, 0
            os.close(self._file)

    def remove(self) -> None:
        """Everything in it is in the ledger."""
        self._path.unlink(missing_ok=True)
        self._let_go()


@contextmanager
def taken_over(name: str, *, folder: str = BATCHES) -> Iterator[Entries | None]:
    """The entries of a dead worker's journal, held against others; None when it is not on this machine.

    Raises BlockingIOError when its worker lives. The file is removed when the block ends well.
    """
    path = _folder(folder) / name
    try:
        file = path.open("rb")
    except FileNotFoundError:
        yield None
        return
    with file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield _entries(file.read())
        path.unlink(missing_ok=True)


def batch_of(name: str) -> int:
    """The batch that a journal belongs to, by the journal's name; 0 when it is no journal of ours."""
    number = name.partition("-")[0]
    return int(number) if number.isascii() and number.isdecimal() else 0


def is_here(name: str, *, folder: str = BATCHES) -> bool:
    """Whether this machine has the journal, of a living worker or of a dead one."""
    return (_folder(folder) / name).exists()


def left_behind(*, folder: str = BATCHES) -> list[str]:
    """The names of all journals in the folder, of the living and of the dead."""
    return [entry.name for entry in os.scandir(_folder(folder)) if not entry.name.endswith(".new")]


def _entries(content: bytes) -> Entries:
    first, *lines = content.rstrip(b"\0").decode("ascii", "replace").split("\n")[:-1] or [""]
    states: dict[int, State | None] = {}
    is_clean = True
    for line in lines:
        try:
            mark, *numbers = line.split(" ")
            states[int(numbers[0])] = State(int(numbers[1])) if mark == "a" else None
        except (ValueError, IndexError):  # A crash of the machine may leave blocks of anything in a file.
            is_clean = False
    return Entries(
        answered={delivery: state for delivery, state in states.items() if state is not None},
        begun=[delivery for delivery, state in states.items() if state is None],
        is_whole=is_clean and first == f"boot {_boot()}",
    )


def _folder(name: str = BATCHES) -> Path:
    folder: Path = settings.DATA_DIR / name
    folder.mkdir(exist_ok=True)
    return folder


def _boot() -> str:
    return _BOOT.read_text(encoding="ascii").strip() if _BOOT.exists() else ""
