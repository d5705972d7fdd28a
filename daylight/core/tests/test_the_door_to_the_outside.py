import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from pytest_django import Settings

from daylight.core import http


class FarEnd(BaseHTTPRequestHandler):
    """Answers by path, and remembers what was asked."""

    seen: list[tuple[str, dict[str, str], bytes]] = []
    was_left = threading.Event()

    def do_GET(self) -> None:
        if self.path == "/moved":
            self._say(302, {"Location": "http://169.254.169.254/latest/meta-data/"})
        elif self.path == "/large":
            self._say(200, {}, b"x" * (http.LARGEST_ANSWER + 1))
        elif self.path == "/slow":
            time.sleep(0.6)
            self._say(200, {})
        elif self.path == "/drip":
            self._drip()
        else:
            self._say(200, {"X-Word": "yes"}, b"hello")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append((self.path, dict(self.headers), body))
        self._say(202, {"Content-Type": "text/plain"}, b"taken")

    def _say(self, status: int, headers: dict[str, str], body: bytes = b"") -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _drip(self) -> None:
        self.send_response(200)
        self.end_headers()
        try:
            for _ in range(100):
                self.wfile.write(b"." * 17_000)
                time.sleep(0.1)
        except ConnectionError:
            self.was_left.set()

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), FarEnd)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


@pytest.fixture
def far_end(port: int, settings: Settings) -> str:
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]
    return f"http://127.0.0.1:{port}"


def test_it_posts_bytes_and_brings_the_answer(far_end: str) -> None:
    answer = http.post(f"{far_end}/hook", data=b'{"a": 1}', headers={"Webhook-Id": "7"}, timeout=5)

    assert (answer.status, answer.is_good, answer.body, answer.headers["content-type"]) == (
        202,
        True,
        b"taken",
        "text/plain",
    )
    path, headers, body = FarEnd.seen[-1]
    assert (path, headers["Webhook-Id"], headers["User-Agent"], body) == ("/hook", "7", "Daylight", b'{"a": 1}')


def test_it_gets(far_end: str) -> None:
    assert http.get(f"{far_end}/").headers["x-word"] == "yes"


def test_a_redirect_is_an_answer_and_is_never_followed(far_end: str) -> None:
    answer = http.get(f"{far_end}/moved")

    assert (answer.status, answer.is_good) == (302, False)


def test_too_much_too_slow_and_nobody_there_have_names(far_end: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(http.TooLarge, match="more than 1024 kB"):
        http.get(f"{far_end}/large")
    with pytest.raises(http.TooSlow, match=r"did not answer within 0\.2 seconds"):
        http.get(f"{far_end}/slow", timeout=0.2)
    monkeypatch.setattr(http, "CONNECT_SECONDS", 0.1)
    with pytest.raises(http.TooSlow, match="answered too slowly"):
        http.get(f"{far_end}/drip", timeout=0.3)
    assert FarEnd.was_left.wait(5)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(http.Unreachable, match="cannot be reached"):
            http.get(f"http://127.0.0.1:{free.getsockname()[1]}/")


def test_proxies_and_passwords_of_the_surroundings_are_not_used(far_end: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")

    assert http.get(f"{far_end}/").status == 200


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.8.9.10",
        "localhost",
        "169.254.169.254",
        "[::1]",
        "[::]",
        "0.0.0.0",  # noqa: S104
        "0",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
        "10.0.0.8",
        "172.16.3.4",
        "192.168.1.1",
        "100.64.0.1",
        "100.127.255.254",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::ffff:10.0.0.8]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[fd00::1]",
        "[fe80::1]",
        "224.0.0.1",
        "255.255.255.255",
    ],
)
def test_addresses_inside_are_refused(host: str, port: int) -> None:
    with pytest.raises(http.Refused):
        http.get(f"http://{host}:{port}/")
    with pytest.raises(http.Refused):
        http.post(f"https://{host}:{port}/", data=b"")


def resolving_to(*addresses: str) -> Callable[..., list[Any]]:
    """A resolver that gives each address in turn, as a name that changes its mind does."""
    left = list(addresses)

    def answer(host: str, port: int, *args: Any, **kwargs: Any) -> list[Any]:
        address = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    return answer


def test_a_name_that_leads_inside_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", resolving_to("10.1.2.3"))

    with pytest.raises(http.Refused, match=r"shop\.example leads into a private network"):
        http.get("http://shop.example/")


def test_a_name_that_changes_its_mind_is_called_where_it_was_first_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[Any] = []

    def connect(self: socket.socket, address: Any) -> None:
        called.append(address)
        raise ConnectionRefusedError

    first = resolving_to("93.184.215.14", "127.0.0.1")
    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda host, port, *a, **k: (
            first(host, port) if host == "shop.example" else [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, port))]
        ),
    )

    with pytest.raises(http.Unreachable):
        http.get("http://shop.example/")

    assert called == [("93.184.215.14", 80)]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "shop.example",
        "ftp://shop.example/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:25/_HELO",
        "http://",
        "http:///path",
        "http://me:secret@shop.example/",
        "http://shop.example:99999/",
        "http://[::1/",
        "https://shop.example:0/",
        "http://127.0.0.1\\@shop.example/",
        "http://shop.example\\.127.0.0.1/",
    ],
)
def test_what_is_no_plain_web_address_is_refused(url: str) -> None:
    with pytest.raises(http.Refused):
        http.get(url)


@pytest.mark.parametrize("url", ["http://.example/", "http://" + "a" * 70 + ".example/", "http://exa mple/"])
def test_odd_names_end_with_a_named_failure(url: str) -> None:
    with pytest.raises((http.Refused, http.Unreachable)):
        http.get(url)


def test_a_line_break_in_a_header_is_refused(far_end: str) -> None:
    with pytest.raises(http.Refused):
        http.get(far_end, headers={"X-Name": "a\r\nX-Other: b"})
