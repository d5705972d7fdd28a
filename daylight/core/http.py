"""The one door to the outside: every call to an address that a person typed leaves through here, or is let out by
`door_of` when its connection is kept for many.

Such an address may point inside our own network, so the name is looked up once, the answer is refused when it is
not a public address, and the call goes to exactly that address. Redirects are never followed, proxies and
passwords of the surroundings are never used, and the answer is read up to a size and a time.
"""

import ipaddress
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

import requests
import urllib3
from django.conf import settings
from requests_hardened import Config, HTTPSession
from requests_hardened.ip_filter import InvalidIPAddress, get_ip_address

CONNECT_SECONDS = 5.0
READ_SECONDS = 10.0
LARGEST_ANSWER = 1024 * 1024
"""Bytes of an answer that are read."""

AGENT = "Daylight"


class Refused(Exception):
    """We do not call this address: it is not a web address, or leads into a private network. Give another one."""


class Unreachable(Exception):
    """No answer this time: the far end, its network or its name must be mended; trying later makes sense."""


class NotConnected(Unreachable):
    """There was no connection, so nothing was said: the same call may be made again without saying it twice."""


class TooSlow(Unreachable):
    """The far end did not answer in time."""


class NotTrusted(Unreachable):
    """The far end showed a certificate that does not fit its name."""


class TooLarge(Unreachable):
    """The far end answered with more than we read."""


