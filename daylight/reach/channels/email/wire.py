"""The wire to a mail server: bytes come in, and whole replies go to whoever waits for them."""

from collections.abc import Callable

from daylight.reach.channels.email.headers import clean
from daylight.reach.channels.watched import Watched

LONGEST_REPLY = 32 * 1024
"""Bytes of one reply, all its lines together."""

_FINAL = {b"%d%b" % (code, end): code for code in range(200, 600) for end in (b" ", b"", b"\r")}
"""The beginnings of a line that ends a reply."""


class Wire(Watched):
    """One connection. `on_reply` gets each reply as its code and its text.

    `ahead` is how many bytes came after the reply that is being handed over.
    """

    def __init__(self) -> None:
        super().__init__()
        self.on_reply: Callable[[int, bytes], None] = self._out_of_turn
        self.ahead = 0
        self._rest = b""
        self._said = b""
        self._code = b""

    def read(self, data: bytes) -> None:
        """Hand over each whole reply."""
        if self._rest:
            data = self._rest + data
            self._rest = b""
        start = 0
        while not self.is_over and (end := data.find(b"\n", start)) >= 0:
            line = data[start:end]
            start = end + 1
            code = _FINAL.get(line[:4])
            if code is None or self._said:
                code, line = self._joined(line)
                if code is None:
                    continue
            self.ahead = len(data) - start
            self.on_reply(code, line)
        if start < len(data):
            self._rest = data[start:] if start else data
            if len(self._rest) > LONGEST_REPLY:
                self.end("the server answered with more than any reply holds")

    @property
    def has_more(self) -> bool:
        """Whether something came that nobody has asked for yet."""
        return bool(self._rest or self._said)

    def rest(self) -> None:
        """Nothing is expected for a while."""
        super().rest()
        self.on_reply = self._out_of_turn

    def _joined(self, line: bytes) -> tuple[int | None, bytes]:
        """The reply that this line ends, or None when it goes on or makes no sense."""
        line = line.rstrip(b"\r")
        number, sign = line[:3], line[3:4]
        if not number.isdigit() or number + b" " not in _FINAL or sign not in {b"", b" ", b"-"}:
            self.end("the server answered with nonsense")
            return None, b""
        if self._said and number != self._code:
            self.end("the server answered with nonsense")
            return None, b""
        if len(self._said) + len(line) > LONGEST_REPLY:
            self.end("the server answered with more than any reply holds")
            return None, b""
        said = self._said + b"\n" + line[4:] if self._said else line
        if sign == b"-":
            self._said, self._code = said, number
            return None, b""
        self._said = b""
        return int(number), said

    def _out_of_turn(self, code: int, said: bytes) -> None:
        if code == 421:
            self.end(f"the server closes the connection: {as_text(said)}")
        else:
            self.end("the server spoke out of turn")


def as_text(said: bytes) -> str:
    """A reply as one line of text, with its code."""
    text = said[:300].rstrip().decode("utf-8", "replace")
    return text if text.isprintable() else clean(text)
