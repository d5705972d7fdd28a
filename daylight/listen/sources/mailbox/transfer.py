"""Undoes how a body was encoded for transfer, piece by piece, so that a large one is never held whole."""

import base64
import binascii
from collections.abc import Callable
from typing import Protocol

LONGEST_LINE = 64 * 1024
"""Bytes held of a line without an end."""

_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_NOISE = bytes(sign for sign in range(256) if sign not in _ALPHABET)


class Undoing(Protocol):
    """Undoes one encoding."""

    def feed(self, data: bytes) -> bytes:
        """What these bytes stand for, as far as it is certain."""

    def close(self) -> bytes:
        """The rest."""


class Plain:
    """Not encoded, or in a way that nobody knows."""

    def feed(self, data: bytes) -> bytes:
        """The same."""
        return data

    def close(self) -> bytes:
        """Nothing is left."""
        return b""


class Base64:
    """Base64, however broken: signs that do not belong to it are passed over, and an end in the midst ends nothing."""

    def __init__(self) -> None:
        self._held = b""

    def feed(self, data: bytes) -> bytes:
        """What all whole groups of four stand for."""
        pieces = (self._held + data.translate(None, _NOISE)).split(b"=")
        whole = len(pieces[-1]) // 4 * 4
        self._held = pieces[-1][whole:]
        return b"".join([*map(_ended, pieces[:-1]), base64.b64decode(pieces[-1][:whole])])

    def close(self) -> bytes:
        """What the last group stands for, though it may be cut."""
        return _ended(self._held)


class Lines:
    """An encoding of whole lines: quoted-printable, or uuencode."""

    def __init__(self, undo: Callable[[bytes], bytes]) -> None:
        self._undo, self._held = undo, b""

    def feed(self, data: bytes) -> bytes:
        """What the whole lines stand for."""
        self._held += data
        end = self._held.rfind(b"\n") + 1
        if not end and len(self._held) > LONGEST_LINE:
            end = len(self._held) - 3
        whole, self._held = self._held[:end], self._held[end:]
        return self._undo(whole) if whole else b""

    def close(self) -> bytes:
        """What the last line stands for."""
        whole, self._held = self._held, b""
        return self._undo(whole) if whole else b""


def undoing(encoding: str) -> Undoing:
    """What undoes this encoding."""
    if encoding == "base64":
        return Base64()
    if encoding == "quoted-printable":
        return Lines(binascii.a2b_qp)
    if encoding in {"x-uuencode", "uuencode", "x-uue", "uue"}:
        return Lines(uudecoded)
    return Plain()


def uudecoded(lines: bytes) -> bytes:
    """What uuencoded lines stand for; those that are none are passed over."""
    return b"".join(
        _uudecoded(line) for line in lines.splitlines() if line and not line.startswith((b"begin ", b"end"))
    )


def _uudecoded(line: bytes) -> bytes:
    """One line, of which some programs cut the spaces at its end, and others add a sign."""
    if not 32 <= line[0] <= 96:
        return b""
    size = (((line[0] - 32) & 63) * 4 + 5) // 3
    try:
        return binascii.a2b_uu(line[:size].ljust(size))
    except binascii.Error:
        return b""


def _ended(group: bytes) -> bytes:
    """A run of base64 that ended; a single sign over is no letter."""
    group = group[: len(group) - (len(group) % 4 == 1)]
    return base64.b64decode(group + b"=" * (-len(group) % 4))
