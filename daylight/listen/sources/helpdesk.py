"""What the bridges to helpdesks share.

A helpdesk tells us that a ticket changed, or is asked which did; then the whole ticket is read, so that nothing is
missed and what comes by both ways is known by its name. An answer is posted into the ticket, unless it stands there.
"""

import hashlib
import hmac
import json
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from django import forms

from daylight.core import http
from daylight.listen.said import Said, bare
from daylight.listen.sources.base import Answer, CannotFetch, Connects, Fetched, Read, Settings, Source
from daylight.reach.channels.base import ChannelBroken, MessageRejected, TryLater
from daylight.reach.channels.inbound import NotGenuine
from daylight.reach.channels.over_http import TIME_OUT, asked_wait, in_one_line

log = logging.getLogger("daylight.listen")

LARGEST = 8 * 1024 * 1024
"""Bytes of a list of tickets, which carries their first words."""

AT_ONCE = 10
"""Tickets that are read in one look: a few calls each."""

CLOCKS_DIFFER = timedelta(minutes=2)


@dataclass(frozen=True)
class Changed:
    """Tickets that changed, with the mark of their last change; how far the list was read; whether more lie there."""

    tickets: Mapping[str, str]
    since: str
    has_more: bool = False


class Helpdesk(Protocol):
    """What is particular to one helpdesk. Each call raises ChannelBroken, MessageRejected or TryLater."""

    def changed(self, since: str) -> Changed:
        """Tickets that changed since the time (ISO 8601) or the mark that the last list ended with."""

    def messages(self, ticket: str) -> tuple[Said, ...]:
        """All that was said in a ticket, and by whom."""

    def post(self, ticket: str, text: str) -> str:
        """Post a public reply; returns its name."""

    def look(self) -> None:
        """Read one ticket, to see whether we may."""


class Account:
    """An account at a helpdesk, by its API: where that is, and what every call carries."""

    first = ""
    """What is read to see whether we may: the beginning of the list."""

    def __init__(self, url: str, **headers: str) -> None:
        self._url, self._headers = url, headers

    def look(self) -> None:
        """As `Helpdesk`."""
        self._ask("GET", self.first)

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        return ask(method, self._url + path, headers=self._headers, body=body)


class Bridge:
    """Fetches from a helpdesk and answers into it, as every source does."""

    def __init__(self, open_desk: Callable[[Settings], Helpdesk]) -> None:
        self._open = open_desk

    def source(
        self,
        name: str,
        label: str,
        *,
        form: type[forms.Form],
        read: Read,
        makes_secret: bool = False,
        bound_to: tuple[str, ...] = ("address",),
    ) -> Source:
        """The source of this helpdesk."""
        connects = Connects(
            form=form,
            read=read,
            fetch=self.fetch,
            check=self.check,
            makes_secret=makes_secret,
            bound_to=bound_to,
        )
        return Source(name, label, answering=self, connects=connects)

    def fetch(self, settings: Settings, state: Mapping[str, Any], now: datetime) -> Fetched:
        """What is new since we were connected; a few tickets at a time. Raises CannotFetch."""
        desk, read = self._open(settings), _State.of(state, now)
        try:
            if not read.waiting:
                read.take(desk.changed(read.since))
            said = _read(desk, read)
        except (ChannelBroken, MessageRejected) as problem:
            raise CannotFetch(str(problem)) from None
        except TryLater as problem:
            raise CannotFetch(str(problem), after=problem.after) from None
        new = tuple(one for one in said if one.said_at >= read.begun - CLOCKS_DIFFER)
        return Fetched(said=new, state=read.written(), has_more=bool(read.waiting) or read.has_more)

    def check(self, settings: Settings) -> None:
        """Read one ticket with these settings. Raises CannotFetch."""
        try:
            self._open(settings).look()
        except (ChannelBroken, MessageRejected, TryLater) as problem:
            raise CannotFetch(str(problem)) from None

    def answer(self, answer: Answer, settings: Settings) -> str:
        """Post a public reply, unless an earlier try did; returns its name at the helpdesk."""
        desk = self._open(settings)
        for said in desk.messages(answer.thread):
            is_ours = said.direction == "out" and bare(said.text) == bare(answer.text)
            if is_ours and said.said_at >= answer.written_at - CLOCKS_DIFFER:
                return said.external_id
        return desk.post(answer.thread, answer.text)


