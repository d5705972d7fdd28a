"""A mail in the organisation's own words: rendered once per shape of reader, joined for each."""

import html
import re
from collections.abc import Mapping

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from markupsafe import escape

from daylight.reach.channels.base import Message, Notification, Reader
from daylight.reach.channels.email import headers
from daylight.reach.channels.email.compiling import LONGEST_LINE, ONE_CLICK, Frame, Pieces, wrapped_html, wrapped_text
from daylight.reach.templating.compiling import CUT, MOST_SHAPES, CompiledTemplate, Shape
from daylight.reach.templating.paragraphs import in_paragraphs, without_borders
from daylight.reach.templating.parsing import Form, Sheet, Slot, Values


class OwnMail:
    """The mails of one notification with one template."""

    def __init__(self, notification: Notification, template: CompiledTemplate) -> None:
        self._notification, self._template = notification, template
        self._shaped: dict[Shape, _ShapedMail] = {}

    def __call__(self, *, to: Reader, key: str) -> Message:
        """The message for one reader. Raises OwnWordsFail."""
        values = self._template.values(to)
        mail = self._shaped.get(self._template.shape(values))
        if mail is None:
            mail = _ShapedMail(self._notification, self._template, values)
            if len(self._shaped) >= MOST_SHAPES:
                self._shaped.clear()
            self._shaped[self._template.shape(values)] = mail
        return mail.for_reader(to, key, values)


class _Part:
    """The subject, the text or the HTML. Its slots are named by their value, or by a number where a filter waits."""

    def __init__(self, name: str, text: str, sheet: Sheet) -> None:
        cut = Pieces.cut(text, at=CUT)
        slots = [sheet.slots[int(number)] for number in cut.slots]
        names = [slot.plain or f"{name} {number}" for number, slot in enumerate(slots)]
        self.pieces = Pieces(cut.literals, tuple(names))
        self.filtered = {name: slot.read for name, slot in zip(names, slots, strict=True) if not slot.plain}
        self.room = _room(text)


class _ShapedMail:
    """The mail for readers who have, or lack, the same things."""

    def __init__(self, notification: Notification, template: CompiledTemplate, values: Values) -> None:
        exercise = notification.is_exercise and (notification.words.get("exercise") or "EXERCISE")
        context: dict[str, object] = {
            "title": notification.headline,
            "language": notification.language,
            "sender_name": notification.sender_name,
            "exercise": exercise,
        }
        rendered, sheet = template.render("subject", values)
        subject = _Part("subject", headers.clean(rendered), sheet)
        rendered, sheet = template.render("text", values)
        whole = render_to_string("reach/email/own.txt", {**context, "body": rendered})
        self._text = text = _Part("text", wrapped_text(whole), sheet)
        body, sheet = _html_body(template, values)
        whole = render_to_string("reach/email/own.html", {**context, "body": mark_safe(body)})  # noqa: S308  # checked when it was saved, values escaped
        self._html = page = _Part("html", wrapped_html(whole), sheet)
        parts = (subject, text, page)
        self._plain = tuple({name: None for part in parts for name in part.pieces.slots if name in values})
        self._filtered = {**subject.filtered, **text.filtered, **page.filtered}
        self._order = (*self._plain, *self._filtered)
        self._room = min(text.room, page.room)
        common = [(name, value) for name, value in headers.common(notification) if name != "Subject"]
        self._joined = Frame(common, text=text.pieces, html=page.pieces).joined(text.pieces, page.pieces, self._order)
        self._wide = Frame(common, text=text.pieces, html=page.pieces, in_base64=True)
        self._subject, self._shown = subject.pieces.as_shown(self._order), text.pieces.as_shown(self._order)
        self._is_exercise, self._headline = bool(exercise), headers.clean(notification.headline)
        self._sender = notification.sender_address
        self._domain = headers.domain_of(notification.sender_address)

    def for_reader(self, reader: Reader, key: str, values: Mapping[str, str]) -> Message:
        """The message for one reader."""
        shown, in_text, in_html = self._values(values)
        subject = self._subject.fill(shown).strip() or self._headline
        if self._is_exercise and "EXERCISE" not in subject:
            subject = f"EXERCISE: {subject}"
        message_id = f"<{key}@{self._domain}>"
        head = (
            f"To: {headers.mailbox(headers.clean(reader.name), reader.address, header='To')}\r\n"
            f"Subject: {headers.subject_line(subject)}\r\nMessage-ID: {message_id}\r\n"
        )
        if reader.unsubscribe_url:
            head += f"List-Unsubscribe: <{headers.clean(reader.unsubscribe_url)}>\r\n{ONE_CLICK}"
        return Message(
            address=reader.address,
            subject=subject,
            text=self._shown.fill(shown),
            payload=self._payload(head.encode("utf-8", "replace"), in_text, in_html),
            headers={"Message-ID": message_id, "Sender": self._sender},
        )

    def _values(self, values: Mapping[str, str]) -> tuple[list[str], list[bytes], list[bytes]]:
        """The reader's values in order: as they are shown, as bytes for the text, as bytes for the HTML part."""
        if not self._order:
            return [], [], []
        shown = [values[name] for name in self._plain]
        escaped = [html.escape(value) for value in shown] if self._filtered else []
        for read in self._filtered.values():
            value = read(values)
            shown.append(" ".join(str(value).split("\n")))
            escaped.append(str(escape(value)).replace("\n", " "))
        together = "\n".join(shown)
        safe = "\n".join(escaped) if self._filtered else html.escape(together)
        in_text = together.encode("utf-8", "replace").split(b"\n")
        return shown, in_text, in_text if safe is together else safe.encode("utf-8", "replace").split(b"\n")

    def _payload(self, head: bytes, in_text: list[bytes], in_html: list[bytes]) -> bytes:
        fits = not in_html or max(map(len, in_html)) <= self._room
        if self._joined is not None and fits:
            return self._joined.fill((head, *in_text, *in_html))
        text = self._text.pieces.fill(dict(zip(self._order, in_text, strict=True)))
        return self._wide.around(head, text, self._html.pieces.fill(dict(zip(self._order, in_html, strict=True))))


def _html_body(template: CompiledTemplate, values: Values) -> tuple[str, Sheet]:
    """The HTML that was written, or is made of the text."""
    if template.pieces.get("html", "").strip():
        body, sheet = template.render("html", values, Form.HTML)
        return without_borders(body), sheet
    body, sheet = template.render("text", values, Form.HTML_OF_TEXT)

    def followed(mark: re.Match[str]) -> str:
        return (
            f'<a href="{mark.group()}">{mark.group()}</a>'
            if _is_link(sheet.slots[int(mark.group(1))])
            else mark.group()
        )

    return in_paragraphs(CUT.sub(followed, body)), sheet


def _is_link(slot: Slot) -> bool:
    return all(name.startswith("links.") for name in slot.names)


def _room(text: str) -> int:
    """Bytes that each value may have so that no line is longer than SMTP allows."""
    room = LONGEST_LINE
    for line in text.split("\r\n"):
        literals = CUT.split(line)[::2]
        if len(literals) > 1:
            room = min(room, (LONGEST_LINE - sum(len(one.encode()) for one in literals)) // (len(literals) - 1))
    return room
