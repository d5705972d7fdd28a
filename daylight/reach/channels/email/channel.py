"""The e-mail channel."""

from collections import deque
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from email_validator import EmailNotValidError, validate_email

from daylight.reach.channels.base import (
    AlarmWords,
    AnswerWords,
    Composer,
    Kind,
    Message,
    Notification,
    Piece,
    Reader,
    Session,
)
from daylight.reach.channels.email import gateway, tracking
from daylight.reach.channels.email.api_kinds import BY_NAME
from daylight.reach.channels.email.compiling import CompiledMail, compile_alarm, compile_answer
from daylight.reach.channels.email.joining import SLOTS
from daylight.reach.channels.email.kinds import KINDS
from daylight.reach.channels.email.line import SmtpLine
from daylight.reach.channels.email.over_api import ApiSession
from daylight.reach.channels.email.own_words import OwnMail
from daylight.reach.channels.email.session import SmtpSession
from daylight.reach.channels.inbound import Heard, InboundRequest
from daylight.reach.channels.lines import Line
from daylight.reach.templating.compiling import CompiledTemplate

_recent: deque[tuple[Notification, dict[tuple[bool, ...], CompiledMail]]] = deque(maxlen=16)
"""What was compiled last, by what the readers lack: one batch after the other is of the same notifications."""


class Email:
    """Mail by SMTP, or by a provider's HTTP API."""

    name = "email"
    label = "E-mail"
    waits = tuple(timedelta(seconds=seconds) for seconds in (5, 10, 15, 30, 30, 60))
    needs_secret = False
    connections = 4
    is_first_word = True
    makes_noise = False
    kinds: tuple[Kind, ...] = KINDS
    tells_every_point = False
    resend_when_in_doubt = False
    """A mailbox shows a mail twice that came twice: a person decides."""

    pieces = (
        Piece("subject", "Subject", "One line.", "line"),
        Piece("text", "Text", "What mail programs without HTML show, and what is read aloud."),
        Piece("html", "HTML", "Leave it empty, and it is made of the text.", "html", is_required=False),
    )
    must_say = ("what", "next", "person", "unsubscribe", "corrected")

    def measure(self, text: str) -> tuple[str, bool]:
        """A mail may be as long as it must."""
        return "", False

    def normalise(self, address: str) -> str:
        """The address with its domain in lower case. Raises ValueError with a sentence."""
        try:
            checked = validate_email(address.strip(), check_deliverability=False, test_environment=True)
        except EmailNotValidError as problem:
            raise ValueError(str(problem)) from None
        return checked.normalized

    def compose(self, notification: Notification, *, to: Reader, key: str) -> Message:
        """The mail for one reader; pure."""
        return self.prepare(notification)(to=to, key=key)

    def prepare(self, notification: Notification) -> Composer:
        """The mail for many readers: cut once, joined for each."""
        compiled = next((mails for known, mails in tuple(_recent) if known == notification), None)
        if compiled is None:
            compiled = {}
            _recent.append((notification, compiled))

        def compose(*, to: Reader, key: str) -> Message:
            lacks = not to.reason, not to.own_url, not to.unsubscribe_url, not to.confirm_url, not to.say_url
            mail = compiled.get(lacks)
            if mail is None:
                having = frozenset(slot for slot, is_missing in zip(SLOTS[1:], lacks, strict=True) if not is_missing)
                mail = compiled[lacks] = CompiledMail(notification, having=having)
            return mail.for_reader(to, key)

        return compose

    def prepare_own(self, notification: Notification, template: CompiledTemplate) -> Composer:
        """The mail in the organisation's own words. It may raise OwnWordsFail."""
        return OwnMail(notification, template)

    def compose_alarm(self, words: AlarmWords, *, to: Reader, key: str) -> Message:
        """A word to one member of the crew; pure."""
        return compile_alarm(words, reader=to, key=key)

    def compose_answer(self, words: AnswerWords, *, to: Reader, key: str) -> Message:
        """A mail of a conversation; pure."""
        return compile_answer(words, reader=to, key=key)

    def open(self, settings: Mapping[str, Any]) -> Session:
        """Connect to the mail server, or be ready to call an API. Raises ChannelBroken or TryLater."""
        kind = settings.get("kind")
        if kind == gateway.NAME:
            return gateway.open_session(settings)
        return ApiSession(settings) if kind in BY_NAME else SmtpSession(settings)

    def line(self, settings: Mapping[str, Any]) -> Line | None:
        """The bulk road to the mail server or the gateway; the APIs of others have none."""
        kind = settings.get("kind")
        if kind == gateway.NAME:
            return gateway.line(settings)
        return None if kind in BY_NAME else SmtpLine(settings)

    def inbound(self, kind: str, settings: Mapping[str, Any], request: InboundRequest) -> Heard:
        """What a provider's API tells of our messages; a mail server tells by mail (`bounces.py`)."""
        return tracking.read(kind, settings, request)
