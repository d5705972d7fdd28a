"""The built-in mail server keeps every letter it answered for, and never lets one out."""

import asyncio
import smtplib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import DatabaseError

from conftest import HandClock
from daylight.reach import outbox, providers
from daylight.reach.channels.email.channel import Email
from daylight.reach.channels.email.tests.samples import a_notification, a_reader
from daylight.reach.models import OutboxMessage
from daylight.reach.outbox import Letter, Spool


@contextmanager
def an_outbox(folder: Path) -> Iterator[tuple[Spool, int]]:
    """The server on a free port, storing only when the test says so."""
    spool = Spool(folder)
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(loop.create_server(lambda: outbox._protocol(spool, loop), "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield spool, server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        loop.close()


@pytest.mark.django_db
def test_a_mail_of_ours_is_kept_as_it_came(tmp_path: Path, clock: HandClock) -> None:
    mail = Email().compose(a_notification(headline="Kasse fällt aus"), to=a_reader(), key="5.11.abc")
    with an_outbox(tmp_path) as (spool, port):
        session = Email().open({"host": "127.0.0.1", "port": port, "security": "none"})
        answer = session.send(mail, idempotency_key="k").answer
        session.close()
        assert spool.store() == 1

    assert "not sent to the world" in answer
    kept = OutboxMessage.objects.get()
    assert (kept.recipient, kept.sender, kept.subject) == ("zoe@shop.example", "news@firm.example", "Kasse fällt aus")
    assert bytes(kept.raw).endswith(mail.payload)
    assert kept.received_at == clock.now
    assert [path.stat().st_size for path in tmp_path.iterdir()] == [0]


@pytest.mark.django_db
def test_two_recipients_are_two_letters(tmp_path: Path) -> None:
    with an_outbox(tmp_path) as (spool, port):
        with smtplib.SMTP("127.0.0.1", port) as client:
            client.sendmail("a@firm.example", ["b@shop.example", "c@shop.example"], "Subject: x\r\n\r\ny")
        spool.store()

    assert set(OutboxMessage.objects.values_list("recipient", flat=True)) == {"b@shop.example", "c@shop.example"}


def a_letter(clock: HandClock, number: int = 1) -> Letter:
    return Letter(clock.now, "a@firm.example", f"c{number}@shop.example", b"Subject: hello\r\n\r\nbody\r\n")


@pytest.mark.django_db
def test_what_a_dead_outbox_had_answered_is_stored_by_the_next_once(tmp_path: Path, clock: HandClock) -> None:
    dead = Spool(tmp_path)
    dead.add([a_letter(clock, 1), a_letter(clock, 2)])
    OutboxMessage.objects.create(
        received_at=clock.now, sender="a@firm.example", recipient="c1@shop.example", raw=a_letter(clock).raw
    )
    with dead._path.open("ab") as file:
        file.write(b'{"at": "torn')

    assert Spool(tmp_path).recover() == 1
    assert Spool(tmp_path).recover() == 0
    assert OutboxMessage.objects.count() == 2


@pytest.mark.django_db
def test_a_database_that_is_away_loses_nothing(
    tmp_path: Path, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise DatabaseError("away")

    spool = Spool(tmp_path)
    spool.add([a_letter(clock, 1)])
    with monkeypatch.context() as patched:
        patched.setattr(OutboxMessage.objects, "bulk_create", away)
        with pytest.raises(DatabaseError):
            spool.store()
    spool.add([a_letter(clock, 2)])

    assert spool.store() == 2
    assert OutboxMessage.objects.count() == 2


def test_the_channel_finds_the_port(tmp_path: Path, settings) -> None:  # type: ignore[no-untyped-def]
    settings.DATA_DIR = tmp_path

    outbox._tell_port(12345)

    assert providers.outbox_settings()["port"] == 12345


@pytest.mark.parametrize(
    "raw", [b"", b"no header", b"Subject: =?utf-8?b?w6?=\r\n\r\n", b"\xff\xfe\r\n\r\n", b"Subject: a\x00b\r\n\r\n"]
)
def test_a_broken_subject_harms_nothing(raw: bytes) -> None:
    assert "\x00" not in outbox._subject(raw)
