"""Written words made ready for a voice: no addresses, times as people say them, short forms in full, long numbers digit
by digit. What each language says stands in `speaking.toml` and in the phrases of the channel.
"""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.formats import date_format

from daylight.reach.words import Phrases, known

FOLDER = "reach/voice/words"

CLOCK = re.compile(r"\b(\d{1,2}):(\d{2})\b(?: Uhr\b)?")
ZONE = re.compile(r" ?\((?:[A-Z][A-Za-z_]+/)*([A-Z][A-Za-z_+-]+\d*)\)")
DAY = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
SENTENCE = re.compile(r"(?<=[.!?…])\s+")
ADDRESS = r"(?:(?:https?://|www\.)\S+|\b[\w-]+(?:\.[\w-]+)+/\S*)"
TELEPHONE = re.compile(r"\+\d[\d ()/.-]{5,}\d")
REFERENCE = re.compile(
    r"\b(?=[A-Z\d-]*\d{2})(?:[A-Z]{1,5}-?)?\d+(?:-[A-Z\d]*\d[A-Z\d]*)+\b|\b[A-Z]{1,5}-?\d{3,}\b|\b\d{6,}\b"
)
"""An order number and its like: 10-4471, SO-2231, 4471903."""
RANGE = re.compile(r"\b(\d{1,3}) ?(?:\u2013|-) ?(\d{1,3})\b(?![-\d])")


def phrases_of(language: str) -> Phrases:
    """Our fixed words of a call, in a language or in English."""
    return Phrases(language, folder=FOLDER)


def for_ear(text: str, phrases: Phrases) -> str:
    """Whole sentences that a voice does not stumble over; empty for nothing."""
    text = "".join(sign if sign.isprintable() else " " for sign in text)
    text = ZONE.sub(lambda found: phrases.say("zone", city=found[1].replace("_", " ")), text)
    text = CLOCK.sub(lambda found: _clock(phrases, int(found[1]), found), text)
    for change in _changes(phrases.language):
        text = change(text)
    text = re.sub(r"\s+([.,;:!?])", r"\1", " ".join(text.split()))
    text = re.sub(r"([.!?,])[.,;:]+", r"\1", text).lstrip(" .:;,").rstrip(" :;,")
    return text if not text or text[-1] in ".!?…" else f"{text}."


def as_far_as(room: int, texts: Iterable[str]) -> list[str]:
    """Whole sentences while there is room for so many signs; one that would be cut is not begun."""
    kept: list[str] = []
    for text in texts:
        for sentence in filter(None, SENTENCE.split(text)):
            room -= len(sentence) + 1
            if room < 0:
                return kept
            kept.append(sentence)
    return kept


def _clock(phrases: Phrases, hours: int, found: re.Match[str]) -> str:
    if hours > 24 or int(found[2]) > 59:
        return found[0]
    half = {"hour12": hours % 12 or 12, "is_morning": hours % 24 < 12}
    return phrases.say("clock", hours=hours, minutes=int(found[2]), written=found[2], **half)


@cache
def _changes(language: str) -> tuple[Callable[[str], str], ...]:
    """What is done to a text of this language, in order: what is longer or stricter goes first."""
    words = _words(language)
    return (
        _replacing(rf"(?:\b(?:{words['before_address']}):? )?{ADDRESS}", lambda found: _end_of(found[0])),
        lambda text: DAY.sub(lambda found: _day(found, language), text),
        lambda text: TELEPHONE.sub(lambda found: f"{words['plus']} {_digits(found[0])}", text),
        _with_numbers(words["after_number"]),
        _in_full(words["short"]),
        lambda text: RANGE.sub(rf"\1 {words['to']} \2", text),
        lambda text: REFERENCE.sub(lambda found: _digits(found[0]), text),
        _replacing(r"#(?=\d)", lambda found: f"{words['number']} "),
        _replacing(r"(?<=[^\W\d])\s?/\s?(?=[^\W\d])", lambda found: f" {words['or']} "),
        _replacing("|".join(map(re.escape, words["signs"])), lambda found: f" {words['signs'][found[0]]} "),
        _replacing(r"[*_`|<>\[\]{}\\^=]+", lambda found: " "),
    )


def _words(language: str) -> Mapping[str, Any]:
    spoken: dict[str, Any] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    words: Mapping[str, Any] = spoken[known(language)]
    return words


def _replacing(pattern: str, by: Callable[[re.Match[str]], str]) -> Callable[[str], str]:
    compiled = re.compile(pattern, re.IGNORECASE)
    return lambda text: compiled.sub(by, text)


def _in_full(short: Mapping[str, str]) -> Callable[[str], str]:
    """Short forms in full."""
    forms = sorted(short, key=len, reverse=True)
    pattern = re.compile("|".join(rf"(?<![\w.]){re.escape(form)}(?!\w)" for form in forms))
    return lambda text: pattern.sub(lambda found: short[found[0]], text)


def _with_numbers(units: Mapping[str, list[str]]) -> Callable[[str], str]:
    """Units after a number in full, for one and for several."""
    pattern = re.compile(rf"(\d)\s?({'|'.join(map(re.escape, sorted(units, key=len, reverse=True)))})(?![\w])")

    def in_full(found: re.Match[str]) -> str:
        before = found.string[: found.start() + 1]
        is_one = re.search(r"(?<![\d.,\u2013-])1$", before) is not None
        return f"{found[1]} {units[found[2]][0 if is_one else 1]}"

    return lambda text: pattern.sub(in_full, text)


def _day(found: re.Match[str], language: str) -> str:
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return found[0]
    with translation.override(language):
        return date_format(day, Phrases(language, folder=FOLDER).say("date_format"))


def _digits(number: str) -> str:
    """Each digit and letter by itself, with a pause where the number has one."""
    groups = re.findall(r"[A-Z]+|\d+", number)
    return ", ".join(" ".join(group) for group in groups)


def _end_of(address: str) -> str:
    """A full stop that closed the sentence is no part of the address."""
    return "." if address.endswith(".") else ""
