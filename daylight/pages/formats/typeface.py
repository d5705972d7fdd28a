"""The typeface of what we draw: the one that is printed too, so that a drawing looks the same everywhere."""

from functools import lru_cache
from importlib import resources
from io import BytesIO

from PIL import ImageFont

from daylight.core import printing


@lru_cache(maxsize=32)
def face(size: int, *, is_bold: bool = False) -> ImageFont.FreeTypeFont:
    """The face in one size, in pixels."""
    name = printing.BOLD if is_bold else printing.SANS
    font = resources.files("daylight.core").joinpath("fonts", f"{name}.ttf").read_bytes()
    return ImageFont.truetype(BytesIO(font), size)


def drawable(text: str) -> str:
    """The text as far as the face has its signs; nothing when it lacks letters, since half a sentence misleads."""
    return "" if printing.unprintable(text) else " ".join(printing.printable(text).split())
