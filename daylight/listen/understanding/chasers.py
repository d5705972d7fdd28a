"""Whether a message asks for news that we owed its writer: "any update?", "Gibt's was Neues?", "hello???"."""

from dataclasses import dataclass

from daylight.listen.understanding import by_parts, by_phrases
from daylight.listen.understanding.own_words import own_words
from daylight.listen.understanding.words import plain

ENOUGH = 0.5
"""The probability from which a message is a chaser."""
LONGEST_READ = 4_000
"""Signs of a message that are read; who asks for news does so before that."""
LONGEST_SHOWN = 160
MOST_OF_PHRASES = 1.5
FEWEST_WORDS = 8
"""From so many words on, a message without one common word of a language is in another language."""


@dataclass(frozen=True, slots=True)
class Chase:
    """What a message turned out to be: with which probability, and the words that show it."""

    is_chaser: bool
    score: float
    because: str


def read(text: str, subject: str = "", language: str = "") -> Chase:
    """Whether this message asks for news we owed; `language` is a hint, for people mix them."""
    said = own_words(text)[:LONGEST_READ]
    if subject and not _is_ours(subject):
        said = f"{subject}\n{said}"
    readings = [_read(said, known) for known in _spoken(said, language)]
    return max(readings, key=lambda chase: chase.score, default=Chase(False, 0.0, ""))


def _read(said: str, language: str) -> Chase:
    parts, phrases = by_parts.read(said, language), by_phrases.read(said, language)
    weights = by_parts.weights()
    weighed = weights.parts * parts.weight + weights.phrases * min(phrases.score, MOST_OF_PHRASES) + weights.both
    score = round(by_parts.odds(weighed), 3)
    shown = phrases.because or " ".join(said[parts.start : parts.end].split())[:LONGEST_SHOWN]
    return Chase(score >= ENOUGH, score, shown)


def _spoken(said: str, hint: str) -> tuple[str, ...]:
    """The languages this may be in, by their commonest words; the hinted one first, and all when nothing tells."""
    words = plain(said).split()
    known = by_parts.languages()
    counted = {language: sum(word in by_parts.common(language) for word in words) for language in known}
    most = max(counted.values())
    if not words or (not most and len(words) >= FEWEST_WORDS):
        return known if not words else ()
    return tuple(sorted((one for one in known if counted[one] * 2 >= most), key=lambda one: one != hint[:2].lower()))


def _is_ours(subject: str) -> bool:
    """The subject of an answer repeats our own words."""
    return subject.strip().casefold().startswith(("re:", "aw:", "antw:", "fw:", "fwd:", "wg:", "rv:", "tr:", "sv:"))
