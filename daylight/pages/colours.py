"""A firm's own colour, made readable: contrast as WCAG 2.2 measures it, without a database or a template.

Source of the formulas: WCAG 2.2, "relative luminance" and "contrast ratio"
(https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio).
"""

import re
from dataclasses import dataclass

LIGHT_GROUND, DARK_GROUND = "#eaf0fb", "#2b2110"
"""Of all grounds that text stands on in either mode (page, panels, headlines) the one that is hardest to read on."""

PAPERS = {"light": "#fcfbf8", "dark": "#10151c"}
"""The page itself."""

ENOUGH = 4.5
"""The contrast that text of ordinary size needs (WCAG 2.2, 1.4.3, level AA)."""

STEPS = 100

A_COLOUR = re.compile(r"#[0-9a-f]{6}")


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours such as #1a56b0, from 1 (the same) to 21 (black on white)."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def readable(colour: str, ground: str) -> str:
    """The colour itself where text in it can be read on `ground`, else the nearest shade of it that can."""
    towards = "#000000" if _luminance(ground) > 0.5 else "#ffffff"
    for step in range(STEPS + 1):
        shade = _mixed(colour, towards, step / STEPS)
        if contrast(shade, ground) >= ENOUGH:
            return shade
    return towards


def theme(colour: str) -> dict[str, str]:
    """The shades of a colour in which links are drawn on the light and on the dark page."""
    return {"light": readable(colour, LIGHT_GROUND), "dark": readable(colour, DARK_GROUND)}


@dataclass(frozen=True)
class Shade:
    """How a colour comes out in one mode: "light" or "dark"."""

    mode: str
    ground: str
    colour: str
    shade: str

    @property
    def paper(self) -> str:
        """The page in this mode."""
        return PAPERS[self.mode]

    @property
    def is_itself(self) -> bool:
        """Whether the colour can be read as it is."""
        return self.shade == self.colour

    @property
    def contrast(self) -> float:
        """What the colour itself has on this ground."""
        return contrast(self.colour, self.ground)


def shades(colour: str) -> list[Shade]:
    """How a colour comes out on the light and on the dark page."""
    grounds = {"light": LIGHT_GROUND, "dark": DARK_GROUND}
    return [Shade(mode, grounds[mode], colour, shade) for mode, shade in theme(colour).items()]


def colour_of(typed: str) -> str:
    """The colour in what was typed: #0A7F5A, 0a7f5a and #abc are understood; empty where it is none."""
    bare = typed.strip().lower().removeprefix("#")
    whole = "#" + ("".join(sign * 2 for sign in bare) if len(bare) == 3 else bare)
    return whole if A_COLOUR.fullmatch(whole) else ""


def _channels(colour: str) -> list[int]:
    return [int(colour[place : place + 2], 16) for place in (1, 3, 5)]


def _luminance(colour: str) -> float:
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (channel / 255 for channel in _channels(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _mixed(colour: str, towards: str, share: float) -> str:
    parts = zip(_channels(colour), _channels(towards), strict=True)
    return "#" + "".join(f"{round(mine + (theirs - mine) * share):02x}" for mine, theirs in parts)
