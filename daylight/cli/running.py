"""Who works on a data folder: every server process holds a shared lock, a restore wants it alone."""

import fcntl
import os
from pathlib import Path

from daylight.cli.commands import CannotDo

_held: list[int] = []


def hold_shared(data_dir: Path) -> None:
    """Say that a server process works here, until this process ends."""
    _lock(data_dir / "in-use.lock", fcntl.LOCK_SH, "A restore is under way on this data folder; wait until it is done.")


def hold_alone(data_dir: Path) -> None:
    """Keep every server process away until this process ends. Raises CannotDo while one works here."""
    _lock(
        data_dir / "in-use.lock",
        fcntl.LOCK_EX,
        f"Daylight is running on {data_dir}. Stop it first (Ctrl-C where it was started), then try again.",
    )


def hold_as_supervisor(data_dir: Path) -> None:
    """Let one supervisor be at work on a data folder. Raises CannotDo when there is one."""
    path = data_dir / "supervisor.lock"
    descriptor = _lock(
        path,
        fcntl.LOCK_EX,
        f"Daylight is already running on {data_dir}. Stop it first, or choose another DAYLIGHT_DATA_DIR.",
    )
    os.ftruncate(descriptor, 0)
    os.write(descriptor, str(os.getpid()).encode())


def _lock(path: Path, how: int, refusal: str) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise CannotDo(refusal) from None
    _held.append(descriptor)
    return descriptor
