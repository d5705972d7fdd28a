"""Where things stand on paper: the page, the window of the envelope, the folds."""

from dataclasses import dataclass

inch = 72.0
mm = inch / 25.4
A4, LETTER = (210 * mm, 297 * mm), (8.5 * inch, 11 * inch)


@dataclass(frozen=True)
class Window:
    """A paper and an envelope; lengths in points, heights from the top of the page."""

    label: str
    page: tuple[float, float]
    address_left: float
    address_top: float
    address_width: float
    date_left: float
    body_top: float
    folds: tuple[float, ...]
    margin_left: float = 25 * mm
    margin_right: float = 20 * mm
    margin_bottom: float = 22 * mm
    next_top: float = 30 * mm

    @property
    def width(self) -> float:
        """What a line of the body may take."""
        return self.page[0] - self.margin_left - self.margin_right


WINDOWS = {
    "din": Window(
        "A4, window on the left (DIN 5008 B, C6/5 and C4)",
        A4,
        address_left=25 * mm,
        address_top=62.7 * mm,
        address_width=80 * mm,
        date_left=125 * mm,
        body_top=103.4 * mm,
        folds=(105 * mm, 210 * mm),
    ),
    "right": Window(
        "A4, window on the right (Switzerland, France)",
        A4,
        address_left=118 * mm,
        address_top=58 * mm,
        address_width=75 * mm,
        date_left=25 * mm,
        body_top=108 * mm,
        folds=(99 * mm, 198 * mm),
    ),
    "us": Window(
        "US Letter, window on the left (No. 10)",
        LETTER,
        address_left=1.0 * inch,
        address_top=2.15 * inch,
        address_width=3.9 * inch,
        date_left=5.4 * inch,
        body_top=3.9 * inch,
        folds=(3.67 * inch, 7.33 * inch),
        margin_left=1.0 * inch,
        margin_right=0.9 * inch,
    ),
}
