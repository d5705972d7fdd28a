"""What mail servers mean by their own words and numbers; the words themselves are in `bounces.toml`."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any

from daylight.reach.channels.inbound import BounceReason

_DATA = Path(__file__).with_name("bounces.toml")
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.]\d)")
_CODE = re.compile(r"(?<![\d.])(5)\d\d[ -]")
_COPY_BEGINS = re.compile(
    r"below (?:this|the next) line(?: is a copy of the message)?|copy of the message|original message follows"
    r"|message follows:|returned mail ?-|header of the source mail|start of returned message|message header follows"
    r"|forwarded message",
    re.IGNORECASE,
)

FOR_GOOD = frozenset({BounceReason.NO_SUCH_ADDRESS, BounceReason.SWITCHED_OFF})
"""Reasons that lie in the address, so that no later message will arrive either."""


class Says(Enum):
    """What a server says of a mail as a whole."""

    FAILED = "failed"
    DELAYED = "delayed"
    NOTHING = "nothing"


def says(words: str) -> Says:
    """Whether these words of a server mean that the mail did not arrive, or not yet."""
    plain = _plain(words)
    for answer in (Says.DELAYED, Says.FAILED):
        if _holds(plain, _data()["says"][answer.value]):
            return answer
    return Says.NOTHING


def reason(words: str, status: str = "") -> BounceReason:
    """Why, by the status where it is precise, else by the words, else by the status in the words."""
    by_status = _by_status(status)
    if by_status is not BounceReason.UNKNOWN:
        return by_status
    plain = _plain(words)
    for listed in _data()["reasons"]:
        if _holds(plain, listed["phrases"]):
            return BounceReason(listed["reason"])
    return _by_status(status_in(words))


def is_for_good(why: BounceReason, status: str, words: str = "") -> bool:
    """Whether no later message will arrive either: the address is at fault, or the server gave no reason but a 5."""
    if why is BounceReason.UNKNOWN:
        return (status or status_in(words)).startswith("5") or (not status and bool(_CODE.search(words)))
    return why in FOR_GOOD and not status.startswith("4")


def status_in(words: str) -> str:
    """The first enhanced status code in some words; empty when there is none."""
    found = _STATUS.search(words)
    return found.group() if found else ""


def is_automatic(headers: Sequence[tuple[str, str]], subject: str) -> bool:
    """Whether a machine answered: somebody is away, or a system thanks for the mail."""
    listed = _data()["automatic"]
    lines = [f"{name}: {value}".lower() for name, value in headers]
    if any(line.startswith(mark) for mark in listed["headers"] for line in lines):
        return True
    return any(mark in subject.lower() for mark in listed["subjects"])


def is_reporter(sender: str) -> bool:
    """Whether this sender forwards mail that was reported as spam."""
    return any(address in sender.lower() for address in _data()["reporters"]["senders"])


def own_words(text: str) -> str:
    """The words of the server, up to where it announces the copy of our own mail."""
    begins = _COPY_BEGINS.search(text)
    return text[: begins.end()] if begins else text


def telling(words: str) -> str:
    """The lines of a server's words that say why, for a person to read; all of them when none stands out."""
    lines = [line.strip() for line in words.splitlines() if line.strip(" -=*|")]
    phrases = [phrase for listed in _data()["reasons"] for phrase in listed["phrases"]]
    found = [line for line in lines if _STATUS.search(line) or _CODE.search(line) or _holds(_plain(line), phrases)]
    return " ".join(found or lines)


def _by_status(status: str) -> BounceReason:
    _, _, rest = status.partition(".")
    known: Mapping[str, str] = _data()["statuses"]
    subject = rest.partition(".")[0]
    name = known.get(rest) or known.get(subject)
    return BounceReason(name) if name else BounceReason.UNKNOWN


def _plain(words: str) -> str:
    return " ".join(words.replace("\u2019", "'").casefold().split())


def _holds(plain: str, phrases: Sequence[str]) -> bool:
    return any(phrase in plain for phrase in phrases)


@cache
def _data() -> Mapping[str, Any]:
    return tomllib.loads(_DATA.read_text(encoding="utf-8"))
