"""Reads mail that came back: which delivery it is about, and what it says of it.

Delivery status notifications (RFC 3464), spam reports (RFC 5965), and the many bounces that are neither. Nothing is
believed of a mail that does not hold a genuine key of ours: in the address it came to, in the headers of our mail that
it returns, or in our link to unsubscribe. Pure: it reads one mail and writes nothing.
"""

import email
import quopri
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from enum import Enum
from html import unescape

from daylight.core.links import LinkRefused
from daylight.reach import keys, links
from daylight.reach.channels.email import servers_words
from daylight.reach.channels.email.servers_words import Says
from daylight.reach.channels.inbound import BounceReason, NotUnderstood, SaidKind, SaidReceipt, SaidStop

LONGEST_TEXT = 64 * 1024
"""Characters of one part that are looked at."""

MOST_PARTS = 100

OWN_HEADER = "X-Daylight-Incident"
"""Every notice of ours bears it; a mail that bears it itself is ours and went round in a circle."""

_DAEMON = re.compile(r"mailer-?daemon|postmaster|mail ?delivery|mdaemon|system administrator|<>$|^$", re.IGNORECASE)
_UNSUBSCRIBE = re.compile(r"/unsubscribe/([\w.:%-]{8,200})/")
_TAG = re.compile(r"<[^>]{0,500}>")
_READABLE = frozenset({"text/plain", "text/html", "message/delivery-status"})
_ENCLOSED = frozenset({"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers"})
_ACTIONS = frozenset({"failed", "delayed", "delivered", "relayed", "expanded"})
_NOT_OUR_FAULT = frozenset({"not-spam", "auth-failure", "dmarc"})


class Nature(Enum):
    """What a mail that came back is."""

    BOUNCE = "it did not arrive"
    DELAYED = "it has not arrived yet"
    ARRIVED = "it arrived"
    SPAM_REPORT = "it was reported as spam"
    AUTOMATIC = "a machine answered"
    OWN = "our own mail came round"
    WORDS = "somebody wrote"


@dataclass(frozen=True)
class Returned:
    """What a mail is, and what it says of a delivery of ours; nothing when it bears no genuine key (`has_key`).

    `is_sure` unless its words alone make it a bounce or a machine's answer: a person may write such words too.
    """

    nature: Nature
    said: tuple[SaidReceipt | SaidStop, ...] = ()
    has_key: bool = False
    is_sure: bool = True


@dataclass(frozen=True)
class _Verdict:
    """What a mail says, whichever delivery it is about."""

    nature: Nature
    details: str = ""
    reason: BounceReason = BounceReason.UNKNOWN
    is_permanent: bool = False
    is_stop: bool = False
    is_by_words: bool = False


def read(raw: bytes, *, recipient: str, received_at: datetime) -> Returned:
    """What a mail says that came to `recipient`. Raises NotUnderstood for what cannot be read as a mail at all."""
    try:
        mail = email.message_from_bytes(raw)
        parts = _parts(mail)
        verdict = _verdict(mail, parts)
        key = _key(recipient, raw, parts)
    except (MessageError, ValueError, LookupError, RecursionError) as problem:
        raise NotUnderstood(f"This mail cannot be read: {problem}") from problem
    said = _said(verdict, key, _said_at(mail, received_at)) if key else ()
    is_sure = not verdict.is_by_words or bool(next(keys.keys_in(recipient), "")) or _is_machine(mail)
    return Returned(verdict.nature, said, has_key=bool(key), is_sure=is_sure)


def header(mail: Message, name: str) -> str:
    """A header in plain letters; one that is not encoded as it says is given as it came."""
    written = str(mail.get(name, ""))
    try:
        return " ".join(str(make_header(decode_header(written))).split())
    except (MessageError, ValueError, LookupError):
        return " ".join(written.split())


def _said(verdict: _Verdict, key: str, at: datetime) -> tuple[SaidReceipt | SaidStop, ...]:
    kind = _KINDS.get(verdict.nature)
    if verdict.is_stop:
        return (SaidStop(said_at=at, key=key),)
    if kind is None:
        return ()
    return (
        SaidReceipt(
            kind=kind,
            said_at=at,
            key=key,
            details=verdict.details[:400],
            is_permanent=verdict.is_permanent,
            reason=verdict.reason,
        ),
    )


_KINDS = {
    Nature.BOUNCE: SaidKind.BOUNCED,
    Nature.ARRIVED: SaidKind.DELIVERED,
    Nature.SPAM_REPORT: SaidKind.SPAM_REPORT,
}


