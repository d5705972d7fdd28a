import asyncio
import json

import pytest
from pytest_django import Settings

from daylight.core.event_loops import new_event_loop
from daylight.reach.channels.base import Accepted, AddressRejected, Message
from daylight.reach.channels.http_line import HttpLine
from daylight.reach.channels.lines import LineChannel
from daylight.reach.channels.sms.channel import Sms
from daylight.reach.channels.sms.gateway import GatewayForm
from daylight.reach.channels.tests.basket import Basket, carry
from daylight.reach.channels.tests.far_provider import FarProvider

INITIAL = {name: field.initial for name, field in GatewayForm.base_fields.items() if field.initial is not None}


def test_many_texts_go_over_one_connection(settings: Settings) -> None:
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]
    wrong = b"HTTP/1.1 422 No\r\nContent-Length: 0\r\n\r\n"
    taken = b'HTTP/1.1 202 Accepted\r\nContent-Length: 13\r\n\r\n{"id": "abc"}'
    far = FarProvider(lambda number, _: wrong if number == 2 else taken)
    basket = Basket([Message(f"+4915123456{number}", "s", f"text {number}", b"") for number in range(100, 105)])

    async def work() -> None:
        async with far.serving() as url:
            form = GatewayForm({**INITIAL, "url": url, "password": "s3cret", "user": "u", "wrong_number": "422"})
            assert form.is_valid(), form.errors
            line = Sms().line({**form.cleaned_data, "kind": "gateway"})
            assert isinstance(line, HttpLine)
            await carry(basket, lambda: line)

    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        runner.run(work())

    assert basket.kinds == [Accepted, Accepted, AddressRejected, Accepted, Accepted]
    assert basket.results["key-0"] == Accepted("abc", '202 {"id": "abc"}')
    assert far.connections == 1
    assert [json.loads(heard.body)["phoneNumbers"] for heard in far.heard][:1] == [["+4915123456100"]]
    assert {heard.headers["content-type"] for heard in far.heard} == {"application/json"}


@pytest.mark.parametrize("kind", ["", "nobody"])
def test_without_a_provider_there_is_no_bulk_road(kind: str) -> None:
    assert isinstance(Sms(), LineChannel)
    assert Sms().line({"kind": kind}) is None
