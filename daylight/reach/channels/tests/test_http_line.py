import asyncio
import json
import socket
from collections.abc import Coroutine
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import Settings

from daylight.core import http
from daylight.core.event_loops import new_event_loop
from daylight.reach.channels.base import (
    Accepted,
    AddressRejected,
    ChannelBroken,
    Message,
    MessageRejected,
    TryLater,
    Unanswered,
)
from daylight.reach.channels.http_line import HttpLine
from daylight.reach.channels.lines import Parcel
from daylight.reach.channels.over_http import Call, failure, in_one_line
from daylight.reach.channels.tests.basket import Basket, carry
from daylight.reach.channels.tests.far_provider import CLOSES, SILENT, TAKEN, FarProvider, Heard
from daylight.reach.tests.certificates import a_certificate, serving_context


class Plain:
    """A provider that is asked with the address as the body."""

    def __init__(self, url: str, **headers: str) -> None:
        self.url, self.headers = url, headers

    def call(self, message: Message, *, key: str) -> Call:
        if not message.address:
            raise AddressRejected("no address")
        return Call(self.url, message.address.encode(), {"Idempotency-Key": key, **self.headers})

    def judge(self, answer: http.Answer) -> Accepted:
        if answer.is_good:
            return Accepted(reference=str(json.loads(answer.body or b"{}").get("id", "")), answer=str(answer.status))
        kinds: dict[int, type[Exception]] = {410: AddressRejected, 422: MessageRejected}
        raise failure(kinds.get(answer.status), answer, in_one_line(answer))


@pytest.fixture(autouse=True)
def _may_call_this_machine(settings: Settings) -> None:
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1", "localhost"]


def turn(work: Coroutine[Any, Any, Any], loop: Any = new_event_loop) -> Any:
    with asyncio.Runner(loop_factory=loop) as runner:
        return runner.run(work)


def messages(count: int) -> list[Message]:
    return [Message(f"c{number}@shop.example", "s", "t", b"") for number in range(count)]


def told(far: FarProvider, basket: Basket, *, headers: dict[str, str] | None = None, **options: Any) -> list[Exception]:
    """Carry the basket to the provider; gives the failures of the lines."""

    async def work() -> list[Exception]:
        async with far.serving() as url:
            options.setdefault("seconds", 5)
            return await carry(basket, lambda: HttpLine(Plain(url, **headers or {}), **options))

    return list(turn(work()))


def told_once(far: FarProvider, basket: Basket, **options: Any) -> Exception | None:
    """One line; what it raised."""

    async def work() -> Exception | None:
        async with far.serving() as url:
            try:
                await HttpLine(Plain(url), **{"seconds": 0.3, **options}).run(basket)
            except (TryLater, ChannelBroken) as problem:
                return problem
        return None

    failed: Exception | None = turn(work())
    basket.assert_settled()
    return failed


def an_answer(status: str, body: bytes = b"", *headers: str) -> bytes:
    lines = "".join(f"{header}\r\n" for header in headers)
    return f"HTTP/1.1 {status}\r\n{lines}Content-Length: {len(body)}\r\n\r\n".encode() + body


@pytest.mark.parametrize("loop", [asyncio.new_event_loop, new_event_loop])
def test_many_calls_go_over_few_connections(loop: Any) -> None:
    far, basket = FarProvider(), Basket(messages(30))

    async def work() -> None:
        async with far.serving() as url:
            await asyncio.gather(*(HttpLine(Plain(url, **{"X-Token": "secret"})).run(basket) for _ in range(3)))

    turn(work(), loop)
    assert basket.kinds == [Accepted] * 30
    assert basket.results["key-7"] == Accepted("x1", "202")
    assert far.connections == 3
    assert sorted(heard.body for heard in far.heard) == sorted(message.address.encode() for message in messages(30))
    assert {heard.headers["idempotency-key"] for heard in far.heard} == {f"key-{number}" for number in range(30)}
    assert {heard.headers["x-token"] for heard in far.heard} == {"secret"}
    assert {heard.line for heard in far.heard} == {"POST /messages HTTP/1.1"}
    assert {heard.headers["host"].rpartition(":")[0] for heard in far.heard} == {"127.0.0.1"}
    assert basket.most_in_doubt <= 3


FORMS = [
    b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"id"\r\n7\r\n: "x1"}\r\n0\r\nX-After: 1\r\n\r\n',
    b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\nContent-Length: 0\r\n\r\n" + TAKEN,
    b"HTTP/1.1 204 No Content\r\n\r\n",
    b"HTTP/1.1 200 OK\r\ncontent-length: 12\r\n\r\n" + b'{"id": "x1"}',
]


