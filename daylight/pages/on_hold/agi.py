#!/usr/bin/env python3
"""Plays the on-hold message of Daylight on an Asterisk: an AGI of Python's standard library alone, for Python 3.7 on.

Put it into astagidir (Debian: /usr/share/asterisk/agi-bin) as daylight-on-hold, make it executable, and say in the
dialplan:  same => n,AGI(daylight-on-hold)

It asks for the newest message, keeps the last one for when Daylight cannot be reached, and plays none that is too old:
then the caller hears words that claim nothing, or nothing at all. Who presses 1 is sent a text. DAYLIGHT_ON_HOLD is set
to what was played (message, neutral or nothing), DAYLIGHT_TEXT to the words, for a voice of your own.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
import signal
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any, TextIO

ADDRESS = ""
SECRET = ""
FOLDER = "/var/lib/asterisk/daylight"

SECONDS = 2.0
"""So long a caller waits for the newest message at most; then the one that is kept is looked at."""

FRESH = 3.0
"""A message that came so many seconds ago is not asked for again."""

KEPT = 4
"""Sounds of a part that are kept: another call may still be playing an older one."""


class HungUp(Exception):
    """The caller is gone."""


class Channel:
    """The call, by the gateway interface of Asterisk: a command out, an answer in."""

    def __init__(self, given: TextIO, said: TextIO) -> None:
        """Read what Asterisk tells first: agi_callerid and its like."""
        self._given, self._said = given, said
        self.facts: dict[str, str] = {}
        for line in iter(given.readline, ""):
            if not line.strip():
                break
            name, _, value = line.strip().partition(":")
            self.facts[name.strip()] = value.strip()

    def do(self, command: str) -> int:
        """Give a command; the result it answers. Raises HungUp."""
        self._said.write(f"{command}\n")
        self._said.flush()
        answer = self._given.readline()
        if not answer or answer.startswith("HANGUP"):
            raise HungUp
        result = answer.partition("result=")[2].split(" ")[0].strip()
        return int(result) if result.lstrip("-").isdigit() else 0

    def play(self, path: str, keys: str) -> str:
        """Play a file, given without its ending; the key that was pressed, or nothing. Raises HungUp."""
        return self._key(self.do(f'STREAM FILE {path} "{keys}"'))

    def wait(self, seconds: float) -> str:
        """Wait for a key; nothing if none came. Raises HungUp."""
        return self._key(self.do(f"WAIT FOR DIGIT {int(seconds * 1000)}"))

    def tell(self, name: str, value: str) -> None:
        """Set a variable of the dialplan."""
        clean = " ".join(value.split()).replace('"', "'").replace("\\", "")
        self.do(f'SET VARIABLE {name} "{clean}"')

    def _key(self, result: int) -> str:
        if result < 0:
            raise HungUp
        return chr(result) if result else ""


class Line:
    """The line: where its message is fetched, and where the last one is kept."""

    def __init__(self, address: str, secret: str, folder: str, language: str = "") -> None:
        self.address, self.secret = address.rstrip("/"), secret
        self._folder, self._language = folder, language

    def newest(self, now: float) -> dict[str, Any] | None:
        """The message to play now: the newest, or the one that is kept; None when there is none at all."""
        path = os.path.join(self._folder, f"message{self._language}.json")
        if not _is_fresh(path, now):
            body = fetch(f"{self.address}/message.json{f'?language={self._language}' if self._language else ''}")
            told = message_in(body)
            if told is not None:
                write(path, body or b"")
                return told
        try:
            with open(path, "rb") as file:
                return message_in(file.read())
        except OSError:
            return None

    def sound(self, told: Mapping[str, Any], part: str) -> str:
        """The path, without its ending, of a part's sound; fetched once. Nothing when exactly this cannot be had."""
        of = told["sounds"].get(part)
        if not of:
            return ""
        file = of["files"]["ulaw"]
        stem = os.path.join(self._folder, f"{part}-{file['sha256'][:16]}")
        if not os.path.exists(f"{stem}.ulaw"):
            body = fetch(file["url"], seconds=4 * SECONDS)
            if body is None or hashlib.sha256(body).hexdigest() != file["sha256"]:
                return ""
            write(f"{stem}.ulaw", body)
            self._forget(part)
        return stem

    def press(self, told: Mapping[str, Any], key: str, caller: str) -> str:
        """Pass a key on, sealed with the secret of the line; which part to say then."""
        body = json.dumps({"pressed": key, "caller": caller, "language": told["language"]}).encode()
        stamp = repr(time.time())
        seal = hmac.new(self.secret.encode(), body + stamp.encode(), hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "X-Timestamp": stamp, "X-Signature": seal}
        answer = fetch(f"{self.address}/pressed/", data=body, headers=headers, seconds=2 * SECONDS)
        try:
            return str(json.loads(answer or b"")["say"])
        except (TypeError, ValueError, KeyError):
            return ""

    def keep(self, told: Mapping[str, Any]) -> None:
        """Have every sound at hand for when Daylight cannot be reached."""
        for part in told["sounds"]:
            self.sound(told, part)

    def heartbeat(self, told: Mapping[str, Any], version: str) -> None:
        """Say what this line plays."""
        fetch(f"{self.address}/heartbeat?version={version}&language={told['language']}")

    def _forget(self, part: str) -> None:
        names = [name for name in os.listdir(self._folder) if name.startswith(f"{part}-")]
        paths = sorted((os.path.join(self._folder, name) for name in names), key=os.path.getmtime)
        for path in paths[:-KEPT]:
            with contextlib.suppress(OSError):  # Another call removed it.
                os.remove(path)


