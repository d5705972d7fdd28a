"""What a short reply means: stop, start, seen, or words for a person to read."""

import tomllib
import unicodedata
from functools import cache
from pathlib import Path

from daylight.reach.models import Reply

YES = "yes"
"""The name under which the words are listed that say yes to a question; to anything else they mean "seen"."""

_WORDS = Path(__file__).with_name("reply_words.toml")
_KEPT = frozenset("'+")


def of(text: str) -> Reply.Meaning:
    """The meaning of a whole reply: a word among others is never taken for a command."""
    return _meanings().get(_plain(text), Reply.Meaning.WORDS)


def is_yes(text: str) -> bool:
    """Whether the whole reply is a plain yes, should a question wait for one."""
    return _plain(text) in _yeses()


@cache
def _meanings() -> dict[str, Reply.Meaning]:
    meant = {name: words for name, words in _listed().items() if name != YES}
    return {_plain(words): Reply.Meaning(name) for name, all_words in meant.items() for words in all_words}


@cache
def _yeses() -> frozenset[str]:
    return frozenset(_plain(words) for words in _listed()[YES])


def _listed() -> dict[str, list[str]]:
    return tomllib.loads(_WORDS.read_text(encoding="utf-8"))


def _plain(text: str) -> str:
    """Small letters and single spaces, without punctuation, skin tones and the quotes that phones put in."""
    text = unicodedata.normalize("NFKC", text).replace("\u2019", "'").casefold()
    kept = "".join(sign if _is_kept(sign) else " " for sign in text)
    return " ".join(kept.split())


def _is_kept(sign: str) -> bool:
    if "\U0001f3fb" <= sign <= "\U0001f3ff" or sign == "\ufe0f":
        return False
    return sign in _KEPT or unicodedata.category(sign)[0] in "LNSM"