@pytest.mark.parametrize("answer", FORMS)
@pytest.mark.parametrize("slowly", [False, True])
def test_answers_in_every_form(answer: bytes, slowly: bool) -> None:
    far, basket = FarProvider(answer), Basket(messages(3))
    far.writes_slowly = slowly

    assert told(far, basket) == []
    assert basket.kinds == [Accepted] * 3
    assert far.connections == 1


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\n\r\n{}",
    ],
)
def test_a_provider_that_closes_after_each_answer_gets_new_connections(answer: bytes) -> None:
    far, basket = FarProvider(answer, hangs_up_after=answer), Basket(messages(3))

    assert told(far, basket) == []
    assert basket.kinds == [Accepted] * 3
    assert far.connections == 3


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (an_answer("410 Gone"), AddressRejected),
        (an_answer("422 Unprocessable", b"too long"), MessageRejected),
        (an_answer("500 Oops"), TryLater),
        (an_answer("404 Not Found"), TryLater),
    ],
)
def test_one_who_is_refused_keeps_nobody_else_from_hearing(answer: bytes, expected: type[Exception]) -> None:
    far, basket = FarProvider(lambda number, _: answer if number == 2 else TAKEN), Basket(messages(5))

    assert told(far, basket) == []
    assert basket.kinds == [Accepted, Accepted, expected, Accepted, Accepted]
    assert far.connections == 1


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
def test_a_provider_says_how_long_to_wait(status: str) -> None:
    basket = Basket(messages(1))
    told(FarProvider(an_answer(status, b"", "Retry-After: 7")), basket)

    result = basket.results["key-0"]
    assert isinstance(result, TryLater)
    assert result.after == timedelta(seconds=7)


@pytest.mark.parametrize(
    "answer",
    [an_answer("401 Unauthorized"), an_answer("301 Moved", b"", "Location: http://169.254.169.254/latest")],
)
def test_a_provider_that_takes_nothing_breaks_the_channel(answer: bytes) -> None:
    far, basket = FarProvider(answer), Basket(messages(3))

    assert isinstance(told_once(far, basket), ChannelBroken)
    assert basket.kinds == [ChannelBroken]
    assert len(far.heard) == 1
    assert len(basket.waiting) == 2


def test_one_recipient_who_is_forbidden_does_not_stop_the_others() -> None:
    far = FarProvider(lambda number, _: an_answer("403 Forbidden") if number == 2 else TAKEN)
    basket = Basket(messages(5))

    assert told(far, basket) == []
    assert basket.kinds == [Accepted, Accepted, TryLater, Accepted, Accepted]


NO_ANSWERS = [
    CLOSES,
    SILENT,
    b"HTTP/1.1 banana\r\n\r\n",
    b"SSH-2.0-OpenSSH\r\n",
    b"\x00\xff\x15\x03",
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n" + b"x" * (http.LARGEST_ANSWER + 10),
    b"HTTP/1.1 200 OK\r\nX-A: " + b"a" * (http.LARGEST_ANSWER + 10),
    b"HTTP/1.1 200 OK\r\nContent-Length: 12\r\nContent-Length: 3\r\n\r\n{}",
]


@pytest.mark.parametrize("answer", NO_ANSWERS, ids=range(len(NO_ANSWERS)))
@pytest.mark.parametrize(("knows_keys", "expected"), [(False, Unanswered), (True, TryLater)])
def test_what_was_said_and_not_answered(answer: bytes, knows_keys: bool, expected: type[Exception]) -> None:
    far = FarProvider(lambda number, _: answer if number == 2 else TAKEN)
    basket = Basket(messages(5))
    failures = told(far, basket, knows_keys=knows_keys, seconds=0.3)

    assert failures == []
    assert basket.kinds == [Accepted, Accepted, expected, Accepted, Accepted]
    assert len(far.heard) == 5
    assert basket.most_in_doubt == 1


def test_an_answer_that_was_cut_off_is_none() -> None:
    cut = b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"
    far = FarProvider(cut, hangs_up_after=cut)
    basket = Basket(messages(2))

    assert isinstance(told_once(far, basket), TryLater)
    assert basket.kinds == [Unanswered]


def test_an_answer_too_many_ends_the_connection_and_answers_nobody() -> None:
    far, basket = FarProvider(lambda number, _: TAKEN * 2 if number == 1 else TAKEN), Basket(messages(4))

    assert told(far, basket) == []
    assert basket.kinds == [Accepted] * 4
    assert far.connections == 2


@pytest.mark.parametrize(
    "header", [{"X-A": "a\r\nX-B: b"}, {"X-A\r\nX-B": "b"}, {"X-A": "a\nX-B: b"}, {"X-A": "a\rb"}, {"X-A": "a\0b"}]
)
def test_no_header_is_slipped_in(header: dict[str, str]) -> None:
    far, basket = FarProvider(), Basket(messages(1))
    failures = told(far, basket, headers=header)

    assert {type(failure) for failure in failures} == {ChannelBroken}
    assert far.heard == []


