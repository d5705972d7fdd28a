"""A session with a provider that takes one message a call over HTTP.

What was not said for want of a connection is tried later. What was said and got no answer is *in doubt*, unless the
provider knows a message by its key.
"""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol

from daylight.core import http
from daylight.reach.channels.base import Accepted, ChannelBroken, Message, TryLater, Unanswered, nothing

TIME_OUT = timedelta(seconds=20)
LONGEST_WAIT = timedelta(hours=1)


@dataclass(frozen=True)
class Call:
    """One call to a provider."""

    url: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    method: str = "POST"


class Provider(Protocol):
    """What is particular to one provider: how it is asked, and what its answers mean."""

    def call(self, message: Message, *, key: str) -> Call:
        """The call that hands this message over."""

    def judge(self, answer: http.Answer) -> Accepted:
        """What an answer means. Raises one of the four failures."""


class HttpSession:
    """Hands messages to one provider, each with a call of its own."""

    is_open = True

    def __init__(self, provider: Provider, *, knows_keys: bool = False) -> None:
        self._provider = provider
        self._knows_keys = knows_keys

    def send(self, message: Message, *, idempotency_key: str, on_wire: Callable[[], None] = nothing) -> Accepted:
        """Hand one message over. Raises one of the four failures, or Unanswered."""
        call = self._provider.call(message, key=idempotency_key)
        on_wire()
        try:
            answer = self._make(call)
        except http.Refused as problem:
            raise ChannelBroken(str(problem)) from None
        except (http.NotConnected, http.NotTrusted) as problem:
            raise TryLater(str(problem)) from None
        except http.Unreachable as problem:
            if self._knows_keys:
                raise TryLater(str(problem)) from None
            raise Unanswered(str(problem)) from None
        return self._provider.judge(answer)

    def close(self) -> None:
        """Nothing is kept open."""

    def _make(self, call: Call) -> http.Answer:
        seconds = TIME_OUT.total_seconds()
        if call.method == "GET":
            return http.get(call.url, headers=call.headers, timeout=seconds)
        return http.post(call.url, data=call.body, headers=call.headers, timeout=seconds)


def basic(user: str, password: str) -> str:
    """The Authorization header of a name and a password."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode("ascii")


def asked_wait(answer: http.Answer) -> timedelta | None:
    """The seconds the provider asks us to wait; None when it names none."""
    asked = answer.headers.get("retry-after", "").strip()
    return min(timedelta(seconds=int(asked[:6])), LONGEST_WAIT) if asked.isascii() and asked.isdigit() else None


def in_one_line(answer: http.Answer, words: str = "") -> str:
    """The number of an answer, and what the provider wrote."""
    return " ".join(f"{answer.status} {words or answer.text[:300]}".split())


def failure(kind: type[Exception] | None, answer: http.Answer, words: str) -> Exception:
    """The failure of this kind behind a refusal; without a kind its number alone tells who must act.

    What nobody can name is tried again until it expires: its answer stands in the ledger.
    """
    if kind is None:
        kind = ChannelBroken if answer.status in {401, 402, 403} else TryLater
    return TryLater(words, after=asked_wait(answer)) if kind is TryLater else kind(words)


def read_json(answer: http.Answer) -> dict[str, Any]:
    """The answer as a JSON object; an empty one when it is something else, such as the page of a proxy."""
    try:
        read = json.loads(answer.body)
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}
