"""Header values that every mail program reads the same, whatever is in a name."""

import base64
from email.header import Header

from daylight.core.text import one_line
from daylight.reach.channels.base import Notification

LONGEST_LINE = 76
LONGEST_NAME = 400
"""Characters of a name in one quoted piece, which nothing may fold; a longer one goes in several encoded words."""

ONE_WORD = 45
"""Bytes that fit into one encoded word, which most names do."""

clean = one_line


def words(text: str, *, header: str) -> str:
    """Free text such as a subject, in encoded words where it must be, folded."""
    text = clean(text)
    raw = text.encode("utf-8", "replace")
    if not text.isascii() and len(raw) <= ONE_WORD:
        return f"=?utf-8?b?{base64.b64encode(raw).decode('ascii')}?="
    charset = "us-ascii" if text.isascii() and "=?" not in text else "utf-8"
    return Header(text, charset, maxlinelen=LONGEST_LINE, header_name=header).encode(linesep="\r\n")


def subject_line(text: str) -> str:
    """The field of a subject that differs from reader to reader: most are short and plain, which is quick to see."""
    if text.isascii() and len(text) <= LONGEST_LINE - len("Subject: ") and "=?" not in text:
        return text
    return words(text, header="Subject")


def mailbox(name: str, address: str, *, header: str) -> str:
    """A name and an address, as in `"Adler, Zoë" <zoe@shop.example>`."""
    name = clean(name)
    address = ascii_domain(clean(address))
    if not name:
        return f"<{address}>"
    if name.isascii() and "=?" not in name and len(name) <= LONGEST_NAME:
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        phrase = f'"{escaped}"'
    else:
        phrase = words(name, header=header)
    glue = " " if len(header) + len(phrase) + len(address) < LONGEST_LINE else "\r\n "
    return f"{phrase}{glue}<{address}>"


def ascii_domain(address: str) -> str:
    """The address with its domain as DNS spells it."""
    if address.isascii():
        return address
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return address


def domain_of(address: str) -> str:
    """The part after the @, as DNS spells it."""
    return ascii_domain(address).rpartition("@")[2] or "daylight.invalid"


def common(notification: Notification) -> list[tuple[str, str]]:
    """The headers that are the same for every reader of a notification."""
    domain = domain_of(notification.sender_address)
    thread = f"<incident-{notification.incident_id}@{domain}>"
    fields = [
        ("From", mailbox(notification.sender_name, notification.sender_address, header="From")),
        ("Subject", words(subject(notification), header="Subject")),
        ("In-Reply-To", thread),
        ("References", thread),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "OOF, AutoReply"),
        ("X-Daylight-Incident", clean(notification.incident_id)),
        ("Content-Language", clean(notification.language) or "en"),
    ]
    if notification.reply_to:
        fields.append(("Reply-To", mailbox(notification.sender_name, notification.reply_to, header="Reply-To")))
    return fields


def subject(notification: Notification) -> str:
    """The subject: worded in the reader's language, else the bare headline; an exercise says so in either."""
    worded = notification.words.get("subject") or notification.headline
    if notification.is_exercise and "EXERCISE" not in worded:
        worded = f"EXERCISE: {worded}"
    return clean(worded)
