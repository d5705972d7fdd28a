"""Reads question cards from a CSV file: replies and answers that a firm has written before."""

import codecs
import csv
import io
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.text import slugify

from daylight.accounts.models import Member
from daylight.listen import cards
from daylight.listen.models import QuestionCard

MOST = 2_000
COLUMNS = {
    "question": ("question", "title", "name", "subject", "frage", "titel"),
    "text": ("text", "answer", "reply", "body", "content", "macro", "antwort"),
    "shortcut": ("shortcut", "key", "slug", "shortname", "kürzel"),
    "purpose": ("purpose", "zweck"),
    "language": ("language", "locale", "sprache"),
}
"""Our columns, and what others call them."""


class NoCards(Exception):
    """Why nothing can be read from a file, in a sentence."""


@dataclass
class Brought:
    """What came of a file: new cards, those changed, and lines left out with the reason."""

    new: int = 0
    changed: int = 0
    left_out: list[tuple[int, str]] = field(default_factory=list)


def bring(content: bytes, *, by: Member, at: datetime) -> Brought:
    """Keep the cards of a file; one whose short name is known is changed. Raises NoCards."""
    brought = Brought()
    for line, row in enumerate(_rows(content), start=2):
        if line > MOST + 1:
            brought.left_out.append((line, f"A file may bring {MOST:,} cards; the rest was left out."))
            break
        problem = _keep(row, brought, by=by, at=at)
        if problem:
            brought.left_out.append((line, problem))
    return brought


def _keep(row: dict[str, str], brought: Brought, *, by: Member, at: datetime) -> str:
    """Keep one card; the reason when it cannot be."""
    question, text = row.get("question", "")[:200], row.get("text", "")
    if not question or not text:
        return "It has no question, or no text."
    problem = cards.check(text, at=at)
    if problem:
        return problem
    shortcut = slugify(row.get("shortcut", "") or question)[:40].strip("-") or "card"
    card = QuestionCard.objects.filter(shortcut=shortcut).first()
    if card is not None and (card.question, card.text) == (question, text):
        return ""
    if card is None:
        card, brought.new = QuestionCard(shortcut=shortcut), brought.new + 1
    else:
        brought.changed += 1
    purpose = row.get("purpose", "").lower()
    card.question, card.text = question, text
    card.purpose = purpose if purpose in QuestionCard.Purpose.values else card.purpose
    card.language = row.get("language", "")[:12] or card.language
    cards.save(card, by=by, at=at)
    return ""


def _rows(content: bytes) -> list[dict[str, str]]:
    """The lines under our names of the columns."""
    text = _decoded(content)
    first = text.partition("\n")[0]
    if not first.strip() or "\x00" in text:
        raise NoCards("This file has no readable text.")
    separator = max(",;\t", key=first.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as problem:
        raise NoCards(f"This is not a CSV file: {problem}.") from problem
    names = [_ours(cell) for cell in lines[0]]
    if "question" not in names or "text" not in names:
        raise NoCards("The first line must name the columns; “question” and “text” are needed.")
    return [
        {name: cell.strip() for name, cell in zip(names, line, strict=False) if name} for line in lines[1:] if any(line)
    ]


def _decoded(content: bytes) -> str:
    """As spreadsheets write it: UTF-8, UTF-16 with its mark, else the Western code page of Windows."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _ours(cell: str) -> str:
    said = cell.strip().lower()
    return next((name for name, others in COLUMNS.items() if said in others), "")