@dataclass
class _State:
    """How far a helpdesk was read: the list up to `since`, and tickets of it that still wait to be read."""

    begun: datetime
    since: str
    waiting: list[str]
    seen: Mapping[str, str]
    has_more: bool = False

    @classmethod
    def of(cls, state: Mapping[str, Any], now: datetime) -> "_State":
        begun = str(state.get("begun") or now.isoformat())
        since, seen = str(state.get("since") or begun), state.get("seen") or {}
        return cls(datetime.fromisoformat(begun), since, list(state.get("waiting") or ()), seen)

    def take(self, changed: Changed) -> None:
        """A further piece of the list; what stood in the last piece just so is not read again."""
        self.waiting = [ticket for ticket, mark in changed.tickets.items() if self.seen.get(ticket) != mark]
        self.has_more = changed.has_more and (bool(self.waiting) or changed.since != self.since)
        self.since, self.seen = changed.since, changed.tickets

    def written(self) -> dict[str, Any]:
        """As it is kept until the next look."""
        begun = self.begun.isoformat()
        return {"begun": begun, "since": self.since, "waiting": self.waiting, "seen": dict(self.seen)}


def _read(desk: Helpdesk, read: _State) -> list[Said]:
    """What was said in the next tickets; when the helpdesk has had enough, the rest waits."""
    said: list[Said] = []
    for done, ticket in enumerate(read.waiting[:AT_ONCE]):
        try:
            said += desk.messages(ticket)
        except MessageRejected as problem:
            log.info("Ticket %s was removed since it was listed: %s", ticket, problem)
        except TryLater:
            if not done:
                raise
            return said
        read.waiting = read.waiting[1:]
    return said


def ask(method: str, url: str, *, headers: Mapping[str, str], body: Any = None) -> Any:
    """Call a helpdesk and read its JSON. Raises ChannelBroken, MessageRejected or TryLater."""
    answer = _call(method, url, headers={"Accept": "application/json", **headers}, body=body)
    if answer.is_good:
        try:
            return json.loads(answer.body or b"null")
        except ValueError:
            raise ChannelBroken("This address answers, but not as the helpdesk's API does.") from None
    words = in_one_line(answer)
    if answer.status in {401, 402, 403}:
        raise ChannelBroken(f"The helpdesk does not let us in: {words}")
    if answer.status == 429 or answer.status >= 500:
        raise TryLater(f"The helpdesk wants us to come back later: {words}", after=asked_wait(answer))
    raise MessageRejected(f"The helpdesk does not do this: {words}")


def _call(method: str, url: str, *, headers: Mapping[str, str], body: Any) -> http.Answer:
    seconds = TIME_OUT.total_seconds()
    try:
        if method == "GET":
            return http.get(url, headers=headers, timeout=seconds, largest=LARGEST)
        send = http.put if method == "PUT" else http.post
        sent = {**headers, "Content-Type": "application/json"}
        return send(url, data=json.dumps(body).encode(), headers=sent, timeout=seconds)
    except http.Refused as problem:
        raise ChannelBroken(str(problem)) from None
    except http.Unreachable as problem:
        raise TryLater(str(problem)) from None


def moment(written: Any) -> datetime:
    """A time as helpdesks write it: ISO 8601, or seconds since 1970. Raises ValueError."""
    text = str(written).strip()
    try:
        if isinstance(written, int | float) or (text.isascii() and text.isdigit()):
            return datetime.fromtimestamp(float(text), UTC)
    except (OverflowError, OSError):
        raise ValueError(f"{text[:40]} is no time.") from None
    found = datetime.fromisoformat(text.removesuffix(" UTC"))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def with_files(text: str, names: Iterable[Any]) -> str:
    """The words, and which files came with them; the files stay at the helpdesk."""
    files = [f"[{name}]" for name in names if name]
    return "\n".join([text.strip(), *files]).strip()


def whose(mail: Any, phone: Any) -> dict[str, Any]:
    """Channel and address by which the writer is recognised."""
    if mail:
        return {"channel": "email", "address": str(mail)}
    return {"channel": "sms", "address": str(phone)} if phone else {}


def told(**facts: Any) -> dict[str, str]:
    """Facts that say something; several values of one in one line."""
    lines = {name: ", ".join(map(str, one)) if isinstance(one, list) else str(one or "") for name, one in facts.items()}
    return {name: line for name, line in lines.items() if line}


def check_seal(given: str, *, secret: str, sealed: bytes, digest: str, write: Callable[[bytes], str]) -> None:
    """That `given` is the HMAC of `sealed` as this helpdesk writes it. Raises NotGenuine."""
    ours = write(hmac.new(secret.encode(), sealed, getattr(hashlib, digest)).digest())
    if not secret or not hmac.compare_digest(ours.encode(), given.encode("utf-8", "replace")):
        raise NotGenuine("The signature is not the one that our secret makes.")


class AddressForm(forms.Form):
    """Where a helpdesk is, and the token that lets us in."""

    address = forms.URLField(label="Its address", assume_scheme="https", max_length=200)
    token = forms.CharField(
        label="API token",
        max_length=300,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Kept sealed, and never shown again.",
    )

    def clean_address(self) -> str:
        """The address without its last slash."""
        return str(self.cleaned_data["address"]).rstrip("/")
