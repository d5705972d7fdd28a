"""What chat rooms have in common: an update as a room reads it, shortened to fit, and a post to a room's own address.

A room is shared by the people of one customer, so nothing of their own page stands in it but its address.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from daylight.core import http
from daylight.reach.channels.base import (
    Accepted,
    AddressRejected,
    AlarmWords,
    Kind,
    Message,
    MessageRejected,
    Notification,
    Part,
    Reader,
    TryLater,
    Unanswered,
    nothing,
)
from daylight.reach.channels.over_http import LONGEST_WAIT, asked_wait, in_one_line

LONGEST_ADDRESS = 400
TIME_OUT = timedelta(seconds=15)
SHORTEST = 60
"""Characters to which the words of a part are shortened at most."""

DELIVERY_HEADER = "X-Daylight-Delivery"


@dataclass(frozen=True)
class RoomWords:
    """An update, or an alarm, as a room reads it; every link is one we made, and none is ever cut."""

    title: str
    mark: str = ""
    intro: str = ""
    parts: tuple[Part, ...] = ()
    corrected: tuple[Part, ...] = ()
    said: str = ""
    person: str = ""
    links: tuple[tuple[str, str], ...] = ()

    @property
    def text(self) -> str:
        """All of it as plain text."""
        lines = [self.mark, self.title, self.intro]
        lines += [f"{part.question} {self.said}: {part.answer}" for part in self.corrected]
        lines += [f"{part.question}\n{part.answer}" for part in self.parts]
        lines += [self.person, *(f"{label}: {url}" for label, url in self.links)]
        return "\n\n".join(line for line in lines if line)


def of_update(notification: Notification, *, to: Reader) -> RoomWords:
    """What a room reads of an update: the parts that say something, the next time, and where to read on."""
    words = notification.words
    title = words.get("subject") or notification.headline
    say = (words.get("say") or "Tell us", to.say_url)
    links = (_where(notification, to), say, (words.get("unsubscribe") or "Unsubscribe", to.unsubscribe_url))
    return RoomWords(
        title=_clean(f"EXERCISE: {title}" if notification.is_exercise and "EXERCISE" not in title else title),
        mark=(words.get("exercise") or "EXERCISE") if notification.is_exercise else "",
        intro=words.get("intro", ""),
        parts=tuple(part for part in notification.parts if part.answer.strip()),
        corrected=notification.correction_of,
        said=words.get("said") or "We said",
        person=words.get("person", ""),
        links=tuple((label, url) for label, url in links if url),
    )


def _where(notification: Notification, to: Reader) -> tuple[str, str]:
    """The one link: to the page of the reader's own, which asks whether they have seen it; else to the public one."""
    words = notification.words
    if to.confirm_url:
        return words.get("confirm") or "I have seen this", to.confirm_url
    if to.own_url:
        return words.get("yours") or "Your page", to.own_url
    return words.get("page") or "Status page", notification.page_url


def of_alarm(words: AlarmWords) -> RoomWords:
    """What a room of the crew reads of an alarm."""
    title = f"EXERCISE: {words.subject}" if words.is_exercise and "EXERCISE" not in words.subject else words.subject
    links = ((words.action or "Open it in Daylight", words.url),) if words.url else ()
    return RoomWords(title=_clean(title), intro=words.text, links=links)


