"""Sets letters on pages and draws them as one PDF, behind a cover sheet that lists them."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from daylight.core.postal import on_envelope
from daylight.core.printing import BOLD, SANS, printable, use_typeface
from daylight.reach.channels.letter.composing import BODY, HEADING, MARK, QUESTION, SMALL, LetterText
from daylight.reach.channels.letter.pages import WINDOWS, Window
from daylight.reach.channels.letter.square_code import draw_square_code

CODE_SIZE = 26 * mm
FIRST_LINE, ADDRESS_HEIGHT = 12.0, 72.0
"""Points from the top of the address to its first line, and for all its lines, which is six or closer ones."""

ON_COVER = 40
"""Letters listed on one page of the cover."""


@dataclass(frozen=True)
class Style:
    """A face, its size, the height of a line, and the room above, in points."""

    face: str
    size: float
    line: float
    above: float


STYLES = {
    MARK: Style(BOLD, 11, 15, 0),
    HEADING: Style(BOLD, 13, 18, 8),
    QUESTION: Style(BOLD, 10, 14, 9),
    BODY: Style(SANS, 10, 14, 3),
    SMALL: Style(SANS, 8, 11, 9),
}


@dataclass(frozen=True)
class Line:
    """One line at its height on a page."""

    style: Style
    text: str
    top: float


@dataclass(frozen=True)
class Cover:
    """What the first sheet says."""

    title: str
    told: str


def draw(letters: Sequence[LetterText], *, layout: Mapping[str, Any], cover: Cover) -> bytes:
    """The PDF: the cover, then every letter from a page of its own."""
    use_typeface()
    window = WINDOWS.get(str(layout.get("window")), WINDOWS["din"])
    both_sides = layout.get("sides") == "both"
    paged = [_pages(letter, window) for letter in letters]
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=window.page, invariant=1, pageCompression=1, initialFontName=SANS)
    canvas.setTitle(cover.title)
    canvas.setCreator("Daylight")
    sheets = _draw_cover(canvas, cover, letters, paged, window)
    if both_sides and sheets % 2:
        canvas.showPage()
    for letter, pages in zip(letters, paged, strict=True):
        for number, lines in enumerate(pages):
            _draw_page(canvas, letter, lines, window, layout, number=number, of=len(pages))
            canvas.showPage()
        if both_sides and len(pages) % 2:
            canvas.showPage()
    canvas.save()
    return out.getvalue()


def page_count(letter: LetterText, *, layout: Mapping[str, Any]) -> int:
    """How many pages a letter takes."""
    use_typeface()
    return len(_pages(letter, WINDOWS.get(str(layout.get("window")), WINDOWS["din"])))


def wrapped(text: str, style: Style, width: float) -> Iterator[str]:
    """The lines of a text; a word that is longer than a line is cut."""
    for paragraph in printable(text).split("\n"):
        line = ""
        for word in paragraph.split():
            whole = f"{line} {word}".strip()
            if _width(whole, style) <= width:
                line = whole
                continue
            if line:
                yield line
            *cut, line = _cut(word, style, width)
            yield from cut
        yield line


def _cut(word: str, style: Style, width: float) -> list[str]:
    pieces, piece = [], ""
    for sign in word:
        if piece and _width(piece + sign, style) > width:
            pieces.append(piece)
            piece = ""
        piece += sign
    return [*pieces, piece]


def _width(text: str, style: Style) -> float:
    return float(stringWidth(text, style.face, style.size))


def _pages(letter: LetterText, window: Window) -> list[list[Line]]:
    """The lines of each page; a question never stands alone at the foot of one."""
    pages: list[list[Line]] = [[]]
    top, bottom = window.body_top, window.page[1] - window.margin_bottom
    for name, text in letter.blocks:
        style = STYLES.get(name, STYLES[BODY])
        needed = style.above + style.line * (3 if name in {QUESTION, HEADING} else 1)
        if pages[-1] and top + needed > bottom:
            pages.append([])
            top = window.next_top
        top += style.above if pages[-1] else 0
        for line in wrapped(text, style, window.width):
            if top + style.line > bottom:
                pages.append([])
                top = window.next_top
            top += style.line
            pages[-1].append(Line(style, line, top))
    if letter.link and top + 4 * mm + CODE_SIZE > bottom:
        pages.append([])
    return pages


def _draw_page(
    canvas: Canvas,
    letter: LetterText,
    lines: Sequence[Line],
    window: Window,
    layout: Mapping[str, Any],
    *,
    number: int,
    of: int,
) -> None:
    height = window.page[1]
    if number == 0:
        _draw_head(canvas, letter, window, layout)
    for line in lines:
        canvas.setFont(line.style.face, line.style.size)
        canvas.drawString(window.margin_left, height - line.top, line.text)
    if number == of - 1 and letter.link:
        last = lines[-1].top if lines else window.next_top
        bottom = height - last - 4 * mm - CODE_SIZE
        draw_square_code(canvas, letter.link, left=window.margin_left, bottom=bottom, size=CODE_SIZE)
    canvas.setFont(SANS, 7)
    foot = f"{printable(letter.sender)} · {number + 1}/{of}" if of > 1 else printable(letter.sender)
    canvas.drawString(window.margin_left, 10 * mm, foot)


def _draw_head(canvas: Canvas, letter: LetterText, window: Window, layout: Mapping[str, Any]) -> None:
    """Return address, address in the window, date, and the marks to fold at."""
    height = window.page[1]
    left = window.address_left
    sender = printable(str(layout.get("return_address") or letter.sender))
    _fitted(canvas, sender, left, height - window.address_top + 4, size=7, width=window.address_width)
    canvas.line(left, height - window.address_top + 1.5, left + window.address_width, height - window.address_top + 1.5)
    whole = on_envelope(letter.name, letter.address, home=str(layout.get("country") or ""))
    lines = [line for each in whole for line in wrapped(each, STYLES[BODY], window.address_width)]
    step = ADDRESS_HEIGHT / max(len(lines), 6)
    for row, line in enumerate(lines):
        baseline = height - window.address_top - FIRST_LINE - row * step
        _fitted(canvas, printable(line), left, baseline, size=10, width=window.address_width)
    canvas.setFont(SANS, 9)
    canvas.drawString(window.date_left, height - window.address_top - FIRST_LINE, printable(letter.date))
    for fold in window.folds:
        canvas.line(4 * mm, height - fold, 8 * mm, height - fold)


def _fitted(canvas: Canvas, text: str, left: float, baseline: float, *, size: float, width: float) -> None:
    """One line, in smaller letters when it would not fit."""
    wide = float(stringWidth(text, SANS, size))
    canvas.setFont(SANS, size if wide <= width else max(5.0, size * width / wide))
    canvas.drawString(left, baseline, text)


def _draw_cover(
    canvas: Canvas, cover: Cover, letters: Sequence[LetterText], paged: Sequence[Sequence[object]], window: Window
) -> int:
    """The sheets that say what is in the batch; returns how many."""
    height, left = window.page[1], window.margin_left
    starts = range(0, max(len(letters), 1), ON_COVER)
    for start in starts:
        canvas.setFont(BOLD, 14)
        canvas.drawString(left, height - 25 * mm, cover.title)
        canvas.setFont(SANS, 9)
        canvas.drawString(left, height - 32 * mm, cover.told)
        top = 42 * mm
        for number, letter in enumerate(letters[start : start + ON_COVER], start=start):
            words = f"{number + 1}.  {letter.name or '-'} · {letter.address} · {len(paged[number])} p."
            _fitted(canvas, printable(words), left, height - top, size=9, width=window.width)
            top += 5.5 * mm
        canvas.showPage()
    return len(starts)
