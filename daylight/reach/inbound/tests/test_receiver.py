"""The receiver on a real socket, spoken to by the standard library's clients."""

import asyncio
import smtplib
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connections
from pytest_django import Settings

from conftest import HandClock
from daylight.accounts.models import Member, Organisation
from daylight.reach import keys
from daylight.reach.inbound import arriving, receiver
from daylight.reach.inbound.tests.mails import a_returned_mail
from daylight.reach.inbound.tests.makers import a_provider, counts, deliveries_that_left, key_of
from daylight.reach.inbound.wire import LARGEST, Streaming, StreamingLMTP, without_dots
from daylight.reach.models import IncomingMail

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def _serving(kind: type[Streaming]) -> Iterator[int]:
    """The receiver in a thread with an event loop; yields its port."""
    loop, ports, desk = asyncio.new_event_loop(), [], receiver.Desk(one_recipient=kind is StreamingLMTP)
    ready = threading.Event()

    async def serve() -> None:
        server = await loop.create_server(receiver.protocol(kind, desk, loop), "127.0.0.1", 0)
        ports.append(server.sockets[0].getsockname()[1])
        ready.set()

    def run() -> None:
        loop.run_until_complete(serve())
        loop.run_forever()

    thread = threading.Thread(target=run)
    thread.start()
    assert ready.wait(10)
    try:
        yield ports[0]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
        desk.close()


@pytest.fixture
def own(clock: HandClock) -> None:
    """What this installation's mail comes from and goes back to."""
    Organisation.objects.filter(pk=Organisation.get().pk).update(sender_email="news@firm.example")
    settings = {"host": "smtp.firm.example", "port": 25, "bounce_address": "bounces@mail.firm.example"}
    given: dict[str, Any] = {"settings": settings}
    a_provider(**given)


def _is_ours(address: str) -> bool:
    return receiver.is_ours(address, receiver.own_addresses())


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize(
    ("address", "taken"),
    [
        ("bounces@mail.firm.example", True),
        ("Bounces@MAIL.firm.example", True),
        ("news@firm.example", True),
        ("postmaster@mail.firm.example", True),
        ("abuse@firm.example", True),
        (f"bounces+{keys.delivery_key(5, 11)}@mail.firm.example", True),
        ("bounces+5.11.0123456789abcdef0123@mail.firm.example", False),
        ("ana@firm.example", False),
        ("postmaster@else.example", False),
        ("", False),
        ("@", False),
    ],
)
def test_only_what_may_be_for_us_is_taken(address: str, taken: bool) -> None:
    assert _is_ours(address) is taken


@pytest.mark.usefixtures("own")
def test_the_bounce_address_of_the_environment_is_ours_too(settings: Settings) -> None:
    settings.SMTP_URL = "smtp://smtp.firm.example?bounces=back@env.example"

    assert _is_ours("back@env.example")


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize(("kind", "client"), [(Streaming, smtplib.SMTP), (StreamingLMTP, smtplib.LMTP)])
def test_a_bounce_by_the_wire(kind: type[Streaming], client: type[smtplib.SMTP], ana: Member, clock: HandClock) -> None:
    one, *_ = deliveries_that_left(ana, 1, at=clock.now)
    with _serving(kind) as port, client("127.0.0.1", port) as server:
        refused = server.sendmail(
            "",
            [f"bounces+{key_of(one)}@mail.firm.example", "nobody@firm.example"],
            a_returned_mail("postfix", one),
        )

    assert list(refused) == ["nobody@firm.example"]
    assert refused["nobody@firm.example"][0] in {550, 452}
    arriving.step(clock.now)
    assert counts() == {"bounced": 1}


