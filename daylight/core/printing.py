"""The typeface of everything that is printed: it comes with us and is embedded, so a PDF reads the same everywhere.

It has Latin, Greek, Cyrillic and their neighbours, from left to right.
"""

import unicodedata
from functools import cache
from importlib import resources

SANS, BOLD = "DejaVuSans", "DejaVuSans-Bold"

_FROM_RIGHT = frozenset({"R", "AL"})


@cache
def use_typeface() -> None:
    """Make the two faces known to reportlab; again costs nothing."""
    from reportlab.pdfbase.pdfmetrics import registerFont, registerFontFamily  # Ten megabytes for whoever prints.
    from reportlab.pdfbase.ttfonts import TTFont

    folder = resources.files("daylight.core").joinpath("fonts")
    for name in (SANS, BOLD):
        with resources.as_file(folder.joinpath(f"{name}.ttf")) as path:
            registerFont(TTFont(name, str(path)))
    registerFontFamily(SANS, normal=SANS, bold=BOLD, italic=SANS, boldItalic=BOLD)


def unprintable(text: str) -> list[str]:
    """The letters of a text that cannot be printed: the face lacks them, or they run from right to left and must be
    joined, which reportlab does not do. Signs that are no letters may be left out without harm, and do not count.
    """
    return [sign for sign in dict.fromkeys(text) if _is_letter(sign) and not _has(sign)]


def printable(text: str) -> str:
    """The text without the signs that our face lacks, such as emoji."""
    return "".join(sign for sign in text if sign in "\n " or _has(sign))


def _is_letter(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LMN"


def _has(sign: str) -> bool:
    return unicodedata.bidirectional(sign) not in _FROM_RIGHT and sign.isprintable() and ord(sign) in _glyphs()


@cache
def _glyphs() -> frozenset[int]:
    from reportlab.pdfbase.pdfmetrics import getFont  # As above.

    use_typeface()
    return frozenset(getFont(SANS).face.charToGlyph)
