import json
from email import message_from_bytes, policy

import pytest
from pytest_django import Settings

from daylight.reach.channels.base import Accepted, AddressRejected, ChannelBroken, MessageRejected, TryLater, Unanswered
from daylight.reach.channels.email import gateway
from daylight.reach.channels.email.channel import Email
from daylight.reach.channels.email.gateway import GatewayForm
from daylight.reach.channels.email.tests.samples import a_notification, a_reader
from daylight.reach.channels.email.tests.test_line import mails, turn
from daylight.reach.channels.http_line import HttpLine
from daylight.reach.channels.tests.basket import Basket, carry
from daylight.reach.channels.tests.far_end import listening
from daylight.reach.channels.tests.far_provider import CLOSES, TAKEN, FarProvider


@pytest.fixture(autouse=True)
def _may_call_this_machine(settings: Settings) -> None:
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]


def test_the_gateway_gets_the_whole_mail_with_its_key() -> None:
    far, sent = FarProvider(), mails(3, name="Zoë 山")
    basket = Basket(sent)

    async def work() -> None:
        async with far.serving() as url:
            line = Email().line({"kind": "http", "url": url, "token": "s3cret"})
            assert isinstance(line, HttpLine)
            await line.run(basket)

    turn(work())
    assert basket.kinds == [Accepted] * 3
    said = json.loads(far.heard[1].body)
    assert said["to"] == sent[1].address
    assert said["from"] == "news@firm.example"
    assert said["mail"].encode() == sent[1].payload
    assert message_from_bytes(said["mail"].encode(), policy=policy.SMTP).defects == []
    assert far.heard[1].headers["authorization"] == "Bearer s3cret"
    assert far.heard[1].headers["idempotency-key"] == "key-1"


@pytest.mark.parametrize(("knows_keys", "expected"), [(True, TryLater), (False, Unanswered)])
def test_a_call_without_an_answer_is_made_again_only_when_the_gateway_knows_keys(
    knows_keys: bool, expected: type[Exception]
) -> None:
    far, basket = FarProvider(lambda number, _: CLOSES if number == 1 else TAKEN), Basket(mails(3))

    async def work() -> None:
        async with far.serving() as url:
            settings = {"kind": "http", "url": url, "knows_keys": knows_keys}
            await carry(basket, lambda: gateway.line(settings))

    turn(work())
    assert basket.kinds == [Accepted, expected, Accepted]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (410, AddressRejected),
        (413, MessageRejected),
        (422, MessageRejected),
        (401, ChannelBroken),
        (500, TryLater),
        (429, TryLater),
    ],
)
def test_what_its_answers_mean(status: int, expected: type[Exception]) -> None:
    mail = Email().compose(a_notification(), to=a_reader(), key="5.11.abc")
    with listening() as far_end:
        far_end.status = status
        session = Email().open({"kind": "http", "url": far_end.url})
        with pytest.raises(expected, match=str(status)):
            session.send(mail, idempotency_key="5.11.abc")
        far_end.status = 202
        assert session.send(mail, idempotency_key="5.11.abc").answer.startswith("202")


def test_the_form_asks_for_an_address() -> None:
    assert GatewayForm({"url": "https://mail.example.com/messages"}).is_valid()
    assert not GatewayForm({"url": "nonsense"}).is_valid()