@pytest.mark.usefixtures("own")
def test_while_the_database_is_away_the_other_side_is_told_to_come_again(
    clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(mails: object) -> None:
        raise OperationalError("the database is away")

    with _serving(Streaming) as port, smtplib.SMTP("127.0.0.1", port) as server:
        server.ehlo()
        monkeypatch.setattr(arriving, "keep", away)
        with pytest.raises(smtplib.SMTPDataError) as refused:
            server.sendmail("", "news@firm.example", b"Subject: x\r\n\r\nx\r\n")
        monkeypatch.undo()
        server.sendmail("", "news@firm.example", b"Subject: x\r\n\r\nx\r\n")

    assert refused.value.smtp_code == 451
    assert IncomingMail.objects.count() == 1
    connections.close_all()


@pytest.mark.usefixtures("own")
def test_the_addresses_that_customers_write_to_are_ours(settings: Settings) -> None:
    settings.MAIL_ADDRESSES = ["help@shop.example"]
    Organisation.objects.update(reply_to="answers@shop.example")

    assert _is_ours("Help@shop.example")
    assert _is_ours("answers@shop.example")
    assert not _is_ours("else@shop.example")


NASTY = [
    b"",
    b"\r\n",
    b"\r\n\r\n",
    b".\r\n..\r\n",
    b".a\r\n",
    b"Subject: x\r\n\r\n.\r\n.\r\n..hidden\r\n",
    b"Subject: x\r\n\r\n" + b"long " * 60_000 + b"\r\nend\r\n",
    b"Subject: x\r\n\r\n" + b".dots\r\n" * 30_000,
    b"Subject: x\r\n\r\n" + b"\r" * 70_000 + b"\n\x00\xff\r\n",
]


@pytest.mark.usefixtures("own")
def test_a_mail_comes_off_the_wire_as_it_was_sent() -> None:
    with _serving(Streaming) as port, smtplib.SMTP("127.0.0.1", port) as server:
        server.ehlo()
        for raw in NASTY:
            server.mail("zoe@shop.example")
            server.rcpt("news@firm.example")
            server.docmd("DATA")
            stuffed = (b"\r\n" + raw).replace(b"\r\n.", b"\r\n..")[2:]
            server.send(stuffed + b".\r\n")
            assert server.getreply()[0] == 250

    kept = [b"".join(row.pieces()) for row in IncomingMail.objects.order_by("pk")]
    assert kept == NASTY
    connections.close_all()


def test_dots_are_undone_wherever_the_wire_breaks() -> None:
    raw = b"..a\r\n..\r\nb.\r\n...c\r\n\r\n..\r\n"

    async def taken(sizes: int) -> bytes:
        reader = asyncio.StreamReader(limit=4)
        wire = raw + b".\r\nMAIL"
        reading = asyncio.ensure_future(_all(reader))
        for start in range(0, len(wire), sizes):
            reader.feed_data(wire[start : start + sizes])
            await asyncio.sleep(0)
        return await reading

    async def _all(reader: asyncio.StreamReader) -> bytes:
        return b"".join([piece async for piece in without_dots(reader)])

    for sizes in range(1, 12):
        assert asyncio.run(taken(sizes)) == b".a\r\n.\r\nb.\r\n..c\r\n\r\n.\r\n"


@pytest.mark.usefixtures("own")
def test_what_is_larger_than_we_take_is_refused_in_words_and_the_next_mail_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("daylight.reach.inbound.wire.LARGEST", 1000)
    with _serving(Streaming) as port, smtplib.SMTP("127.0.0.1", port) as server:
        with pytest.raises(smtplib.SMTPDataError) as refused:
            server.sendmail("a@b.example", "news@firm.example", b"x" * 100_000)
        server.sendmail("a@b.example", "news@firm.example", b"Subject: small\r\n\r\nx\r\n")
        size = int(server.esmtp_features["size"])

    assert (refused.value.smtp_code, size) == (552, LARGEST)
    assert b"larger than" in refused.value.smtp_error
    assert IncomingMail.objects.count() == 1
    connections.close_all()


@pytest.mark.usefixtures("own")
def test_mails_of_many_senders_at_once_are_all_kept() -> None:
    def send(number: int) -> None:
        with smtplib.SMTP("127.0.0.1", port) as server:
            for count in range(5):
                server.sendmail(f"a{number}@b.example", "news@firm.example", b"Subject: %d\r\n\r\nx\r\n" % count)

    with _serving(Streaming) as port, ThreadPoolExecutor(6) as senders:
        list(senders.map(send, range(6)))

    assert IncomingMail.objects.count() == 30
    connections.close_all()


@pytest.mark.usefixtures("own")
def test_a_sender_who_hangs_up_holds_up_nobody() -> None:
    with _serving(Streaming) as port:
        for said in (b"DATA\r\nSubject: half", b"DATA\r\nSubject: whole\r\n\r\nx\r\n.\r\n"):
            with socket.create_connection(("127.0.0.1", port)) as wire:
                wire.sendall(b"EHLO x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<news@firm.example>\r\n" + said)
        with smtplib.SMTP("127.0.0.1", port) as server:
            server.sendmail("z@b.example", "news@firm.example", b"Subject: mine\r\n\r\nx\r\n")

    assert IncomingMail.objects.filter(sender="z@b.example").count() == 1
    connections.close_all()


@pytest.mark.usefixtures("own")
def test_beyond_so_many_connections_a_sender_is_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("daylight.reach.inbound.wire.MOST_CONNECTIONS", 1)
    with _serving(Streaming) as port:
        with smtplib.SMTP("127.0.0.1", port), pytest.raises(smtplib.SMTPConnectError) as refused:
            smtplib.SMTP("127.0.0.1", port)
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline and Streaming._open:
            threading.Event().wait(0.01)
        with smtplib.SMTP("127.0.0.1", port) as server:
            server.sendmail("a@b.example", "news@firm.example", b"Subject: x\r\n\r\nx\r\n")

    assert refused.value.smtp_code == 421
    assert IncomingMail.objects.count() == 1
    connections.close_all()
