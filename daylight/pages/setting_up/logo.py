"""A logo as somebody uploads it becomes a small PNG of our own making: nothing of the file itself is passed on."""

import struct
import warnings
from io import BytesIO

from PIL import Image, ImageOps

KINDS = ("PNG", "JPEG", "WEBP")
MOST_BYTES = 1024 * 1024
MOST_PIXELS = 20_000_000
"""More would take a web process long, and much memory, to read."""

WIDEST, HIGHEST = 400, 80


class LogoRefused(Exception):
    """The file cannot be used; the message says why and what to do."""


def drawn(body: bytes) -> bytes:
    """The picture as a PNG of at most 400 by 80 pixels, without anything else that was in the file.

    Raises LogoRefused.
    """
    if len(body) > MOST_BYTES:
        raise LogoRefused("The file is larger than 1 MB. Save it smaller; the page shows it 80 pixels high at most.")
    if body.lstrip()[:1] == b"<":
        raise LogoRefused("This is an SVG file, which may hold programs. Save it as a PNG and upload that.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _redrawn(body)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise LogoRefused(_TOO_MANY) from None
    except (OSError, ValueError, SyntaxError, EOFError, struct.error):
        raise LogoRefused("This is no picture we can read. Upload a PNG, JPEG or WebP file.") from None


_TOO_MANY = "The picture has too many pixels. Save it smaller; the page shows it 80 pixels high at most."


def _redrawn(body: bytes) -> bytes:
    with Image.open(BytesIO(body), formats=KINDS) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise LogoRefused(_TOO_MANY)
        upright = ImageOps.exif_transpose(picture).convert("RGBA")
    upright.thumbnail((WIDEST, HIGHEST))
    bare = Image.new("RGBA", upright.size)
    bare.paste(upright)
    written = BytesIO()
    bare.save(written, "PNG", optimize=True)
    return written.getvalue()