def fitted(words: RoomWords, fits: Callable[[RoomWords], bool]) -> RoomWords:
    """The words, the longest of them shortened until they fit; links, the mark and the next time stay whole."""
    while not fits(words):
        name, length = max(_lengths(words), key=lambda entry: entry[1])
        if length <= SHORTEST:
            return words
        words = _shortened(words, name, max(SHORTEST, length * 3 // 4))
    return words


def units(text: str) -> int:
    """The length of a text as chat programs count it: an emoji is two."""
    return len(text.encode("utf-16-le", "replace")) // 2


def clipped(text: str, length: int) -> str:
    """The text with at most `length` characters; an ellipsis says that there was more."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def _lengths(words: RoomWords) -> Iterator[tuple[str, int]]:
    yield "title", len(words.title)
    yield "intro", len(words.intro)
    yield from ((f"part {part.name}", len(part.answer)) for part in words.parts if part.name != "next")
    yield from ((f"corrected {part.name}", len(part.answer)) for part in words.corrected)


def _shortened(words: RoomWords, name: str, length: int) -> RoomWords:
    if name == "title":
        return replace(words, title=clipped(words.title, length))
    if name == "intro":
        return replace(words, intro=clipped(words.intro, length))
    where, _, part = name.partition(" ")
    if where == "part":
        return replace(words, parts=_with_shorter(words.parts, part, length))
    return replace(words, corrected=_with_shorter(words.corrected, part, length))


def _with_shorter(parts: tuple[Part, ...], name: str, length: int) -> tuple[Part, ...]:
    return tuple(replace(part, answer=clipped(part.answer, length)) if part.name == name else part for part in parts)


def _clean(title: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in title).split())


_ADDRESS = re.compile(r"(https?://\S+)")
_MARKUP = str.maketrans({sign: f"\\{sign}" for sign in "\\*_~`|<>[]#"})


def without_markdown(text: str) -> str:
    """The text, so that Markdown shows it letter by letter; web addresses in it stay clickable."""
    pieces = _ADDRESS.split(text)
    return "".join(piece if index % 2 else piece.translate(_MARKUP) for index, piece in enumerate(pieces))


def room_address(written: str, *, hosts: tuple[str, ...], path: str, example: str) -> str:
    """The normal form of a room's web address, at one of `hosts` or below it (any host when there are none).

    Raises ValueError with a sentence that shows an example.
    """
    wrong = ValueError(f"Copy the whole address of the room's webhook; it looks like {example}.")
    written = written.strip()
    try:
        parts = urlsplit(written)
        host, port = (parts.hostname or "").encode("idna").decode("ascii").lower(), parts.port
    except (ValueError, UnicodeError):
        raise wrong from None
    if parts.scheme != "https" or not host or "@" in parts.netloc or not written.isprintable() or " " in written:
        raise wrong
    if hosts and not any(host == known or host.endswith(f".{known}") for known in hosts):
        raise wrong
    if not re.match(path, parts.path):
        raise wrong
    netloc = f"{host}:{port}" if port and port != 443 else host
    whole = urlunsplit(("https", netloc, parts.path, parts.query, ""))
    if len(whole) > LONGEST_ADDRESS:
        raise ValueError(f"The address may have at most {LONGEST_ADDRESS} characters.")
    return whole


class Room:
    """A channel whose addresses are rooms, each with a web address of its own to post to.

    A channel gives `hosts`, `path` and `example` of such an address, `body` and `judge`.
    """

    name: str
    label: str
    hosts: tuple[str, ...] = ()
    path: str = ""
    example: str
    waits: tuple[timedelta, ...] = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 600))
    needs_secret = False
    connections = 4
    resend_when_in_doubt = False
    tells_every_point = True
    is_first_word = True
    makes_noise = False
    kinds: tuple[Kind, ...] = ()

    def body(self, words: RoomWords) -> Mapping[str, Any]:
        """The words as this provider wants them, however long."""
        raise NotImplementedError

    def fits(self, words: RoomWords) -> bool:
        """Whether the provider takes words of this length."""
        raise NotImplementedError

    def judge(self, answer: http.Answer, *, key: str) -> Accepted:
        """What an answer means. Raises AddressRejected, MessageRejected or TryLater."""
        raise NotImplementedError

    def target(self, address: str) -> str:
        """The address that is posted to."""
        return address

    def normalise(self, address: str) -> str:
        """The address of the room's webhook in its normal form. Raises ValueError with a sentence."""
        return room_address(address, hosts=self.hosts, path=self.path, example=self.example)

    def compose(self, notification: Notification, *, to: Reader, key: str) -> Message:
        """The update as the room reads it; pure."""
        return self._message(of_update(notification, to=to), to=to, key=key)

    def compose_alarm(self, words: AlarmWords, *, to: Reader, key: str) -> Message:
        """An alarm to a room of the crew; pure."""
        return self._message(of_alarm(words), to=to, key=key)

    def open(self, settings: Mapping[str, Any]) -> "RoomSession":
        """Nothing to connect: each room has an address of its own."""
        return RoomSession(self)

    def _message(self, words: RoomWords, *, to: Reader, key: str) -> Message:
        words = fitted(words, self.fits)
        return Message(
            address=to.address,
            subject=words.title,
            text=words.text,
            payload=json.dumps(self.body(words), ensure_ascii=False).encode("utf-8", "replace"),
            headers={"Content-Type": "application/json; charset=utf-8", DELIVERY_HEADER: key},
        )


class RoomSession:
    """Posts messages, each to the address of its room."""

    is_open = True

    def __init__(self, room: Room) -> None:
        self._room = room

    def send(self, message: Message, *, idempotency_key: str, on_wire: Callable[[], None] = nothing) -> Accepted:
        """Post one message. Raises AddressRejected, MessageRejected, TryLater or Unanswered."""
        on_wire()
        try:
            answer = http.post(
                self._room.target(message.address),
                data=message.payload,
                headers=message.headers,
                timeout=TIME_OUT.total_seconds(),
            )
        except http.Refused as problem:
            raise AddressRejected(str(problem)) from None
        except (http.NotConnected, http.NotTrusted) as problem:
            raise TryLater(str(problem)) from None
        except http.Unreachable as problem:
            raise Unanswered(str(problem)) from None
        return self._room.judge(answer, key=idempotency_key)

    def close(self) -> None:
        """Nothing is kept open."""


def judged(answer: http.Answer, *, key: str, gone: bool = False, refused: bool = False, wait: float = 0) -> Accepted:
    """The usual meaning of an answer: taken, `gone` for good, `refused` for its words, or later (in `wait` seconds)."""
    said = in_one_line(answer)
    if answer.is_good:
        return Accepted(reference=key, answer=said)
    if gone or answer.status in {404, 410}:
        raise AddressRejected(said)
    if refused or answer.status == 413:
        raise MessageRejected(said)
    raise TryLater(said, after=min(timedelta(seconds=wait), LONGEST_WAIT) if wait else asked_wait(answer))
