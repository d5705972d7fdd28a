"""Asks another service for its lists: page by page, no faster than it allows, and again when it says "later"."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from daylight.core import http

SIZE = 100
BETWEEN = 1.0
"""Seconds between two calls: Statuspage allows one a second."""

WAIT = 60.0
LONGEST_WAIT = 300.0
TRIES = 6
TOO_FAST = (420, 429)
ANSWERS_IN = 30.0


class NotAnswered(Exception):
    """The other service did not give what we asked for; the message says why and what to do."""


class NotThere(NotAnswered):
    """It has nothing at this address, or not for this key."""


class Asking:
    """Calls with the same headers; `pause` waits so many seconds."""

    def __init__(
        self, *, pause: Callable[[float], None], headers: Mapping[str, str] | None = None, between: float = BETWEEN
    ) -> None:
        self._pause, self._headers, self._between, self._asked = pause, headers or {}, between, 0

    def get(self, url: str) -> Any:
        """The JSON at `url`. Raises NotAnswered, and http.TooLarge."""
        for tried in range(1, TRIES + 1):
            if self._asked:
                self._pause(self._between)
            self._asked += 1
            try:
                answer = http.get(url, headers={"Accept": "application/json", **self._headers}, timeout=ANSWERS_IN)
            except http.TooLarge:
                raise
            except http.Refused as refused:
                raise NotAnswered(str(refused)) from None
            except http.Unreachable as problem:
                self._wait_or_give_up(tried, BETWEEN * 2**tried, str(problem))
                continue
            if answer.is_good:
                return _json(answer, url)
            if answer.status in TOO_FAST or answer.status >= 500:
                wait = _seconds(answer) if answer.status in TOO_FAST else BETWEEN * 2**tried
                self._wait_or_give_up(tried, wait, f"It answers {answer.status}.")
                continue
            raise _refusal(answer.status, url)
        raise NotAnswered("It does not answer.")

    def listed(self, url: str, *, first: int = 1) -> Iterator[list[Any]]:
        """The lists of all pages at `url`, until one is short; pages too large to read are asked for in halves."""
        size, index = SIZE, 0
        while True:
            try:
                said = self.get(f"{url}{'&' if '?' in url else '?'}limit={size}&per_page={size}&page={first + index}")
            except http.TooLarge as problem:
                if size == 1:
                    raise NotAnswered(f"{url} has an entry that is too large to read: {problem}") from None
                size, index = size // 2, index * 2
                continue
            rows = said.get("data") if isinstance(said, dict) else said
            if not isinstance(rows, list):
                raise NotAnswered(f"{url} does not answer with a list.")
            yield rows
            if not _goes_on(said, rows, size):
                return
            index += 1

    def _wait_or_give_up(self, tried: int, seconds: float, why: str) -> None:
        if tried == TRIES:
            raise NotAnswered(f"{why.rstrip('.')}. What came before is kept: run the same command again to go on.")
        self._pause(seconds)


def _goes_on(said: Any, rows: list[Any], size: int) -> bool:
    """Whether another page may follow: as the answer itself says where it does, else when this one is full."""
    if not rows or isinstance(said, list):
        return len(rows) >= size
    links = said.get("links") or ((said.get("meta") or {}).get("pagination") or {}).get("links") or {}
    following = [links[name] for name in ("next", "next_page") if name in links]
    return bool(following[0]) if following else len(rows) >= size


def _json(answer: http.Answer, url: str) -> Any:
    try:
        return json.loads(answer.body)
    except ValueError:
        raise NotAnswered(f"{url} does not answer with JSON.") from None


def _seconds(answer: http.Answer) -> float:
    said = answer.headers.get("retry-after", "")
    return min(float(said), LONGEST_WAIT) if said.isdecimal() else WAIT


def _refusal(status: int, url: str) -> NotAnswered:
    if status == 401:
        return NotAnswered("The key is not accepted. Make one where you manage the other page, and give it whole.")
    if status in {403, 404}:
        return NotThere(f"There is nothing at {url} for this key ({status}).")
    return NotAnswered(f"{url} answers {status}.")
