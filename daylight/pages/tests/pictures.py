"""Makes pictures to upload."""

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def a_picture(width: int, height: int, *, name: str = "logo.png", body: bytes = b"", **more: Any) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, body or drawn(width, height, **more))


def drawn(width: int, height: int, *, kind: str = "PNG", mode: str = "RGB", **more: Any) -> bytes:
    written = BytesIO()
    Image.new(mode, (width, height), more.pop("colour", 128)).save(written, kind, **more)
    return written.getvalue()
