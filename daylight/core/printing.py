"""The typeface of everything that is printed: it comes with us and is embedded, so a PDF reads the same everywhere."""

from functools import cache
from importlib import resources

from reportlab.pdfbase.pdfmetrics import registerFont, registerFontFamily
from reportlab.pdfbase.ttfonts import TTFont

SANS, BOLD = "DejaVuSans", "DejaVuSans-Bold"


@cache
def use_typeface() -> None:
    """Make the two faces known to reportlab; again costs nothing."""
    folder = resources.files("daylight.core").joinpath("fonts")
    for name in (SANS, BOLD):
        with resources.as_file(folder.joinpath(f"{name}.ttf")) as path:
            registerFont(TTFont(name, str(path)))
    registerFontFamily(SANS, normal=SANS, bold=BOLD, italic=SANS, boldItalic=BOLD)
