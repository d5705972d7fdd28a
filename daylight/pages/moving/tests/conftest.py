"""Where things are moved to, and a service that is asked over HTTP."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from pytest_django import Settings

from conftest import START
from daylight.accounts.models import Member
from daylight.pages.models import Page
from daylight.pages.moving.taking import Target

PAGES = Path(__file__).with_name("pages")
"""A page of each source, in the shape in which it is really served or kept."""


@pytest.fixture
def target(ana: Member) -> Target:
    return Target(page=Page.main(START), by=ana, at=START, origin="Statuspage")


@dataclass
class Elsewhere:
    """Answers GET by path; `answers` may be JSON, a status, or a function of the query."""

    url: str = ""
    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    once: dict[str, list[tuple[int, dict[str, str]]]] = field(default_factory=dict)


@pytest.fixture
def elsewhere(settings: Settings) -> Iterator[Elsewhere]:
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]
    there = Elsewhere()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            there.asked.append(self.path)
            there.headers.append({name.lower(): value for name, value in self.headers.items()})
            if there.once.get(parts.path):
                status, headers = there.once[parts.path].pop(0)
                return self._say(status, {"error": "later"}, headers)
            found = there.answers.get(parts.path, 404)
            if callable(found):
                found = found(dict(parse_qsl(parts.query)))
            return self._say(found, {}, {}) if isinstance(found, int) else self._say(200, found, {})

        def _say(self, status: int, said: Any, headers: dict[str, str]) -> None:
            body = json.dumps(said).encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    there.url = f"http://127.0.0.1:{server.server_address[1]}"
    yield there
    server.shutdown()
    server.server_close()
    thread.join()


def stretches(rows: list[Any], *, first: int = 1) -> Callable[[dict[str, str]], list[Any]]:
    """A list in pages of `limit`, of which the first has the number `first`."""

    def answer(query: dict[str, str]) -> list[Any]:
        size, index = int(query["limit"]), int(query["page"]) - first
        return rows[index * size : (index + 1) * size]

    return answer
