"""Reading a mailbox on a real IMAP server."""

from collections.abc import Iterator
from typing import Any

import pytest
from imap_tools import MailBoxUnencrypted

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.reach.inbound import arriving, mailbox
from daylight.reach.inbound.mailbox import CannotRead
from daylight.reach.inbound.tests import imap_server
from daylight.reach.inbound.tests.mails import a_returned_mail
from daylight.reach.inbound.tests.makers import counts, deliveries_that_left
from daylight.reach.models import IncomingMail, Mailbox

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(imap_server.DOVECOT is None, reason="Debian's dovecot-imapd is not installed"),
]


@pytest.fixture(scope="module")
def server() -> Iterator[dict[str, Any]]:
    with imap_server.serving() as settings:
        yield settings


@pytest.fixture
def mine(server: dict[str, Any], request: pytest.FixtureRequest) -> dict[str, Any]:
    """A mailbox of this test's own."""
    user = f"ana{abs(hash(request.node.name))}"
    return server | {"user": user, "folder": "INBOX", "afterwards": "flag", "move_to": ""}


def _put(mine: dict[str, Any], *raws: bytes) -> None:
    with MailBoxUnencrypted(mine["host"], mine["port"]).login(mine["user"], "right") as box:
        for raw in raws:
            box.append(raw)


def _lying(mine: dict[str, Any], folder: str = "INBOX", criteria: str = "ALL") -> int:
    with MailBoxUnencrypted(mine["host"], mine["port"]).login(mine["user"], "right") as box:
        box.folder.set(folder)
        return len(box.uids(criteria))


def test_a_bounce_in_a_mailbox_moves_the_ledger(mine: dict[str, Any], ana: Member, clock: HandClock) -> None:
    one, two = deliveries_that_left(ana, 2, at=clock.now)
    _put(mine, b"Subject: it lay here before\r\n\r\nx\r\n")
    mailbox.keep("Bounces", mine, at=clock.now)
    _put(mine, a_returned_mail("postfix", one), a_returned_mail("rfc5965_simple", two, TYPE="abuse"))

    mailbox.step(clock.now)
    arriving.step(clock.now)

    assert counts() == {"delivered": 1, "bounced": 1, "told": 1}
    assert (_lying(mine), _lying(mine, criteria="SEEN")) == (3, 2)
    row = Mailbox.objects.get()
    assert (row.read_at, row.problem) == (clock.now, "")
    assert row.due_at == clock.now + mailbox.EVERY


def test_a_mail_that_stays_is_read_once_even_if_somebody_else_opens_it(
    mine: dict[str, Any], ana: Member, clock: HandClock
) -> None:
    mailbox.keep("Bounces", mine, at=clock.now)
    _put(mine, b"Subject: Hello\r\n\r\nis anybody there?\r\n")
    with MailBoxUnencrypted(mine["host"], mine["port"]).login(mine["user"], "right") as box:
        box.flag(box.uids(), ["\\Seen"], True)

    for _ in range(3):
        mailbox.step(clock.now)
        arriving.step(clock.now)
        clock.move(minutes=5)

    assert IncomingMail.objects.handed_on().count() == 1


@pytest.mark.parametrize(("afterwards", "folder", "left"), [("move", "Read by Daylight", 2), ("delete", "INBOX", 0)])
def test_what_is_read_leaves_the_mailbox(
    mine: dict[str, Any], clock: HandClock, afterwards: str, folder: str, left: int
) -> None:
    mine |= {"afterwards": afterwards, "move_to": "Read by Daylight"}
    _put(mine, b"Subject: one\r\n\r\nx\r\n", b"Subject: two\r\n\r\nx\r\n")
    assert mailbox.count(mine) == 2
    mailbox.keep("Bounces", mine, at=clock.now)

    mailbox.step(clock.now)

    assert IncomingMail.objects.count() == 2
    assert _lying(mine) == 0
    assert _lying(mine, folder) == left


def test_a_mail_that_was_kept_and_not_yet_put_aside_is_kept_once(
    mine: dict[str, Any], clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine |= {"afterwards": "move"}
    _put(mine, b"Subject: one\r\n\r\nx\r\n")
    mailbox.keep("Bounces", mine, at=clock.now)

    def dies(*given: object) -> None:
        raise RuntimeError("the worker died here")

    monkeypatch.setattr(mailbox, "_put_aside", dies)
    mailbox.step(clock.now)
    monkeypatch.undo()
    mailbox.step(clock.move(minutes=5))

    assert IncomingMail.objects.count() == 1
    assert _lying(mine) == 0


def test_many_mails_are_read_in_turns_without_a_pause(
    mine: dict[str, Any], clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "AT_ONCE", 2)
    mailbox.keep("Bounces", mine, at=clock.now)
    _put(mine, *(b"Subject: %d\r\n\r\nx\r\n" % number for number in range(5)))

    for _ in range(3):
        mailbox.step(clock.now)

    assert IncomingMail.objects.count() == 5


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"password": "wrong"}, "Authentication failed"),
        ({"folder": "Nowhere"}, "Nowhere"),
        ({"port": 9}, "refused"),
        ({"security": "starttls"}, "TLS not supported"),
    ],
)
def test_what_is_wrong_is_said(mine: dict[str, Any], change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(CannotRead, match=sentence):
        mailbox.count(mine | change)


def test_a_mailbox_that_cannot_be_read_is_tried_again_and_says_why(mine: dict[str, Any], clock: HandClock) -> None:
    mailbox.keep("Bounces", mine, at=clock.now)
    changed: Any = mine | {"password": "wrong"}
    Mailbox.objects.update(settings=changed)

    mailbox.step(clock.now)

    row = Mailbox.objects.get()
    assert "Authentication failed" in row.problem
    assert row.due_at == clock.now + mailbox.AFTER_A_PROBLEM


def test_other_settings_of_the_same_mailbox_skip_nothing(mine: dict[str, Any], clock: HandClock) -> None:
    mailbox.keep("Bounces", mine, at=clock.now)
    _put(mine, b"Subject: while nobody read\r\n\r\nx\r\n")

    row = mailbox.keep("Bounces", mine | {"afterwards": "flag"}, at=clock.now)
    mailbox.step(clock.now)
    other = mailbox.keep("Bounces elsewhere", mine, at=clock.now, instead_of=row.pk)

    assert IncomingMail.objects.count() == 1
    assert list(Mailbox.objects.all()) == [other]
