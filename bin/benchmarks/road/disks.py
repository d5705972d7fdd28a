"""A small disk of its own for a run, and how to fill it."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOM = 64 * 1024 * 1024


@contextmanager
def small(folder: Path, *, beside: int) -> Iterator[Path]:
    """A disk in memory at `folder`, with room for `beside` bytes four times and a little; needs root."""
    if os.geteuid() != 0:
        raise SystemExit("Only root can make a disk that fills up.")
    size = f"size={beside * 4 + ROOM}"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


class Ballast:
    """A file that takes up all that is left of a disk."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "ballast"

    def fill(self) -> None:
        """Until nothing fits any more."""
        with self._path.open("wb", buffering=0) as file:
            block = bytes(1024 * 1024)
            try:
                while True:
                    file.write(block)
            except OSError:
                return  # That is what was wanted.

    def free(self) -> None:
        """Give the room back."""
        self._path.unlink()