def _verdict(mail: Message, parts: Sequence[Message]) -> _Verdict:
    if mail.get(OWN_HEADER):
        return _Verdict(Nature.OWN)
    report = _first(parts, "message/feedback-report")
    if report is not None:
        return _of_report(_fields(_text(report)))
    status = _first(parts, "message/delivery-status", "message/global-delivery-status")
    verdict = _of_status(_blocks(status), servers_words.own_words(_words(parts))) if status is not None else None
    if verdict is not None:
        return verdict
    if servers_words.is_reporter(parseaddr(str(mail.get("From", "")))[1]) and _first(parts, "message/rfc822"):
        return _Verdict(Nature.SPAM_REPORT, details=header(mail, "Subject"))
    return _of_words(mail, parts)


def _of_report(fields: dict[str, str]) -> _Verdict:
    kind = fields.get("feedback-type", "abuse").strip().lower()
    said_by = fields.get("user-agent", "").strip()
    details = f"{kind}, says {said_by}" if said_by else kind
    if kind in _NOT_OUR_FAULT:
        return _Verdict(Nature.AUTOMATIC, details)
    return _Verdict(Nature.SPAM_REPORT, details, is_stop=kind in {"opt-out", "opt-out-list"})


def _of_status(blocks: Sequence[dict[str, str]], beside: str) -> _Verdict | None:
    """The verdict of a notification on one delivery of ours: at the far end it may have had several recipients.

    It arrived when one of them got it, and failed when none will; None when it says nothing of any recipient. What
    the server says beside it in words may be clearer than its codes.
    """
    actions = [(_action(fields), fields) for fields in blocks]
    failed = [fields for action, fields in actions if action == "failed"]
    if any(action == "delivered" for action, _ in actions):
        return _Verdict(Nature.ARRIVED)
    if failed:
        return _of_failed(failed, beside)
    if any(action in {"delayed", "relayed", "expanded"} for action, _ in actions):
        return _Verdict(Nature.DELAYED)
    return None


def _of_failed(blocks: Sequence[dict[str, str]], beside: str) -> _Verdict:
    why, for_good = [], []
    for fields in blocks:
        status = servers_words.status_in(fields.get("status", ""))
        words = f"{fields.get('diagnostic-code', '')} {fields.get('status', '')}"
        precise = servers_words.status_in(words) if status.endswith(".0.0") else status
        reason = servers_words.reason(words, precise)
        if reason is BounceReason.UNKNOWN:
            reason = servers_words.reason(beside)
        why.append(reason)
        for_good.append(servers_words.is_for_good(reason, status, words))
    details = blocks[0].get("diagnostic-code") or servers_words.telling(beside) or blocks[0].get("status", "")
    return _Verdict(Nature.BOUNCE, " ".join(details.split()), reason=why[0], is_permanent=all(for_good))


def _action(fields: dict[str, str]) -> str:
    """What became of one recipient; where the server has a word of its own for it, what its status says."""
    action = fields.get("action", "").strip().lower().split(" ")[0].rstrip(";")
    status = servers_words.status_in(fields.get("status", ""))
    if action in _ACTIONS:
        return action
    return {"2": "delivered", "4": "delayed", "5": "failed"}.get(status[:1], "failed" if action else "")


def _of_words(mail: Message, parts: Sequence[Message]) -> _Verdict:
    """The verdict on a mail in no standard form."""
    subject = header(mail, "Subject")
    words = f"{subject}\n{servers_words.own_words(_words(parts))}"
    answer = servers_words.says(words) if _may_be_a_server(mail) else Says.NOTHING
    if answer is Says.DELAYED:
        return _Verdict(Nature.DELAYED, is_by_words=True)
    if answer is Says.FAILED or mail.get("X-Failed-Recipients"):
        why = servers_words.reason(words)
        for_good = servers_words.is_for_good(why, servers_words.status_in(words), words)
        return _Verdict(
            Nature.BOUNCE, servers_words.telling(words), reason=why, is_permanent=for_good, is_by_words=True
        )
    if servers_words.is_automatic(mail.items(), subject) or mail.get_param("report-type") == "disposition-notification":
        return _Verdict(Nature.AUTOMATIC, is_by_words=True)
    return _Verdict(Nature.WORDS)


