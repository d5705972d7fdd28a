"""What a short reply means: stop, start, seen, or words for a person to read."""

import tomllib
import unicodedata
from functools import cache
from pathlib import Path

from daylight.reach.models import Reply

_WORDS = Path(__file__).with_name("reply_words.toml")
_KEPT = frozenset("'+")


def of(text: str) -> Reply.Meaning:
    """The meaning of a whole reply: a word among others is never taken for a command."""
    return _meanings().get(_plain(text), Reply.Meaning.WORDS)


@cache
def _meanings() -> dict[str, Reply.Meaning]:
    listed = tomllib.loads(_WORDS.read_text(encoding="utf-8"))
    return {_plain(words): Reply.Meaning(name) for name, all_words in listed.items() for words in all_words}


def _plain(text: str) -> str:
    """Small letters and single spaces, without punctuation, skin tones and the quotes that phones put in."""
    text = unicodedata.normalize("NFKC", text).replace("\u2019", "'").casefold()
    kept = "".join(sign if _is_kept(sign) else " " for sign in text)
    return " ".join(kept.split())


def _is_kept(sign: str) -> bool:
    if "\U0001f3fb" <= sign <= "\U0001f3ff" or sign == "\ufe0f":
        return False
    return sign in _KEPT or unicodedata.category(sign)[0] in "LNSM"
