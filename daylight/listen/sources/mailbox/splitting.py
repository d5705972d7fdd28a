"""Splits a mail into its parts while it streams by: nothing is held but the head of the part at hand.

It never raises, whatever the bytes are. What lies beyond a limit is passed over, and `left_out` says so.
"""

from dataclasses import dataclass, field
from typing import Protocol

from daylight.listen.sources.mailbox.heads import Head

MOST_PARTS = 500
MOST_DEPTH = 12
LARGEST_HEAD = 256 * 1024
"""Bytes of the head of one part; what is beyond them is passed over."""

LONGEST_BORDER = 260
"""Bytes of a line that may be a border between parts; the standard has 72."""

PREAMBLE = "text/x-preamble"
"""The type under which words before the first border are handed on."""

MOST_LIKE_BORDERS = 100_000
"""Lines that begin as a border does and are none; after as many the rest is one part."""

HELD_BACK = 3
"""Bytes at the end of what has come that may be the beginning of a border: `\\r\\n-`."""


@dataclass(frozen=True)
class Place:
    """Where a part stands: how deep, in which multipart, and in which choice between the same words (0: in none)."""

    depth: int = 0
    within: str = ""
    choice: int = 0


class Taker(Protocol):
    """Takes the parts of a mail, one after the other."""

    def begin(self, head: Head, place: Place) -> None:
        """A part begins that holds no others."""

    def write(self, data: bytes) -> None:
        """A piece of its body, as it is encoded."""

    def end(self) -> None:
        """It ends."""


@dataclass
class _Open:
    """A multipart whose end has not come."""

    border: bytes
    place: Place
    kind: str
    head: Head
    has_parts: bool = False


