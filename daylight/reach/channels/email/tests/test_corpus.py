"""Whatever people are called or write: two readers of mail that share no code find the same message, and no more."""

import re
from email.message import EmailMessage

import fast_mail_parser
import pytest

from daylight.reach.channels.base import Message, Part
from daylight.reach.channels.email.channel import Email
from daylight.reach.channels.email.envelopes import Envelopes
from daylight.reach.channels.email.headers import clean
from daylight.reach.channels.email.server import Abilities
from daylight.reach.channels.email.tests.samples import NASTY_NAMES, a_notification, a_reader
from daylight.reach.channels.email.tests.test_composing import assert_flawless, body, flowing

CORPUS = [
    *NASTY_NAMES,
    "Ana\u202e evil\u202c b",
    "أحمد \u202bمحمد\u202c (שלום)",
    "x" * 300,
    "名" * 300,
    "é " * 150,
    "👩‍👩‍👧‍👦" * 40,
    'quote " and \\ at the end \\',
    '"',
    "\\",
    "a@b.example, c@d.example; e: f@g.example;",
    "<zoe@evil.example>",
    "Name\nX-Injected: yes",
    "Name\rX-Injected: yes",
    "Name\x0bX-Injected: yes",
    "Name\x85X-Injected: yes",
    "Name\u2029X-Injected: yes",
    "Name\r\n\r\nbody of my own",
    "Name\r\n X-Folded: yes",
    "=?utf-8?b?RXZpbA0KQmNjOiB4QGV2aWwuZXhhbXBsZQ==?=",
    "=?utf-8?q?Evil=0D=0ABcc:_x@evil.example?=",
    "=?utf-8?b?!!!?= =?x-unknown?q?a?=",
    "Content-Type: text/html",
    "From here on",
    ">From",
    "\ufeffmark",
    "tab\there",
    "\u00ad\u200b\u200d",
    "%0d%0aBcc: x@evil.example",
]
HEADERS = [
    "To",
    "Message-ID",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "From",
    "Subject",
    "In-Reply-To",
    "References",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "X-Daylight-Incident",
    "Content-Language",
    "Reply-To",
    "MIME-Version",
    "Content-Type",
]


def a_mail(value: str, writer: str) -> Message:
    """A mail in which all that this writer may write is this value."""
    if writer == "customer":
        return Email().compose(a_notification(), to=a_reader(value, reason=value), key="5.11.abc")
    words = {**a_notification().words, "person": value, "greeting": f"Dear {value} {{name}}"}
    parts = (Part("what", "What is wrong?", value),)
    notification = a_notification(headline=value, parts=parts, sender_name=value, words=words)
    return Email().compose(notification, to=a_reader(), key="5.11.abc")


def as_sent(mail: Message, abilities: Abilities) -> bytes:
    """Its bytes as the receiving server takes them down, without the date."""
    sent = Envelopes(abilities).body(mail).partition(b"\r\n")[2]
    return sent.replace(b"\r\n..", b"\r\n.")


def words_of(text: str) -> str:
    """The text without blanks, in which readers of encoded words differ."""
    return "".join(text.split())


def assert_both_read_the_same(payload: bytes, mail: Message) -> EmailMessage:
    """The readers agree on the headers, the addresses and the two parts, and neither complains."""
    first = assert_flawless(payload)
    second = fast_mail_parser.parse_email(payload, strict=True)
    tree = fast_mail_parser.parse_email_tree(payload)

    assert second.warnings == []
    assert sorted(second.headers) == sorted(HEADERS)
    assert sorted(first.keys()) == sorted(HEADERS)
    assert {len(values) for values in second.headers.values()} == {1}
    assert words_of(second.subject) == words_of(str(first["Subject"])) == words_of(mail.subject)
    assert [address.address for address in second.to] == [mail.address]
    assert [address.addr_spec for address in first["To"].addresses] == [mail.address]
    assert tree.content_type == "multipart/alternative"
    assert [part.content_type for part in tree.children] == ["text/plain", "text/html"]
    assert [part.children for part in tree.children] == [[], []]
    for kind, shown in (("plain", second.text_plain), ("html", second.text_html)):
        assert [flowing(text) for text in shown] == [flowing(body(first, kind))]
    assert flowing(body(first, "plain")) == flowing(mail.text)
    return first


@pytest.mark.parametrize("writer", ["customer", "crew"])
@pytest.mark.parametrize("value", CORPUS, ids=range(len(CORPUS)))
def test_two_readers_find_the_same_and_nothing_slipped_in(value: str, writer: str) -> None:
    mail = a_mail(value, writer)

    message = assert_both_read_the_same(mail.payload, mail)
    assert "<script" not in body(message, "html")
    for line in mail.payload.split(b"\r\n\r\n", 1)[0].split(b"\r\n"):
        assert re.match(rb"[A-Za-z-]+: |[ \t]", line)

    sent = as_sent(mail, Abilities())  # To a server that takes seven bits only.
    assert sent.isascii()
    again = assert_both_read_the_same(sent, mail)
    assert flowing(body(again, "html")) == flowing(body(message, "html"))


@pytest.mark.parametrize("value", CORPUS, ids=range(len(CORPUS)))
def test_a_name_is_shown_as_it_is_written(value: str) -> None:
    mail = a_mail(value, "customer")
    first, second = assert_flawless(mail.payload), fast_mail_parser.parse_email(mail.payload)
    written = words_of(clean(value).encode("utf-8", "replace").decode())

    assert words_of(first["To"].addresses[0].display_name) == written
    assert words_of(second.to[0].display_name or "") == written
    if len(written) < 150:
        assert written in words_of(mail.text)
