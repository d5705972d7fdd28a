"""A mail cut once into literal pieces and joined per reader.

The templates are rendered once per notification with a marker in each place where a reader's own value goes, and cut
at the markers; nothing is ever searched for and replaced in text. Each value is made safe for its place: no control
characters anywhere, entities in HTML, encoded words in headers. Parts travel as 8bit; a part with a line longer
than SMTP allows (a paragraph of Chinese has no spaces to break at) travels as base64.
"""

import base64
import hashlib
import re
import secrets
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string

from daylight.reach.channels.base import AlarmWords, AnswerWords, Message, Notification, Reader
from daylight.reach.channels.email import headers
from daylight.reach.channels.email.joining import SLOTS, Joined, may_begin_with_a_dot, values_of
from daylight.reach.channels.email.mail import Mail

LONGEST_LINE = 990
"""Bytes; SMTP allows 998."""

ONE_CLICK = "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
_BY_MACHINE = (("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "OOF, AutoReply"))
_MARK = secrets.token_hex(12)
_CUT = re.compile(f"{_MARK}([a-z_]+)x")


def _mark(slot: str) -> str:
    return f"{_MARK}{slot}x"


@dataclass(frozen=True)
class Pieces:
    """A text cut at its slots: `literals` has one more member than `slots`."""

    literals: tuple[bytes, ...]
    slots: tuple[str, ...]

    @classmethod
    def cut(cls, text: str, *, at: re.Pattern[str] = _CUT) -> "Pieces":
        """Cut a rendered text at its marks."""
        first, *rest = at.split(text)
        literals = (first, *rest[1::2])
        return cls(tuple(piece.encode("utf-8", "replace") for piece in literals), tuple(rest[::2]))

    @property
    def fits(self) -> bool:
        """Whether no line can be longer than SMTP allows."""
        return all(len(line) <= LONGEST_LINE for piece in self.literals for line in piece.split(b"\r\n"))

    def as_shown(self, order: Sequence[str] = SLOTS) -> Joined[str]:
        """The same as text with plain line ends; the values come in the order of these slots."""
        literals = [literal.decode("utf-8").replace("\r\n", "\n") for literal in self.literals]
        return Joined(literals, [order.index(slot) for slot in self.slots])

    def fill(self, values: Mapping[str, bytes]) -> bytes:
        """The whole text with a value in each slot."""
        out = [self.literals[0]]
        for slot, literal in zip(self.slots, self.literals[1:], strict=True):
            out.append(values[slot])
            out.append(literal)
        return b"".join(out)


class CompiledMail:
    """One notification for readers who have, or lack, the same things (a reason, links)."""

    def __init__(self, notification: Notification, *, having: frozenset[str]) -> None:
        self._greeting = notification.words.get("greeting", "{name},")
        self._nameless = notification.words.get("greeting_nameless", "")
        self._domain = headers.domain_of(notification.sender_address)
        self._sender = notification.sender_address
        self._subject = headers.subject(notification)
        context = {
            "notification": notification,
            "title": notification.headline,
            "language": notification.language,
            "exercise": notification.is_exercise and (notification.words.get("exercise") or "EXERCISE"),
            "words": notification.words,
            "parts": [part for part in notification.parts if part.answer.strip()],
            "corrected": notification.corrections,
            "greeting": _mark("greeting"),
        } | {slot: _mark(slot) if slot in having else "" for slot in SLOTS[1:]}
        self._text = Pieces.cut(wrapped_text(render_to_string("reach/email/update.txt", context)))
        self._html = Pieces.cut(wrapped_html(render_to_string("reach/email/update.html", context)))
        self._shown = self._text.as_shown()
        self._frame = Frame(headers.common(notification), text=self._text, html=self._html)
        self._joined = self._frame.joined(self._text, self._html)
        literals = (*self._text.literals, *self._html.literals)
        self._is_dotless = self._joined is not None and not may_begin_with_a_dot(literals)

    def for_reader(self, reader: Reader, key: str) -> Mail:
        """The message for one reader."""
        name = headers.clean(reader.name)
        greeting = self._greeting.replace("{name}", name) if name else self._nameless
        shown, in_text, in_html = values_of(greeting, reader)
        message_id = f"<{key}@{self._domain}>"
        head = f"To: {headers.mailbox(name, reader.address, header='To')}\r\nMessage-ID: {message_id}\r\n"
        if reader.unsubscribe_url:
            head += f"List-Unsubscribe: <{headers.clean(reader.unsubscribe_url)}>\r\n{ONE_CLICK}"
        return Mail(
            address=reader.address,
            subject=self._subject,
            text=self._shown.fill(shown),
            payload=self._payload(head.encode("utf-8", "replace"), in_text, in_html),
            headers={"Message-ID": message_id, "Sender": self._sender},
            is_dotless=self._is_dotless and not may_begin_with_a_dot(in_text),
        )

    def _payload(self, head: bytes, in_text: Sequence[bytes], in_html: Sequence[bytes]) -> bytes:
        if self._joined is not None:
            return self._joined.fill((head, *in_text, *in_html))
        text = self._text.fill(dict(zip(SLOTS, in_text, strict=True)))
        return self._frame.around(head, text, self._html.fill(dict(zip(SLOTS, in_html, strict=True))))


class Frame:
    """The headers and part borders around a text and an HTML part; `in_base64` also where no line is too long."""

    def __init__(
        self, common: Sequence[tuple[str, str]], *, text: Pieces, html: Pieces, in_base64: bool = False
    ) -> None:
        digest = hashlib.sha256(b"".join((*text.literals, *html.literals))).hexdigest()[:24]
        border = f"=_daylight_{digest}"
        self._text_is_8bit = text.fits and not in_base64
        self._html_is_8bit = html.fits and not in_base64
        self._before_text = (
            _lines(common)
            + b"MIME-Version: 1.0\r\n"
            + f'Content-Type: multipart/alternative;\r\n boundary="{border}"\r\n\r\n'.encode()
            + _part_head(border, "plain", is_8bit=self._text_is_8bit)
        )
        self._before_html = b"\r\n" + _part_head(border, "html", is_8bit=self._html_is_8bit)
        self._end = f"\r\n--{border}--\r\n".encode()

    def payload(self, own: Iterable[tuple[str, str]], text: bytes, html_part: bytes) -> bytes:
        """The whole message, but for the date, which is added when it goes."""
        return self.around(_lines(own), text, html_part)

    def around(self, head: bytes, text: bytes, html_part: bytes) -> bytes:
        """The whole message under these lines of a reader's own."""
        return b"".join(
            (
                head,
                self._before_text,
                text if self._text_is_8bit else _in_base64(text),
                self._before_html,
                html_part if self._html_is_8bit else _in_base64(html_part),
                self._end,
            )
        )

    def joined(self, text: Pieces, html: Pieces, order: Sequence[str] = SLOTS) -> Joined[bytes] | None:
        """The whole message in pieces: a slot for the lines of the reader's own, then those of both parts in `order`.

        None when a part must be encoded as a whole.
        """
        if not (self._text_is_8bit and self._html_is_8bit):
            return None
        literals = [self._before_text + text.literals[0], *text.literals[1:]]
        literals[-1] += self._before_html + html.literals[0]
        literals += html.literals[1:]
        literals[-1] += self._end
        slots = [0, *(1 + order.index(slot) for slot in text.slots)]
        slots += [1 + len(order) + order.index(slot) for slot in html.slots]
        return Joined([b"", *literals], slots)


def compile_alarm(words: AlarmWords, *, reader: Reader, key: str) -> Message:
    """A word to one member of the crew, in the same dress."""
    context = {
        "words": words,
        "reader": reader,
        "title": words.subject,
        "language": words.language,
        "exercise": words.is_exercise and "EXERCISE. This is a rehearsal.",
    }
    subject = headers.clean(f"EXERCISE: {words.subject}" if words.is_exercise else words.subject)
    return _single("reach/email/alarm", context, [*_BY_MACHINE], words, reader=reader, subject=subject, key=key)


def compile_answer(words: AnswerWords, *, reader: Reader, key: str) -> Message:
    """What we say in a conversation, in its thread."""
    context = {"words": words, "title": words.subject, "language": words.language}
    fields = [("Content-Language", headers.clean(words.language) or "en")]
    if words.thread:
        names = [f"<{headers.clean(name)}>" for name in words.thread]
        fields += [("In-Reply-To", names[-1]), ("References", "\r\n ".join(names))]
    if words.reply_to:
        fields.append(("Reply-To", headers.mailbox(words.sender_name, words.reply_to, header="Reply-To")))
    if words.is_machine:
        fields += [("Auto-Submitted", "auto-replied"), _BY_MACHINE[1]]
    subject = headers.clean(words.subject)
    return _single("reach/email/answer", context, fields, words, reader=reader, subject=subject, key=key)


def _single(
    template: str,
    context: dict[str, object],
    fields: Sequence[tuple[str, str]],
    words: AlarmWords | AnswerWords,
    *,
    reader: Reader,
    subject: str,
    key: str,
) -> Message:
    """One mail to one reader, of a text and an HTML template."""
    text = Pieces.cut(wrapped_text(render_to_string(f"{template}.txt", context)))
    html_part = Pieces.cut(wrapped_html(render_to_string(f"{template}.html", context)))
    message_id = f"<{key}@{headers.domain_of(words.sender_address)}>"
    common = [
        ("From", headers.mailbox(words.sender_name, words.sender_address, header="From")),
        ("Subject", headers.words(subject, header="Subject")),
        *fields,
    ]
    frame = Frame(common, text=text, html=html_part)
    own = [("To", headers.mailbox(reader.name, reader.address, header="To")), ("Message-ID", message_id)]
    plain = text.fill({})
    return Message(
        address=reader.address,
        subject=subject,
        text=plain.decode().replace("\r\n", "\n"),
        payload=frame.payload(own, plain, html_part.fill({})),
        headers={"Message-ID": message_id, "Sender": words.sender_address},
    )


def _lines(fields: Iterable[tuple[str, str]]) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in fields).encode("utf-8", "replace")


def _part_head(border: str, kind: str, *, is_8bit: bool) -> bytes:
    encoding = "8bit" if is_8bit else "base64"
    return (
        f'--{border}\r\nContent-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n'
    ).encode()


def _in_base64(part: bytes) -> bytes:
    return base64.encodebytes(part).replace(b"\n", b"\r\n")


def _visible(text: str) -> str:
    """Text without control characters, lines kept."""
    return "\n".join(headers.clean(line) if not line.isprintable() else line.rstrip() for line in text.splitlines())


def wrapped_text(text: str) -> str:
    """Text in lines as mail has them."""
    lines: list[str] = []
    for line in _visible(text).split("\n"):
        lines += textwrap.wrap(line, 76, break_long_words=False, break_on_hyphens=False) or [""]
    tidy = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    return tidy.replace("\n", "\r\n") + "\r\n"


def wrapped_html(text: str) -> str:
    """Few long lines, since HTML does not care; but a slot keeps a line to itself, for values that are long."""
    lines: list[str] = []
    flow: list[str] = []
    for line in [*_visible(text).split("\n"), _MARK]:
        if _MARK not in line:
            flow.append(line.strip())
            continue
        lines += textwrap.wrap(" ".join(flow), 700, break_long_words=False, break_on_hyphens=False)
        lines.append(line.strip())
        flow = []
    return "\r\n".join(lines[:-1]) + "\r\n"
