"""The picture that shows when somebody shares an address of ours: 1200 by 630, drawn only when its words change.

It carries what the page says and nothing of any customer.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, partial
from io import BytesIO

from PIL import Image, ImageDraw
from PIL.ImageFont import FreeTypeFont

from daylight.pages.facts import IncidentFacts, PageFacts, SiteFacts
from daylight.pages.formats.badge import COLOURS
from daylight.pages.formats.entries import host
from daylight.pages.formats.typeface import drawable, face
from daylight.pages.headline import Tone
from daylight.pages.sentence import sentence, stage_in_words

WIDTH, HEIGHT = 1200, 630
MARGIN, EDGE = 96, 24
GROUND = {Tone.WORKING: "#e9f5ee", Tone.PLANNED: "#eaf0fb", Tone.TROUBLE: "#fdf2e0", Tone.OUTAGE: "#fdecec"}
INK, SOFT = "#1c2127", "#4d535b"
SIZES = (76, 68, 60, 52, 46, 40, 34, 28)
"""Sizes of the headline from large to small: the first in which it fits."""

ROOM, LINE = 310, 1.22
"""Height for the headline, and how far apart its lines stand in heights of a letter."""

MOST_IN_TITLE = 60
FINER = 4
"""How much larger the sign is drawn before it is brought to size, so that its edges are smooth."""


@dataclass(frozen=True)
class Card:
    """What stands on the picture."""

    title: str
    headline: str
    foot: str
    tone: Tone

    @property
    def version(self) -> str:
        """Changes with the picture, so that whoever kept an old one asks for the new one."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:10]


def page_card(facts: PageFacts) -> Card:
    """The picture of a page."""
    return Card(facts.site.title, sentence(facts), _place(facts.site), facts.headline.tone)


def incident_card(site: SiteFacts, incident: IncidentFacts, now: datetime) -> Card:
    """The picture of an incident."""
    stage = stage_in_words(incident.updates[0].stage, site.language) if incident.updates else ""
    return Card(site.title, incident.headline, stage, incident.tone(now))


@lru_cache(maxsize=128)
def drawn(card: Card) -> bytes:
    """The picture as PNG."""
    image = Image.new("RGB", (WIDTH, HEIGHT), GROUND[card.tone])
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, EDGE, HEIGHT), fill=COLOURS[card.tone])
    image.paste(_sign(card.tone), (MARGIN, 76))
    title = shortened(drawable(card.title), MOST_IN_TITLE)
    pen.text((MARGIN + 96, 108), title, font=_fitting(title, WIDTH - 2 * MARGIN - 96), fill=INK, anchor="lm")
    size, lines = fitted(drawable(card.headline), WIDTH - 2 * MARGIN)
    top = 184 + (ROOM - len(lines) * size * LINE) / 2
    for number, line in enumerate(lines):
        pen.text((MARGIN, top + number * size * LINE), line, font=face(size, is_bold=True), fill=INK)
    foot = shortened(drawable(card.foot), 70)
    pen.text((MARGIN, HEIGHT - 72), foot, font=face(30), fill=SOFT, anchor="ls")
    file = BytesIO()
    image.quantize(64, method=Image.Quantize.FASTOCTREE).save(file, "PNG")
    return file.getvalue()


def fitted(text: str, width: int) -> tuple[int, list[str]]:
    """The largest size in which the text fits, and its lines; a text that never fits ends with an ellipsis."""
    for size in SIZES:
        font = face(size, is_bold=True)
        lines = list(wrapped(text, partial(_is_within, font, width)))
        if len(lines) <= most_lines(size) and all(_is_within(font, width, line) for line in lines):
            return size, lines
    kept = lines[: most_lines(size)]
    while not _is_within(font, width, f"{kept[-1]} …") and " " in kept[-1]:
        kept[-1] = kept[-1].rpartition(" ")[0]
    kept[-1] = f"{kept[-1]} …"
    return size, kept


def most_lines(size: int) -> int:
    """How many lines of a size there is room for."""
    return int(ROOM / (size * LINE))


def _is_within(font: FreeTypeFont, width: int, line: str) -> bool:
    return font.getlength(line) <= width


def wrapped(text: str, fits: Callable[[str], bool]) -> Iterator[str]:
    """Lines that break between words; a word longer than a line stands on a line of its own."""
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and not fits(longer):
            yield line
            line = word
        else:
            line = longer
    if line:
        yield line


def shortened(text: str, most: int) -> str:
    """The text, or its first whole words and an ellipsis."""
    if len(text) <= most:
        return text
    kept = text[:most].rpartition(" ")[0] or text[:most]
    return f"{kept} …"


def _fitting(text: str, width: int) -> FreeTypeFont:
    return next((face(size) for size in (40, 34, 28, 24) if face(size).getlength(text) <= width), face(20))


def _place(site: SiteFacts) -> str:
    return f"{host(site)}{site.base}"


def _sign(tone: Tone) -> Image.Image:
    """The shape of the page's own sign for a tone: round, square, triangle, octagon."""
    side = 64
    image = Image.new("RGB", (side * FINER, side * FINER), GROUND[tone])
    pen = ImageDraw.Draw(image)
    scale = side * FINER / 24

    def at(*points: tuple[float, float]) -> list[tuple[float, float]]:
        return [(x * scale, y * scale) for x, y in points]

    colour, stroke = COLOURS[tone], round(2.4 * scale)
    if tone is Tone.WORKING:
        pen.ellipse(at((1, 1), (23, 23)), fill=colour)
        pen.line(at((7, 12.5), (10.5, 16), (17, 9)), fill="white", width=stroke, joint="curve")
    elif tone is Tone.PLANNED:
        pen.rounded_rectangle(at((1, 1), (23, 23)), 5 * scale, fill=colour)
        pen.line(at((12, 6), (12, 12), (16, 15)), fill="white", width=stroke, joint="curve")
    elif tone is Tone.TROUBLE:
        pen.polygon(at((12, 1.5), (23.5, 22), (0.5, 22)), fill=colour)
        pen.line(at((12, 9), (12, 15)), fill="white", width=stroke)
        pen.ellipse(at((10.8, 17), (13.2, 19.4)), fill="white")
    else:
        corners = ((7.5, 1), (16.5, 1), (23, 7.5), (23, 16.5), (16.5, 23), (7.5, 23), (1, 16.5), (1, 7.5))
        pen.polygon(at(*corners), fill=colour)
        pen.line(at((8, 8), (16, 16)), fill="white", width=stroke)
        pen.line(at((16, 8), (8, 16)), fill="white", width=stroke)
    return image.resize((side, side), Image.Resampling.LANCZOS)
