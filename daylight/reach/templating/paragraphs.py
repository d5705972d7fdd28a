"""HTML made of a text that is already safe for HTML: paragraphs, lines, and addresses that can be followed."""

import re

from django.utils.html import urlize

from daylight.reach.templating.parsing import MARK

PARAGRAPH = '<p class="ink" style="margin:0 0 20px;font-size:16px;line-height:24px;color:#1a1f27;">'

BORDER = f"<!-- {MARK} -->"
"""Stands around paragraphs that are HTML of our own."""

_TAGGED = re.compile(r"(?s)(<a .*?</a>|<[^>]*>)")


def in_paragraphs(text: str) -> str:
    """A paragraph for each that an empty line parts, and a new line for each line."""
    parts = text.split(BORDER)
    for place in range(0, len(parts), 2):
        paragraphs = re.split(r"\n\s*\n", parts[place])
        parts[place] = "\n".join(_paragraph(one.strip()) for one in paragraphs if one.strip())
    return "\n".join(filter(None, parts))


def without_borders(text: str) -> str:
    """HTML that a member wrote, with the blocks of ours in it as they are."""
    return text.replace(BORDER, "")


def _paragraph(text: str) -> str:
    lines = "<br>\n".join(line.strip() for line in text.split("\n"))
    return f"{PARAGRAPH}{''.join(map(_followed, _TAGGED.split(lines)))}</p>"


def _followed(piece: str) -> str:
    return piece if piece.startswith("<") else urlize(piece, autoescape=False)