@dataclass
class Splitter:
    """Hands a mail to `taker` part by part; `top` is the head of the mail itself, once it has come."""

    taker: Taker
    top: Head | None = None
    left_out: list[str] = field(default_factory=list)
    parts: int = 0
    _buffer: bytearray = field(default_factory=bytearray)
    _stack: list[_Open] = field(default_factory=list)
    _head: bytearray = field(default_factory=bytearray)
    _held: bytes = b""
    _in_head: bool = True
    _at_line_start: bool = True
    _is_taken: bool = False
    _is_over: bool = False
    _choices: int = 0
    _like_borders: int = 0

    def feed(self, data: bytes) -> None:
        """The next bytes of the mail."""
        self._buffer += data
        while self._head_on() if self._in_head else self._body_on():
            pass

    def close(self) -> None:
        """The mail is over."""
        self._is_over = True
        self.feed(b"")
        if self._in_head:
            self._head_ends()
            self.feed(b"")
        self._end_part()
        while self._stack:
            self._close_multipart()

    # -- The head of a part --------------------------------------------------------------------------------------------

    def _head_on(self) -> bool:
        """Take one line of a head; False when more must come first."""
        end = self._buffer.find(b"\n")
        if end < 0 and len(self._buffer) <= LARGEST_HEAD and not self._is_over:
            return False
        size = end + 1 if end >= 0 else len(self._buffer)
        if not size:
            return False
        line = bytes(self._buffer[:size])
        if self._at_line_start and (not line.strip(b"\r\n") or not self._is_of_head(line)):
            self._head_ends(skip=0 if line.strip(b"\r\n") else size)
            return True
        self._at_line_start = end >= 0
        if len(self._head) + size <= LARGEST_HEAD:
            self._head += line
        else:
            self._note("part of a head")
        del self._buffer[:size]
        return True

    def _is_of_head(self, line: bytes) -> bool:
        if line[:1] in b" \t" or (not self._head and line.startswith(b"From ")):
            return True
        name, colon, _ = line[:LONGEST_BORDER].partition(b":")
        return bool(colon) and bool(name.strip()) and not any(sign <= 32 or sign == 127 for sign in name.rstrip())

    def _head_ends(self, *, skip: int = 0) -> None:
        del self._buffer[:skip]
        inside = self._stack[-1] if self._stack else None
        head = Head.of(bytes(self._head), kind="message/rfc822" if inside and inside.kind == "digest" else "text/plain")
        self._head.clear()
        self._in_head, self._at_line_start, self._held = False, True, b""
        self.top = self.top or head
        place = Place(inside.place.depth + 1, inside.kind, inside.place.choice) if inside else Place()
        border = head.parameter("boundary").encode("utf-8", "surrogateescape").strip()
        if head.kind.startswith("multipart/") and border and len(border) < LONGEST_BORDER - 4:
            if place.depth < MOST_DEPTH:
                self._open_multipart(head, border, place)
                return
            self._note("parts nested too deep")
        self._is_taken = True
        self.taker.begin(head, place)

    def _open_multipart(self, head: Head, border: bytes, place: Place) -> None:
        kind = head.kind.partition("/")[2]
        if kind == "alternative" and not place.choice:
            self._choices += 1
            place = Place(place.depth, place.within, self._choices)
        self._stack.append(_Open(border, place, kind, head))

    # -- The body of a part --------------------------------------------------------------------------------------------

    def _body_on(self) -> bool:
        """Hand on what is surely body, or cross a border; False when more must come first."""
        if not self._stack:
            return self._hand_on(len(self._buffer), then_held=0)
        if self._at_line_start and self._buffer[:2] == b"--"[: len(self._buffer)]:
            end = self._buffer.find(b"\n", 0, LONGEST_BORDER)
            if end < 0 and len(self._buffer) < LONGEST_BORDER and not self._is_over:
                return False
            if self._crossed(bytes(self._buffer[: end + 1 if end >= 0 else LONGEST_BORDER])):
                return True
        self._at_line_start = False
        found = self._buffer.find(b"\n--")
        if found >= 0:
            begins = found - (self._buffer[found - 1 : found] == b"\r")
            self._hand_on(begins, then_held=found + 1 - begins)
            self._at_line_start = True
            return True
        return self._hand_on(len(self._buffer) - (0 if self._is_over else HELD_BACK), then_held=0)

    def _hand_on(self, size: int, *, then_held: int) -> bool:
        """Give so many bytes to whoever takes the part; hold the line's end after them: a border may own it."""
        if size > 0 or then_held:
            data = self._held + bytes(self._buffer[: max(size, 0)])
            self._held = bytes(self._buffer[max(size, 0) : max(size, 0) + then_held])
            del self._buffer[: max(size, 0) + then_held]
            self._take(data)
            return True
        return False

    def _take(self, data: bytes) -> None:
        if self._is_taken:
            self.taker.write(data)
        elif not data.strip():
            return
        elif self._stack and not self._stack[-1].has_parts:
            self._before_border(data)
        else:
            self._note("words after the last part")

    def _before_border(self, data: bytes) -> None:
        """Words before the first border: mostly "this is a multi-part message"; all there is when no border comes."""
        self._is_taken = True
        inside = self._stack[-1]
        self.taker.begin(Head.of(b"", kind=PREAMBLE), Place(inside.place.depth + 1, inside.kind))
        self.taker.write(data)

    def _crossed(self, line: bytes) -> bool:
        """Whether this line is a border of an open multipart; then the part before it ends."""
        said = line.rstrip()
        for index in range(len(self._stack) - 1, -1, -1):
            border = b"--" + self._stack[index].border
            if said not in {border, border + b"--"}:
                continue
            del self._buffer[: len(line)]
            self._end_part()
            while len(self._stack) > index + 1:
                self._close_multipart()
            self._stack[index].has_parts = True
            self._held = b""
            self._next(is_last=said != border)
            return True
        self._like_borders += 1
        if self._like_borders > MOST_LIKE_BORDERS:
            self._note("parts beyond the first")
            self._stack.clear()
        return False

    def _next(self, *, is_last: bool) -> None:
        self._at_line_start = True
        self.parts += not is_last
        if is_last:
            self._close_multipart()
            if self._stack:
                self._stack[-1].has_parts = True
            self._in_head = False
        elif self.parts > MOST_PARTS:
            self._note("parts beyond the first")
            self._stack.clear()
            self._in_head = False
        else:
            self._in_head = True

    def _end_part(self) -> None:
        if self._is_taken:
            if self._held and self._is_over:
                self.taker.write(self._held)
            self.taker.end()
        self._is_taken, self._held = False, b""

    def _close_multipart(self) -> None:
        self._stack.pop()

    def _note(self, what: str) -> None:
        if what not in self.left_out:
            self.left_out.append(what)
