"""What a text claims that can be compared: how many, since when, and what is not so."""

from collections.abc import Iterator
from dataclasses import dataclass

from daylight.candour.languages import Language
from daylight.candour.reading.reading import Place, Reading


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim: its `kind`, what it is `about`, its `value` in a form that compares, and the `words` that make it."""

    kind: str
    about: str
    value: str
    words: str
    place: Place


def claims(language: Language, reading: Reading) -> list[Claim]:
    """Every claim of a text that another text could contradict."""
    return [*_numbers(language, reading), *_starts(language, reading), *_denials(language, reading)]


def _numbers(language: Language, reading: Reading) -> Iterator[Claim]:
    """ "1,200 customers": about customers, 1200. "8 % of orders": about orders."""
    for place in reading.found(language.groups["claims.number"]):
        said = [piece for piece in reading.pieces[place.start : place.end] if piece]
        value = said[0].word.replace(",", "").rstrip("%")
        yield Claim(
            "number", f"{said[0].shape} {said[-1].word.lower().rstrip('s')}", value, reading.words(place), place
        )


def _starts(language: Language, reading: Reading) -> Iterator[Claim]:
    for place in reading.found(language.groups["claims.since"]):
        times = [piece.word for piece in reading.pieces[place.start : place.end] if piece and piece.shape == "time"]
        if times:
            yield Claim("since", "", times[0].lower(), reading.words(place), place)


def _denials(language: Language, reading: Reading) -> Iterator[Claim]:
    """ "No data was lost" and "data was lost" are about the same and differ."""
    for group, value in (("claims.denied", "no"), ("claims.affirmed", "yes")):
        for place in reading.found(language.groups[group]):
            said = [piece.word.lower() for piece in reading.pieces[place.start : place.end] if piece]
            about = next((word for word in said if word in _LOSABLE), said[-1])
            yield Claim("denial", about.rstrip("s"), value, reading.words(place), place)


_LOSABLE = frozenset(
    {"data", "password", "passwords", "payment", "payments", "order", "orders", "card", "cards", "messages"}
)
