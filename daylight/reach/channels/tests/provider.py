"""A provider's far end: a real HTTP server on loopback that answers as a function of what it is asked."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import sleep
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from daylight.reach.channels.inbound import InboundRequest

RECEIVED = datetime(2026, 5, 4, 12, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Asked:
    """One request as the provider got it; header names in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.path).query, keep_blank_values=True))

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    """What the provider answers; `stalls` seconds first, or nothing at all when it `hangs_up`."""

    status: int = 200
    body: bytes = b"{}"
    headers: tuple[tuple[str, str], ...] = ()
    stalls: float = 0
    hangs_up: bool = False


class FarEnd:
    """Where it listens, what it was asked, and how it answers."""

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[Asked] = []
        self.answers: Callable[[Asked], Reply] = lambda _: Reply()

    def says(self, status: int, body: bytes = b"{}", *headers: tuple[str, str]) -> None:
        """From now on it answers this."""
        self.answers = lambda _: Reply(status, body, headers)


@contextmanager
def listening() -> Iterator[FarEnd]:
    """A far end that listens inside the block."""
    far_end = FarEnd()

    class Handler(BaseHTTPRequestHandler):
        def _take(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.command, self.path, headers, body)
            far_end.asked.append(asked)
            reply = far_end.answers(asked)
            if reply.stalls:
                sleep(reply.stalls)
            if reply.hangs_up:
                self.close_connection = True
                return
            self.send_response(reply.status)
            for name, value in (*reply.headers, ("content-length", str(len(reply.body)))):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)

        def do_GET(self) -> None:
            self._take()

        def do_POST(self) -> None:
            self._take()

        def do_PUT(self) -> None:
            self._take()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    far_end.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield far_end
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def fixture(near: str, name: str) -> bytes:
    """A recorded payload from the folder `fixtures` beside the tests in `near`."""
    return (Path(near).parent.parent / "fixtures" / name).read_bytes()


def a_post(url: str, body: bytes, *, at: datetime = RECEIVED, **headers: str) -> InboundRequest:
    """A request of a provider with JSON or a form in it."""
    is_form = not body.lstrip().startswith((b"{", b"["))
    return InboundRequest(
        method="POST",
        url=url,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
        body=body,
        received_at=at,
        fields=tuple(parse_qsl(body.decode(), keep_blank_values=True)) if is_form else (),
        parameters=tuple(parse_qsl(urlsplit(url).query, keep_blank_values=True)),
    )


def a_get(url: str, *, at: datetime = RECEIVED, **headers: str) -> InboundRequest:
    """A request of a provider that says all in its address."""
    return InboundRequest(
        method="GET",
        url=url,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
        body=b"",
        received_at=at,
        parameters=tuple(parse_qsl(urlsplit(url).query, keep_blank_values=True)),
    )
