"""A statement as one text, as a customer reads it from the top to the bottom, with the place of each part."""

from collections.abc import Iterator
from dataclasses import dataclass

from daylight.candour.report import Span
from daylight.incidents import said
from daylight.incidents.statement import Statement, Words
from daylight.incidents.words import FINAL_STAGES

GAP = "\n\n"
PARTS = ("what", "who", "why", "doing", "meanwhile", "next_update_by")
"""The six parts in the order in which they are read."""


@dataclass(frozen=True)
class Piece:
    """One part as it stands in the text. `is_ours`: the words were made from a field that is no text."""

    part: str
    text: str
    start: int
    is_ours: bool = False

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.text)


@dataclass(frozen=True)
class AsRead:
    """The whole text in one language."""

    title: str
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """Everything below the headline."""
        return GAP.join(piece.text for piece in self.pieces)

    def piece(self, part: str) -> Piece | None:
        """That part, if it says anything."""
        return next((piece for piece in self.pieces if piece.part == part), None)

    def at(self, span: Span) -> tuple[Piece, Span] | None:
        """The part in which a span of the text begins, and the span counted from there."""
        for piece in self.pieces:
            if piece.start <= span.start < piece.end:
                return piece, Span(span.start - piece.start, min(span.end, piece.end) - piece.start)
        return None


def as_read(statement: Statement, language: str) -> AsRead:
    """What `statement` says in `language`; lines end as they do in a browser."""
    words, pieces, start = statement.texts.get(language, Words()), [], 0
    for part, text, is_ours in _parts(statement, words, language):
        pieces.append(Piece(part, text, start, is_ours))
        start += len(text) + len(GAP)
    return AsRead(one_line_end(words.headline), tuple(pieces))


def one_line_end(text: str) -> str:
    """Without the second character with which some browsers end a line, and without what stands around."""
    return text.replace("\r\n", "\n").strip()


def _parts(statement: Statement, words: Words, language: str) -> Iterator[tuple[str, str, bool]]:
    for part in ("what", "who", "why", "doing", "meanwhile"):
        text = one_line_end(getattr(words, part))
        if part == "why" and not statement.why_known:
            yield part, said.unknown_cause(language), True
        elif text:
            yield part, text, False
    if statement.stage not in FINAL_STAGES and statement.next_update_by is not None:
        yield "next_update_by", said.next_word(language, statement.next_update_by), True
    if statement.is_correction:
        yield "is_correction", said.correction(language), True
