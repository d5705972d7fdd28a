"""Holds a mail that is on its way in: on disk, so that however large it is, little of it lies in memory."""

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import Self

IN_MEMORY = 256 * 1024
"""Bytes of a mail that are held without a file, as nearly every mail is."""

PIECE = 256 * 1024


class Spool:
    """Bytes written once, and read from their beginning as often as somebody iterates; gone when it is closed."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  # Closed by `close`.
        self.size = 0

    def write(self, data: bytes) -> None:
        """Add to the end."""
        self._file.seek(self.size)
        self._file.write(data)
        self.size += len(data)

    def __iter__(self) -> Iterator[bytes]:
        """From the beginning, in pieces."""
        return self.between(0, self.size)

    def between(self, begin: int, end: int) -> Iterator[bytes]:
        """The bytes from `begin` to `end`, in pieces."""
        while begin < end:
            self._file.seek(begin)
            piece = self._file.read(min(PIECE, end - begin))
            begin += len(piece)
            yield piece

    def close(self) -> None:
        """Forget it."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *problem: object) -> None:
        self.close()
