"""How many, what share, how late, how long, how much money."""

import re
from collections.abc import Iterator, Sequence
from math import inf

from daylight.candour.claims.claim import Claim
from daylight.candour.claims.sentence import Sentence
from daylight.candour.digits import unit, worth
from daylight.candour.reading.cutting import Piece
from daylight.candour.reading.reading import Place

LOOK_AHEAD = 5
"""Words after a number among which the thing that is counted stands."""

BEFORE_SUM, AFTER_SUM = 4, 4
"""Words around a sum that tell what it is for."""

NEAR = 0.15
"""“About” may be off by this share, and a rounded number too."""

HALF = 0.5
DAY = 24 * 60


def counted(sentence: Sentence) -> Iterator[Claim]:
    """ "1,200 customers", "three branches", "12% of orders": about what is counted."""
    if sentence.has("doing"):
        return
    for at, value, end in _numbers(sentence):
        noun = _noun(sentence, end)
        if noun is None or _is_part(sentence, at, end):
            continue
        kind = "share" if sentence.pieces[at].shape == "percent" else "count"
        low, high, first = _bounds(sentence, at, value)
        place = sentence.at(first, noun + 1)
        about = frozenset({sentence.stem(sentence.pieces[noun].word)})
        words = sentence.reading.words(place)
        yield Claim(kind, about, place, words, low, high, is_progress=sentence.has("progress"))


def lengths(sentence: Sentence) -> Iterator[Claim]:
    """ "Two days late", "down for 40 minutes", "from 09:00 to 12:00": in minutes."""
    for kind in ("late", "lasted") if sentence.has("trouble") else ("late",):
        for place in sentence.found(kind):
            minutes = _minutes(sentence, place)
            if minutes:
                low, high = minutes * (1 - NEAR / 2), minutes * (1 + NEAR / 2)
                yield Claim(kind, sentence.stems, place, sentence.reading.words(place), low, high)


def sums(sentence: Sentence) -> Iterator[Claim]:
    """ "€12", "12 euros": about the words around it. A sentence with several is too much to compare."""
    found = [(at, worth(piece.word)) for at, piece in enumerate(sentence.pieces) if piece.shape == "money"]
    found += [
        (sentence.number_of(place), worth(sentence.pieces[sentence.number_of(place)].word))
        for place in sentence.found("money")
    ]
    if len(found) == 1:
        at, value = found[0]
        low, high, first = _bounds(sentence, at, value)
        place = sentence.at(first, at + 1)
        near = sentence.stems_within(max(0, first - BEFORE_SUM), at + AFTER_SUM)
        yield Claim("sum", near, place, sentence.reading.words(place), low, high)


FINDERS = (counted, lengths, sums)


def _numbers(sentence: Sentence) -> Iterator[tuple[int, float, int]]:
    """Each number: where it begins, what it is worth, where it ends."""
    words, at = sentence.language.when, 0
    while at < len(sentence.pieces):
        value = _worth(sentence, at)
        if value is None:
            at += 1
            continue
        end = at + 1
        while end < len(sentence.pieces) and (scale := words["magnitudes"].get(sentence.pieces[end].word.lower())):
            value, end = value * scale, end + 1
        yield at, value, end
        at = end


def _worth(sentence: Sentence, at: int) -> float | None:
    piece = sentence.pieces[at]
    if piece.shape in {"number", "percent"}:
        return worth(piece.word)
    number = sentence.language.when["numbers"].get(piece.word.lower())
    return float(number) if number is not None and number >= 2 else None  # “A” and “one” count nothing.


def _noun(sentence: Sentence, end: int) -> int | None:
    """Where the thing stands that is counted."""
    if end < len(sentence.pieces) and sentence.pieces[end].word.lower() in sentence.language.when["durations"]:
        return None
    is_share = sentence.pieces[end - 1].shape == "percent"
    for at in range(end, min(end + LOOK_AHEAD, len(sentence.pieces))):
        if at in sentence.stops or sentence.pieces[at].shape not in {"word", "clitic"}:
            return None
        if at in sentence.nouns:
            return at + 1 if at + 1 in sentence.nouns and _is_plural(sentence, at + 1) else at
        if (at == end or is_share) and _is_plural(sentence, at):
            return at
    return None


def _is_plural(sentence: Sentence, at: int) -> bool:
    return re.search(sentence.language.when["stems"]["plural"], sentence.pieces[at].word) is not None


def _is_part(sentence: Sentence, at: int, end: int) -> bool:
    """ "200 of the 300 shops" counts a part, "not 5,000" counts nothing."""
    following = sentence.pieces[end].word.lower() if end < len(sentence.pieces) else ""
    before = {piece.word.lower() for piece in sentence.pieces[max(0, at - 2) : at]}
    words = sentence.language.when["bounds"]
    is_share = sentence.pieces[at].shape == "percent"
    return (following in words["part"] and not is_share) or not before.isdisjoint(words["none"])


def _bounds(sentence: Sentence, at: int, value: float) -> tuple[float, float, int]:
    """The least and the most that a number means, and where its words begin."""
    words = sentence.language.when["bounds"]
    before = [piece.word.lower() for piece in sentence.pieces[max(0, at - 3) : at]]
    is_range = before[-1:] and (before[-1] in words["joins"] or before[:1] == [words["between"]])
    lower = _worth(sentence, at - 2) if is_range and len(before) > 1 else None
    if lower is not None and lower < value:
        return lower, value, at - 2
    said = " ".join(before)
    for low, high, phrases in ((value, inf, words["least"]), (0.0, value, words["most"])):
        for phrase in phrases:
            if said.endswith(phrase):
                return low, high, at - phrase.count(" ") - 1
    if before and before[-1] in words["near"]:
        return value * (1 - NEAR), value * (1 + NEAR), at - 1
    return value, value, at


def _minutes(sentence: Sentence, place: Place) -> float:
    """The length that a place names, nothing where it names none."""
    first, end = sentence.number_of(place), sentence.number_of(place) + place.end - place.start
    for at in range(first, end):
        piece = sentence.pieces[at]
        minutes = unit(piece.word, sentence.language.when)
        if minutes is None:
            continue
        amount = worth(piece.word) if piece.shape == "measure" else _amount_before(sentence, at)
        return float(amount * minutes)
    return _between(sentence.pieces[first:end])


def _amount_before(sentence: Sentence, at: int) -> float:
    """ "Three", "half an", "one and a half": what stands before a unit."""
    numbers = sentence.language.when["numbers"]
    before = [piece.word.lower() for piece in sentence.pieces[max(0, at - 4) : at]]
    values = [numbers.get(word) or (worth(word) if word[:1].isdigit() else None) for word in before]
    if values[-1:] == [HALF] and len(values) > 1 and values[-2] == 1:
        return HALF + (values[0] or 0.0 if len(values) == 4 else 0.0)
    if HALF in values[-2:]:
        return HALF
    return next((value for value in reversed(values) if value), 0.0)


def _between(pieces: Sequence[Piece]) -> float:
    """Minutes from the first clock time to the second."""
    times = [piece.word.partition(":") for piece in pieces if piece.shape == "time" and ":" in piece.word]
    if len(times) != 2:
        return 0.0
    first, last = (60 * int(hour) + int(minute[:2]) for hour, _, minute in times)
    return float((last - first) % DAY)
