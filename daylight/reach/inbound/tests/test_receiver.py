"""The receiver on a real socket, spoken to by the standard library's clients."""

import asyncio
import smtplib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP
from django.db import OperationalError, connections
from pytest_django import Settings

from conftest import HandClock
from daylight.accounts.models import Member, Organisation
from daylight.reach import keys
from daylight.reach.inbound import receiver, returned
from daylight.reach.inbound.tests.mails import a_returned_mail
from daylight.reach.inbound.tests.makers import a_provider, counts, deliveries_that_left, key_of
from daylight.reach.models import ReturnedMail

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def _serving(kind: type[SMTP]) -> Iterator[int]:
    """The receiver in a thread with an event loop; yields its port."""
    loop, ports, desk = asyncio.new_event_loop(), [], receiver.Desk(one_recipient=kind is LMTP)
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
    assert receiver.is_ours(address) is taken


@pytest.mark.usefixtures("own")
def test_the_bounce_address_of_the_environment_is_ours_too(settings: Settings) -> None:
    settings.SMTP_URL = "smtp://smtp.firm.example?bounces=back@env.example"

    assert receiver.is_ours("back@env.example")


@pytest.mark.usefixtures("own")
@pytest.mark.parametrize(("kind", "client"), [(SMTP, smtplib.SMTP), (LMTP, smtplib.LMTP)])
def test_a_bounce_by_the_wire(kind: type[SMTP], client: type[smtplib.SMTP], ana: Member, clock: HandClock) -> None:
    one, *_ = deliveries_that_left(ana, 1, at=clock.now)
    with _serving(kind) as port, client("127.0.0.1", port) as server:
        refused = server.sendmail(
            "",
            [f"bounces+{key_of(one)}@mail.firm.example", "nobody@firm.example"],
            a_returned_mail("postfix", one),
        )

    assert list(refused) == ["nobody@firm.example"]
    assert refused["nobody@firm.example"][0] in {550, 452}
    returned.step(clock.now)
    assert counts() == {"bounced": 1}


@pytest.mark.usefixtures("own")
def test_while_the_database_is_away_the_other_side_is_told_to_come_again(
    clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(mails: object) -> None:
        raise OperationalError("the database is away")

    with _serving(SMTP) as port, smtplib.SMTP("127.0.0.1", port) as server:
        server.ehlo()
        monkeypatch.setattr(returned, "keep", away)
        with pytest.raises(smtplib.SMTPDataError) as refused:
            server.sendmail("", "news@firm.example", b"Subject: x\r\n\r\nx\r\n")
        monkeypatch.undo()
        server.sendmail("", "news@firm.example", b"Subject: x\r\n\r\nx\r\n")

    assert refused.value.smtp_code == 451
    assert ReturnedMail.objects.count() == 1
    connections.close_all()