@dataclass(frozen=True)
class Answer:
    """What came back: the status as it is (a redirect too), headers with lower-case names, and the body."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def is_good(self) -> bool:
        """Whether the far end said yes."""
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        """The body as text, whatever it holds."""
        return self.body.decode("utf-8", "replace")


@dataclass(frozen=True)
class Door:
    """Where calls to an address go: its host, the port, and the one network address that was judged."""

    host: str
    port: int
    is_secure: bool
    address: str


def door_of(url: str) -> Door:
    """Look the host of `url` up and judge it, for a connection that is kept. Raises Refused or NotConnected."""
    host, parts = _host(url), urlsplit(url)
    is_secure = parts.scheme == "https"
    port = parts.port or (443 if is_secure else 80)
    if _is_allowed(host):
        return Door(host, port, is_secure, address=host)
    try:
        address, _ = get_ip_address(host, port, allow_loopback=False)
    except InvalidIPAddress:
        raise Refused(f"{host} leads into a private network; we call public addresses only.") from None
    except (OSError, UnicodeError) as problem:
        raise NotConnected(f"{host} cannot be found ({type(problem).__name__}).") from None
    return Door(host, port, is_secure, address=str(address))


def post(url: str, *, data: bytes, headers: Mapping[str, str] | None = None, timeout: float = READ_SECONDS) -> Answer:
    """Post `data` to `url`, waiting `timeout` seconds for the answer. Raises Refused or Unreachable."""
    return _call("POST", url, data=data, headers=headers or {}, timeout=timeout)


def put(url: str, *, data: bytes, headers: Mapping[str, str] | None = None, timeout: float = READ_SECONDS) -> Answer:
    """Put `data` to `url`, waiting `timeout` seconds for the answer. Raises Refused or Unreachable."""
    return _call("PUT", url, data=data, headers=headers or {}, timeout=timeout)


def get(
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    timeout: float = READ_SECONDS,
    largest: int = LARGEST_ANSWER,
) -> Answer:
    """Get `url`, waiting `timeout` seconds for an answer of `largest` bytes. Raises Refused or Unreachable."""
    return _call("GET", url, data=None, headers=headers or {}, timeout=timeout, largest=largest)


def refuse_private(host: str) -> None:
    """For a library that opens its own connections: raises Refused when `host` leads into a private network.

    A name that cannot be looked up is no business of ours: the library's call will fail.
    """
    host = host.strip("[]").rstrip(".").lower()
    if not host or host in {name.lower() for name in settings.PRIVATE_ADDRESSES_ALLOWED}:
        return
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return
    if not all(ipaddress.ip_address(str(entry[4][0]).partition("%")[0]).is_global for entry in found):
        raise Refused(f"{host} leads into a private network; we call public addresses only.")


def _call(
    method: str,
    url: str,
    *,
    data: bytes | None,
    headers: Mapping[str, str],
    timeout: float,
    largest: int = LARGEST_ANSWER,
) -> Answer:
    host = _host(url)
    ends = time.monotonic() + CONNECT_SECONDS + timeout
    sent = {"User-Agent": AGENT, "Accept-Encoding": "identity", **headers}
    waits = (min(CONNECT_SECONDS, timeout), timeout)
    try:
        with (
            _session(host) as session,
            session.request(
                method, url, data=data, headers=sent, timeout=waits, allow_redirects=False, stream=True
            ) as answer,
        ):
            lower = {name.lower(): value for name, value in answer.headers.items()}
            return Answer(status=answer.status_code, headers=lower, body=_body(answer, host, ends, largest))
    except InvalidIPAddress:
        raise Refused(f"{host} leads into a private network; we call public addresses only.") from None
    except requests.ConnectTimeout:
        raise NotConnected(f"{host} did not answer within {min(CONNECT_SECONDS, timeout):g} seconds.") from None
    except (requests.Timeout, urllib3.exceptions.TimeoutError):
        raise TooSlow(f"{host} did not answer within {timeout:g} seconds.") from None
    except requests.exceptions.SSLError:
        raise NotTrusted(f"{host} showed a certificate that we cannot trust.") from None
    except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, requests.exceptions.InvalidHeader):
        raise Refused(f"This is not an address or header we can use for {host}.") from None
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, UnicodeError) as problem:
        kind = NotConnected if _was_never_connected(problem) else Unreachable
        raise kind(f"{host} cannot be reached ({type(problem).__name__}).") from None


def _was_never_connected(problem: Exception) -> bool:
    cause = problem.args[0] if problem.args else None
    return isinstance(getattr(cause, "reason", None), urllib3.exceptions.NewConnectionError)


def _host(url: str) -> str:
    """The host to be called. Raises Refused for whatever is not a plain web address."""
    try:
        parts = urlsplit(url)
        _check(parts)
        # Two readers of an address may differ on where its host ends: what is judged must be what is called.
        called = (urllib3.util.parse_url(url).host or "").strip("[]").lower()
    except (ValueError, urllib3.exceptions.LocationParseError):
        raise Refused("This is not a web address.") from None
    if called != parts.hostname:
        raise Refused("This is not a web address.")
    return (parts.hostname or "").rstrip(".")


def _check(parts: SplitResult) -> None:
    if parts.scheme not in {"http", "https"}:
        raise Refused("Only addresses that start with https:// or http:// can be called.")
    if not parts.hostname or parts.port == 0:
        raise Refused("The address names no host.")
    if parts.username is not None or parts.password is not None:
        raise Refused("Put no name and password into the address.")


def _is_allowed(host: str) -> bool:
    """Whether this host may be in a private network."""
    return host.lower() in {name.lower() for name in settings.PRIVATE_ADDRESSES_ALLOWED}


def _session(host: str) -> HTTPSession:
    session = HTTPSession(
        Config(
            ip_filter_enable=not _is_allowed(host),
            ip_filter_allow_loopback_ips=False,
            never_redirect=True,
            default_timeout=(CONNECT_SECONDS, READ_SECONDS),
        )
    )
    session.trust_env = False
    return session


def _body(answer: requests.Response, host: str, ends: float, largest: int) -> bytes:
    body = bytearray()
    for chunk in answer.iter_content(chunk_size=16 * 1024):
        body += chunk
        if len(body) > largest:
            raise TooLarge(f"{host} answered with more than {largest // 1024} kB.")
        if time.monotonic() > ends:
            raise TooSlow(f"{host} answered too slowly.")
    return bytes(body)
