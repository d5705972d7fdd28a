"""Each message leaves from an address of its own, so that its bounce names it."""

from typing import Any

import pytest

from daylight.reach import keys
from daylight.reach.channels.base import Message
from daylight.reach.channels.email.channel import Email
from daylight.reach.channels.email.envelopes import returning_to
from daylight.reach.channels.email.tests.samples import a_notification, a_reader
from daylight.reach.channels.email.tests.servers import Desk, serving
from daylight.reach.channels.email.tests.sink import Sink
from daylight.reach.channels.email.tests.test_line import told
from daylight.reach.channels.tests.basket import Basket

KEY = keys.delivery_key(5, 11)
BOUNCES: dict[str, Any] = {"bounce_address": "bounces@firm.example"}


def _mail(key: str = KEY) -> Message:
    return Email().compose(a_notification(), to=a_reader(), key=key)


@pytest.mark.parametrize(
    ("bounce_address", "key", "expected"),
    [
        ("bounces@firm.example", KEY, f"bounces+{KEY}@firm.example"),
        ("bounces@firm.example", "alarm-7", "bounces@firm.example"),
        ("b" * 40 + "@firm.example", KEY, "b" * 40 + "@firm.example"),
    ],
)
def test_the_address_that_a_bounce_comes_back_to(bounce_address: str, key: str, expected: str) -> None:
    assert returning_to(bounce_address, _mail(key)) == expected


def test_a_message_alone_returns_to_its_own_address() -> None:
    senders: list[str] = []
    with serving(Desk(sender=senders.append)) as settings:
        session = Email().open(settings | BOUNCES)
        for key in (KEY, "alarm-7"):
            session.send(_mail(key), idempotency_key=key)
        session.close()

    assert senders == [f"bounces+{KEY}@firm.example", "bounces@firm.example"]


def test_so_do_many() -> None:
    sink = Sink()
    wanted = [keys.delivery_key(5, point) for point in range(3)]
    basket = Basket([_mail(key) for key in wanted])

    assert told(sink, basket, **BOUNCES) == []

    senders = {command for command in sink.commands if command.startswith("MAIL FROM")}
    assert {command.split(">")[0] for command in senders} == {
        f"MAIL FROM:<bounces+{key}@firm.example" for key in wanted
    }