def _is_machine(mail: Message) -> bool:
    """Whether a machine wrote it, whatever its words are: it calls itself one, or nobody may answer it."""
    submitted = str(mail.get("Auto-Submitted", "no")).strip().lower()
    return (
        bool(_DAEMON.search(str(mail.get("From", ""))) or mail.get("X-Failed-Recipients"))
        or not submitted.startswith("no")
        or str(mail.get("Return-Path", "")).strip() == "<>"
    )


def _may_be_a_server(mail: Message) -> bool:
    """A person's mail program says which mail it answers; of servers only those do that call themselves so."""
    return not mail.get("In-Reply-To") or bool(_DAEMON.search(str(mail.get("From", ""))))


def _key(recipient: str, raw: bytes, parts: Sequence[Message]) -> str:
    """The first genuine key: in the address, in the mail as it came, in its decoded parts, in our links.

    Enclosed headers may be encoded though they are a mail of their own, which no reader of mail expects.
    """
    decoded = quopri.decodestring(raw).decode("latin-1")
    texts = [recipient, raw.decode("latin-1"), *(_text(part) for part in parts), decoded]
    for text in texts:
        for key in keys.keys_in(text):
            return key
    for text in texts:
        for found in _UNSUBSCRIBE.finditer(text):
            try:
                point_id, notice_id = links.read_unsubscribe(found.group(1))
            except LinkRefused:
                continue
            if notice_id:
                return keys.delivery_key(notice_id, point_id)
    return ""


def _parts(mail: Message) -> list[Message]:
    return [part for part, _ in zip(mail.walk(), range(MOST_PARTS), strict=False)]


def _first(parts: Sequence[Message], *content_types: str) -> Message | None:
    return next((part for part in parts if part.get_content_type() in content_types), None)


def _words(parts: Sequence[Message]) -> str:
    """What a person would read, without any mail enclosed."""
    texts = []
    enclosed: set[int] = set()
    for part in parts:
        if part.get_content_type() in _ENCLOSED:
            enclosed.update(id(inner) for inner in part.walk())
        if id(part) not in enclosed and part.get_content_type() in {
            "text/plain",
            "text/html",
            "message/delivery-status",
        }:
            text = _text(part)
            texts.append(unescape(_TAG.sub(" ", text)) if part.get_content_subtype() == "html" else text)
    return "\n".join(texts)[:LONGEST_TEXT]


def _text(part: Message) -> str:
    if part.is_multipart():
        inner = part.get_payload()
        held = inner if isinstance(inner, list) and part.get_content_maintype() == "message" else []
        return "\n\n".join(_head(one) for one in held if isinstance(one, Message))
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    charset = part.get_content_charset() or "utf-8"
    try:
        return content.decode(charset, "replace")[:LONGEST_TEXT]
    except LookupError:  # A character set that nobody knows: the letters of servers are ASCII anyway.
        return content.decode("latin-1")[:LONGEST_TEXT]


def _head(mail: Message) -> str:
    """The headers of an enclosed mail, and its body where that is headers too, as in a delivery status."""
    lines = "\n".join(f"{name}: {value}" for name, value in mail.items())
    return f"{lines}\n{_text(mail)}" if not mail.is_multipart() else lines


def _blocks(status: Message) -> list[dict[str, str]]:
    """The fields of each recipient in a delivery status, however it was wrapped."""
    return [fields for fields in map(_fields, re.split(r"\n[ \t]*\n", _text(status))) if _is_of_recipient(fields)]


def _is_of_recipient(fields: dict[str, str]) -> bool:
    return bool({"final-recipient", "original-recipient", "action", "status"} & fields.keys())


def _fields(text: str) -> dict[str, str]:
    return dict(_field_lines(text.replace("\r\n", "\n")))


def _field_lines(text: str) -> Iterator[tuple[str, str]]:
    for line in re.sub(r"\n[ \t]+", " ", text).split("\n"):
        name, colon, value = line.partition(":")
        if colon and name.strip():
            yield name.strip().lower(), value.strip()


def _said_at(mail: Message, received_at: datetime) -> datetime:
    """When it was said, so that the same mail read twice says it once; by our clock when its date is absurd."""
    try:
        at = parsedate_to_datetime(str(mail.get("Date", "")))
    except (TypeError, ValueError, IndexError):
        return received_at
    at = at.replace(tzinfo=at.tzinfo or UTC)
    is_absurd = abs(received_at - at) > timedelta(days=14) or at > received_at + timedelta(hours=1)
    return received_at if is_absurd else at.astimezone(UTC)