def test_a_message_nobody_can_be_called_for_is_reported() -> None:
    nobody = Message("", "s", "t", b"")
    far, basket = FarProvider(), Basket([nobody, *messages(1), nobody])

    assert told(far, basket) == []
    assert basket.kinds == [AddressRejected, Accepted, AddressRejected]


def test_a_private_address_is_refused(settings: Settings) -> None:
    settings.PRIVATE_ADDRESSES_ALLOWED = []
    far, basket = FarProvider(), Basket(messages(1))

    problem = told_once(far, basket)
    assert isinstance(problem, ChannelBroken)
    assert "private network" in str(problem)
    assert far.connections == 0
    assert basket.given_back == ["key-0"]


def test_nobody_listening_is_tried_later() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closing:
        port = closing.getsockname()[1]
    basket = Basket(messages(1))
    with pytest.raises(TryLater, match="cannot be reached"):
        turn(HttpLine(Plain(f"http://127.0.0.1:{port}/")).run(basket))
    assert basket.begun == []


def test_only_a_certificate_that_fits_is_trusted(tmp_path: Path) -> None:
    certificate, key = a_certificate(tmp_path)
    far, trusting, doubting = FarProvider(), Basket(messages(3)), Basket(messages(1))

    async def work() -> None:
        async with far.serving(serving_context(certificate, key)) as url:
            await HttpLine(Plain(url), ca_file=str(certificate)).run(trusting)
            with pytest.raises(TryLater, match="certificate"):
                await HttpLine(Plain(url)).run(doubting)

    turn(work())
    assert trusting.kinds == [Accepted] * 3
    assert doubting.begun == []
    assert doubting.given_back == ["key-0"]


def test_cancelled_in_the_middle_nothing_remains_unreported() -> None:
    far, basket = FarProvider(lambda number, _: SILENT if number == 2 else TAKEN), Basket(messages(5))

    async def work() -> None:
        async with far.serving() as url:
            running = asyncio.create_task(HttpLine(Plain(url)).run(basket))
            while len(basket.begun) < 3:
                await asyncio.sleep(0.01)
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running

    turn(work())
    basket.assert_settled()
    assert basket.kinds == [Accepted, Accepted, Unanswered]


def test_a_journal_that_cannot_be_written_ends_the_line_loudly() -> None:
    class Full(Basket):
        def begin(self, parcel: Parcel) -> None:
            if parcel.key == "key-2":
                raise OSError(28, "No space left on device")
            super().begin(parcel)

    far, basket = FarProvider(), Full(messages(4))

    async def work() -> None:
        async with far.serving() as url:
            await HttpLine(Plain(url)).run(basket)

    with pytest.raises(OSError, match="No space"):
        turn(work())
    basket.assert_settled()
    assert len(far.heard) == 2
    assert {parcel.key for parcel in basket.waiting} == {"key-2", "key-3"}


def test_a_bug_in_judging_is_reported_as_what_it_is() -> None:
    far, basket = FarProvider(an_answer("200 OK", b"not json")), Basket(messages(2))

    assert told(far, basket) == []
    assert basket.kinds == [json.JSONDecodeError] * 2


crumbs = st.lists(
    st.sampled_from(
        [
            b"HTTP/1.1 200 OK\r\n",
            b"HTTP/1.1 429 Slow\r\n",
            b"HTTP/1.1 302 Found\r\n",
            b"HTTP/9.9 200\r\n",
            b"Content-Length: 12\r\n",
            b"Content-Length: -1\r\n",
            b"Transfer-Encoding: chunked\r\n",
            b"Connection: close\r\n",
            b"Retry-After: never\r\n",
            b"\r\n",
            b'{"id": "x1"}',
            b"c\r\n",
            b"0\r\n\r\n",
            b"ffffffffffffffffff\r\n",
            TAKEN,
            b"\x00",
            b"\n",
        ]
    )
    | st.binary(max_size=30),
    max_size=8,
).map(b"".join)


@hypothesis_settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(answer=crumbs, closes=st.booleans())
def test_whatever_comes_back_every_message_is_accounted_for(answer: bytes, closes: bool) -> None:
    def mood(number: int, _: Heard) -> bytes:
        return answer or CLOSES if number == 1 else TAKEN

    far = FarProvider(mood, hangs_up_after=answer if closes else None)
    basket = Basket(messages(3))
    told(far, basket, seconds=0.2)

    assert len(basket.results) == 3
    assert basket.kinds[0] is Accepted
    assert {type(result) for result in basket.results.values()} <= {
        Accepted,
        TryLater,
        Unanswered,
        ChannelBroken,
        json.JSONDecodeError,
    }
    assert len(far.heard) <= len(basket.begun) == 3
    assert basket.most_in_doubt == 1