def serve(channel: Channel, line: Line, now: float) -> None:
    """One round of the message for one caller. Raises HungUp."""
    told = line.newest(now)
    if told is None:
        channel.tell("DAYLIGHT_ON_HOLD", "nothing")
        return
    try:
        _play(channel, line, told, now)
    finally:
        line.keep(told)


def _play(channel: Channel, line: Line, told: Mapping[str, Any], now: float) -> None:
    part = "message" if told["says"] != "neutral" and is_valid(told, now) else "neutral"
    path = line.sound(told, part) or (line.sound(told, "message") if told["says"] == "neutral" else "")
    channel.tell("DAYLIGHT_TEXT", told["text"] if part == "message" else told["phrases"]["neutral"])
    channel.tell("DAYLIGHT_ON_HOLD", part if path else "nothing")
    line.heartbeat(told, told["version"] if part == "message" else "neutral")
    takes_keys = bool(part == "message" and told["takes_keys"] and line.secret)
    key = channel.play(path, "1" if takes_keys else "") if path else ""
    if takes_keys and not key:
        asking = line.sound(told, "press")
        key = (channel.play(asking, "1") or channel.wait(3)) if asking else ""
    answer = line.press(told, key, channel.facts.get("agi_callerid", "")) if key == "1" else ""
    thanks = line.sound(told, answer) if answer else ""
    if thanks:
        channel.play(thanks, "")


def message_in(body: bytes | None) -> dict[str, Any] | None:
    """The message of a JSON; None when it is none."""
    try:
        told: dict[str, Any] = json.loads(body or b"")
    except ValueError:
        return None
    needed = {"version", "says", "valid_until", "sounds", "phrases", "text", "language", "takes_keys"}
    return told if isinstance(told, dict) and needed <= told.keys() else None


def is_valid(told: Mapping[str, Any], now: float) -> bool:
    """Whether a message may still be played."""
    until = datetime.strptime(told["valid_until"].replace("Z", "+0000"), "%Y-%m-%dT%H:%M:%S%z")
    return until > datetime.fromtimestamp(now, timezone.utc)  # noqa: UP017  # Python 3.7 knows no UTC.


def fetch(
    url: str, *, data: bytes | None = None, headers: Mapping[str, str] | None = None, seconds: float = SECONDS
) -> bytes | None:
    """What an address answers; None when it does not, in time or at all."""
    if not url.startswith(("https://", "http://")):
        return None
    request = urllib.request.Request(url, data=data, headers=dict(headers or {}))  # noqa: S310  # Checked above.
    try:
        with urllib.request.urlopen(request, timeout=seconds) as answer:  # noqa: S310
            body: bytes = answer.read(8 * 1024 * 1024)
    except (urllib.error.URLError, OSError, ValueError):
        return None
    return body


def write(path: str, body: bytes) -> None:
    """Put a file in place whole: another call may be reading the one before."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    descriptor, new = tempfile.mkstemp(dir=os.path.dirname(path), prefix=".")
    with os.fdopen(descriptor, "wb") as file:
        file.write(body)
    os.chmod(new, 0o644)
    os.replace(new, path)


def _is_fresh(path: str, now: float) -> bool:
    try:
        return 0 <= now - os.path.getmtime(path) < FRESH
    except OSError:
        return False


def main() -> None:
    """Serve the call that Asterisk started us for; a word behind the program's name is a language."""
    given = os.environ.get
    line = Line(
        given("DAYLIGHT_LINE_ADDRESS", ADDRESS),
        given("DAYLIGHT_LINE_SECRET", SECRET),
        given("DAYLIGHT_LINE_FOLDER", FOLDER),
        sys.argv[1] if len(sys.argv) > 1 else "",
    )
    # Asterisk says so when the caller hangs up; what is to be kept is still fetched.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with contextlib.suppress(HungUp, BrokenPipeError):  # Nobody listens any more.
        serve(Channel(sys.stdin, sys.stdout), line, time.time())


if __name__ == "__main__":
    main()
