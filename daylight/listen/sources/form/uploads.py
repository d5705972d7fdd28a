"""Files that came with a form: as many and as large as we keep; what is more is left out, and the words still count."""

from collections.abc import Sequence
from typing import Any

from django.core.files.uploadhandler import FileUploadHandler

FIELD = "files"
MOST = 5
"""Files of one form."""

LARGEST = 20 * 1024 * 1024
"""Bytes of one file."""


class Bounded(FileUploadHandler):
    """Stands before the handlers that keep files, and passes on only the bytes that we take.

    A file is never skipped by an exception: Django would then close those that came before it.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._begun = 0
        self._left_out: dict[int, str] = {}

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file begins; one too many gets no bytes."""
        super().new_file(*args, **kwargs)
        if self.field_name == FIELD:
            self._begun += 1
            if self._begun > MOST:
                self._leave_out()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """A piece of it, passed on while there is room."""
        if self.field_name != FIELD or self._begun in self._left_out:
            return None
        if start + len(raw_data) > LARGEST:
            self._leave_out()
            return None
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The handlers after this one keep it."""

    def kept(self, files: Sequence[Any]) -> list[Any]:
        """Those of the field's files that are whole."""
        return [file for number, file in enumerate(files, 1) if number not in self._left_out]

    @property
    def left_out(self) -> list[str]:
        """The names of the others."""
        return list(self._left_out.values())

    def _leave_out(self) -> None:
        self._left_out[self._begun] = self.file_name or ""
