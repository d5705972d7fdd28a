"""Writes an uploaded file straight into the data folder, so that two gigabytes never pass through memory."""

from pathlib import Path
from typing import Any, BinaryIO

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest

from daylight.customers import importing


class KeptFile(UploadedFile):  # type: ignore[type-arg]  # Django's files are generic in the stubs alone
    """An upload that lies where it will stay."""

    path: Path


class ToDataFolder(FileUploadHandler):
    """Takes every block to disk, and stops at the largest file we take."""

    chunk_size = 512 * 1024

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.is_too_large = False
        self._path: Path | None = None
        self._out: BinaryIO | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Open its place."""
        super().new_file(*args, **kwargs)
        self._throw_away()
        self._path = importing.new_path()
        self._out = self._path.open("wb")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write a block."""
        if start + len(raw_data) > importing.LARGEST_FILE:
            self.is_too_large = True
            self._throw_away()
            raise StopUpload(connection_reset=False)
        if self._out is not None:
            self._out.write(raw_data)

    def file_complete(self, file_size: int) -> KeptFile | None:
        """Hand the file over."""
        if self._out is None or self._path is None:
            return None
        self._out.close()
        kept = KeptFile(file=None, name=self.file_name, size=file_size)
        kept.path, self._path = self._path, None
        return kept

    def upload_interrupted(self) -> None:
        """Leave nothing behind."""
        self._throw_away()

    def _throw_away(self) -> None:
        if self._out is not None:
            self._out.close()
        if self._path is not None:
            self._path.unlink(missing_ok=True)
            self._path = None
