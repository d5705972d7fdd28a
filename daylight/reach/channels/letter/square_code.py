"""A link as a square code (QR, ISO/IEC 18004) for the camera of a telephone."""

from itertools import groupby

from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel
from reportlab.pdfgen.canvas import Canvas

MASK = 0
"""Every reader reads every mask; to look for the prettiest takes ten times as long as all the rest of a letter."""


def draw_square_code(canvas: Canvas, link: str, *, left: float, bottom: float, size: float) -> None:
    """The dark squares of each row, joined where they touch, as one shape."""
    rows = modules(link)
    step = size / len(rows)
    path = canvas.beginPath()
    for number, row in enumerate(rows):
        column = 0
        for is_dark, run in groupby(row):
            length = len(list(run))
            if is_dark:
                path.rect(left + column * step, bottom + size - (number + 1) * step, length * step, step)
            column += length
    canvas.drawPath(path, stroke=0, fill=1)


def modules(link: str) -> list[list[bool]]:
    """The code, row by row: true is dark."""
    code = QRCode(None, QRErrorCorrectLevel.M)
    code.addData(link)
    code.version = code.calculate_version()
    code.makeImpl(False, MASK)
    return [[bool(dark) for dark in row] for row in code.modules]
