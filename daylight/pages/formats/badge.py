"""A small drawing that says how everything is doing, for a README, a help page or a wiki."""

from functools import cache

from daylight.pages.facts import PageFacts
from daylight.pages.formats.entries import words
from daylight.pages.formats.typeface import face
from daylight.pages.formats.xml import Element, document, element
from daylight.pages.headline import Tone

COLOURS = {Tone.WORKING: "#1a7f4b", Tone.PLANNED: "#2a62c9", Tone.TROUBLE: "#a15c00", Tone.OUTAGE: "#b8232f"}
"""White on each of them has a contrast of more than 4.5 to 1."""

LABEL, EDGE = "#1c2127", "#8b9097"
HEIGHT, SIZE, AIR = 22, 11, 8


def page_badge(facts: PageFacts) -> dict[str, bytes]:
    """The badge of a page: its tone in a word."""
    tone = facts.headline.tone
    return {"badge.svg": badge(words("status", facts.site), words(tone.word, facts.site), facts.site.title, tone)}


@cache
def badge(label: str, says: str, title: str, tone: Tone) -> bytes:
    """A drawing that needs nothing from outside and stands on light and dark ground alike.

    Colours are attributes and not styles, so that a strict content policy leaves them as they are.
    """
    left, right = _width(label), _width(says)
    spoken = f"{title}: {says}"
    root = element(
        "svg",
        element("title", spoken),
        element("rect", width=f"{left + right}", height=f"{HEIGHT}", rx="4", fill=COLOURS[tone]),
        element("path", d=f"M4 0H{left}V{HEIGHT}H4A4 4 0 0 1 0 {HEIGHT - 4}V4A4 4 0 0 1 4 0Z", fill=LABEL),
        element(
            "rect",
            **{"x": "0.5", "y": "0.5", "stroke-opacity": "0.6"},
            width=f"{left + right - 1}",
            height=f"{HEIGHT - 1}",
            rx="3.5",
            fill="none",
            stroke=EDGE,
        ),
        _written(label, AIR, left - 2 * AIR),
        _written(says, left + AIR, right - 2 * AIR),
        **{"aria-label": spoken, "viewBox": f"0 0 {left + right} {HEIGHT}"},
        xmlns="http://www.w3.org/2000/svg",
        role="img",
        width=f"{left + right}",
        height=f"{HEIGHT}",
    )
    return document(root)


def _written(text: str, x: int, width: int) -> Element:
    return element(
        "text",
        text,
        **{"font-family": "DejaVu Sans,Verdana,sans-serif", "font-size": f"{SIZE}", "textLength": f"{width}"},
        x=f"{x}",
        y="15",
        fill="#fff",
    )


def _width(text: str) -> int:
    return round(face(SIZE).getlength(text)) + 2 * AIR
