"""A mail in the organisation's own words: rendered once per shape of reader, joined for each."""

import re
from collections.abc import Mapping

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from markupsafe import escape

from daylight.reach.channels.base import Message, Notification, Reader
from daylight.reach.channels.email import headers
from daylight.reach.channels.email.compiling import LONGEST_LINE, Frame, Pieces, wrapped_html, wrapped_text
from daylight.reach.templating.compiling import CUT, MOST_SHAPES, CompiledTemplate, Rendered, Shape
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
    """The text or the HTML part: its literal pieces as bytes, and a reader of each slot."""

    def __init__(self, text: str, sheet: Sheet, *, is_html: bool) -> None:
        self.pieces = Pieces.cut(text, at=CUT)
        self._reads = tuple(sheet.slots[int(number)].read for number in self.pieces.slots)
        self._is_html = is_html
        self._most = _room(text)

    def fill(self, values: Values) -> tuple[bytes, bool]:
        """The part for one reader, and whether its lines are short enough to go as they are."""
        out, fits = [self.pieces.literals[0]], True
        for read, literal in zip(self._reads, self.pieces.literals[1:], strict=True):
            value = read(values)
            made = str(escape(value) if self._is_html else value).encode("utf-8", "replace")
            fits = fits and len(made) <= self._most
            out.append(made)
            out.append(literal)
        return b"".join(out), fits


class _ShapedMail:
    """The mail for readers who have, or lack, the same things."""

    def __init__(self, notification: Notification, template: CompiledTemplate, values: Values) -> None:
        exercise = notification.is_exercise and (notification.words.get("exercise") or "EXERCISE")
        self._subject = Rendered.cut(*template.render("subject", values))
        context: dict[str, object] = {
            "title": notification.headline,
            "language": notification.language,
            "sender_name": notification.sender_name,
            "exercise": exercise,
        }
        text, text_sheet = template.render("text", values)
        body, html_sheet = _html_body(template, values)
        self._text = _Part(
            wrapped_text(render_to_string("reach/email/own.txt", {**context, "body": text})), text_sheet, is_html=False
        )
        whole = render_to_string("reach/email/own.html", {**context, "body": mark_safe(body)})  # noqa: S308  # checked when it was saved, values escaped
        self._html = _Part(wrapped_html(whole), html_sheet, is_html=True)
        self._is_exercise, self._headline = bool(exercise), headers.clean(notification.headline)
        self._sender = notification.sender_address
        self._domain = headers.domain_of(notification.sender_address)
        common = [(name, value) for name, value in headers.common(notification) if name != "Subject"]
        parts = self._text.pieces, self._html.pieces
        self._frame = Frame(common, text=parts[0], html=parts[1])
        self._wide_frame = Frame(common, text=parts[0], html=parts[1], in_base64=True)

    def for_reader(self, reader: Reader, key: str, values: Mapping[str, str]) -> Message:
        """The message for one reader."""
        text, text_fits = self._text.fill(values)
        html_part, html_fits = self._html.fill(values)
        subject = headers.clean(self._subject.fill(values)) or self._headline
        if self._is_exercise and "EXERCISE" not in subject:
            subject = f"EXERCISE: {subject}"
        name, unsubscribe = headers.clean(reader.name), headers.clean(reader.unsubscribe_url)
        message_id = f"<{key}@{self._domain}>"
        own = [
            ("To", headers.mailbox(name, reader.address, header="To")),
            ("Subject", headers.subject_line(subject)),
            ("Message-ID", message_id),
        ]
        if unsubscribe:
            own.append(("List-Unsubscribe", f"<{unsubscribe}>"))
            own.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
        frame = self._frame if text_fits and html_fits else self._wide_frame
        return Message(
            address=reader.address,
            subject=subject,
            text=text.decode("utf-8").replace("\r\n", "\n"),
            payload=frame.payload(own, text, html_part),
            headers={"Message-ID": message_id, "Sender": self._sender},
        )


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
