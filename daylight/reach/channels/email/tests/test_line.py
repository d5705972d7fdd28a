import asyncio
import ssl
from collections.abc import Callable, Coroutine
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

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
from daylight.reach.channels.email.channel import Email
from daylight.reach.channels.email.line import SmtpLine
from daylight.reach.channels.email.tests.samples import a_notification, a_reader
from daylight.reach.channels.email.tests.servers import Desk, OnePerConnection, serving
from daylight.reach.channels.email.tests.sink import CLOSES, SILENT, Sink
from daylight.reach.channels.lines import LineChannel, Parcel
from daylight.reach.channels.tests.basket import Basket, carry
from daylight.reach.tests.certificates import a_certificate, serving_context

PIPELINED = ("PIPELINING", "8BITMIME", "SMTPUTF8")
STEP_BY_STEP = ("8BITMIME",)

BOTH_WAYS = pytest.mark.parametrize("announces", [PIPELINED, STEP_BY_STEP], ids=["pipelined", "step by step"])


def turn(work: Coroutine[Any, Any, Any]) -> Any:
    """Run on the loop that workers use."""
    with asyncio.Runner(loop_factory=new_event_loop) as runner:
        return runner.run(work)


def mails(count: int, **changes: str) -> list[Message]:
    compose = Email().prepare(a_notification())
    return [compose(to=a_reader(**({"address": to(n)} | changes)), key=f"5.{n}.abc") for n in range(count)]


def to(number: int) -> str:
    return f"c{number}@shop.example"


def told(sink: Sink, basket: Basket, **settings: Any) -> list[Exception]:
    """Carry the basket to the sink; gives the failures of the lines."""

    async def work() -> list[Exception]:
        async with sink.serving() as found:
            return await carry(basket, lambda: SmtpLine(found | settings))

    return list(turn(work()))


def assert_each_once(sink: Sink, basket: Basket) -> None:
    """What was accepted arrived once, and nothing else arrived, least of all an empty message."""
    accepted = [to(int(key.split("-")[1])) for key, result in basket.results.items() if isinstance(result, Accepted)]
    assert sorted(sink.kept.elements()) == sorted(accepted)
    assert all(content for _, content in sink.letters)
    assert not sink.overrun


def only(number: int, reply: bytes) -> Callable[[str], bytes | None]:
    """This reply for one recipient, the usual one for all others."""
    return lambda subject: reply if to(number) in subject else None


def nth(number: int, reply: bytes) -> Callable[[str], bytes | None]:
    """This reply at the n-th time, counted from 0."""
    calls = iter(range(10_000))
    return lambda _: reply if next(calls) == number else None


def test_mail_has_a_bulk_road() -> None:
    assert isinstance(Email(), LineChannel)


@BOTH_WAYS
@pytest.mark.parametrize("loop", [asyncio.new_event_loop, new_event_loop])
def test_every_message_arrives_once_and_as_composed(announces: tuple[str, ...], loop: Any) -> None:
    sink, sent = Sink(announces=announces), mails(20)
    basket = Basket(sent)

    async def work() -> None:
        async with sink.serving() as settings:
            await asyncio.gather(*(SmtpLine(settings).run(basket) for _ in range(3)))

    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(work())

    assert basket.kinds == [Accepted] * 20
    assert basket.results["key-7"] == Accepted("key-7", "250 2.0.0 Ok: queued")
    assert_each_once(sink, basket)
    contents = dict(sink.letters)
    assert all(contents[mail.address].endswith(mail.payload) for mail in sent)
    assert all(message_from_bytes(content, policy=policy.SMTP)["Date"] for content in contents.values())
    assert sink.connections == 3
    assert basket.most_in_doubt <= 3
    assert sink.commands.count("QUIT") == 3


def test_a_message_costs_one_round_trip() -> None:
    sink, basket = Sink(), Basket(mails(20))
    told(sink, basket)

    assert sink.turns <= 20 + 5
    assert basket.most_in_doubt == 1


@pytest.mark.parametrize("announces", [(), ("PIPELINING",)], ids=["step by step", "pipelined"])
def test_a_server_of_somebody_else_gets_the_same(announces: tuple[str, ...]) -> None:
    desk, basket = Desk(announces=announces), Basket(mails(10))
    with serving(desk) as settings:
        turn(carry(basket, lambda: SmtpLine(settings)))

    assert basket.kinds == [Accepted] * 10
    assert [address for address, _ in desk.letters] == [to(n) for n in range(10)]
    assert desk.connections == 1


REFUSED = [
    ("rcpt", b"550 5.1.1 no such user\r\n", AddressRejected),
    ("rcpt", b"450 4.2.1 greylisted\r\n", TryLater),
    ("data", b"451 4.3.0 not now\r\n", TryLater),
    ("body", b"554 5.7.1 spam\r\n", MessageRejected),
    ("body", b"451-4.3.0 we are\r\n451 4.3.0 busy\r\n", TryLater),
]


@BOTH_WAYS
@pytest.mark.parametrize(("step", "reply", "expected"), REFUSED)
def test_who_is_refused_keeps_nobody_else_from_hearing(
    announces: tuple[str, ...], step: str, reply: bytes, expected: type[Exception]
) -> None:
    sink, basket = Sink(announces=announces, **{step: only(3, reply)}), Basket(mails(8))
    failures = told(sink, basket)

    assert failures == []
    assert basket.kinds == [Accepted] * 3 + [expected] + [Accepted] * 4
    assert str(basket.results["key-3"]).startswith(reply[:3].decode())
    assert_each_once(sink, basket)
    assert sink.connections == 1


@pytest.mark.parametrize("reply", [b"503 5.5.1 no valid recipients\r\n", b"554 no valid recipients\r\n"])
def test_a_refused_recipient_and_a_server_that_refuses_the_message_with_it(reply: bytes) -> None:
    sink = Sink(rcpt=only(3, b"550 5.1.1 no such user\r\n"), data=lambda to: None if to else reply)
    basket = Basket(mails(8))
    told(sink, basket)

    assert basket.kinds == [Accepted] * 3 + [AddressRejected] + [Accepted] * 4
    assert_each_once(sink, basket)
    assert "RSET" in sink.commands


def test_every_recipient_refused_in_a_row() -> None:
    sink = Sink(rcpt=lambda to: None if to == "c9@shop.example" else b"550 5.1.1 no such user\r\n")
    basket = Basket(mails(10))
    told(sink, basket)

    assert basket.kinds == [AddressRejected] * 9 + [Accepted]
    assert_each_once(sink, basket)
    assert sink.connections == 1


def test_a_server_that_refuses_the_sender_and_asks_for_the_message_gets_none() -> None:
    sink = Sink(mail=nth(2, b"552 5.3.4 too big\r\n"))
    basket = Basket(mails(5))
    told(sink, basket)

    assert all(content for _, content in sink.letters)
    assert set(basket.kinds) <= {Accepted, MessageRejected, TryLater}
    assert basket.kinds.count(Accepted) >= 4


@BOTH_WAYS
def test_a_server_that_takes_no_mail_of_ours_breaks_the_channel(announces: tuple[str, ...]) -> None:
    sink = Sink(announces=announces, mail=b"530 5.7.0 sign in first\r\n", data=b"503 5.5.1 no\r\n")
    basket = Basket(mails(5))

    async def work() -> None:
        async with sink.serving() as settings:
            await SmtpLine(settings).run(basket)

    with pytest.raises(ChannelBroken, match="sign in first"):
        turn(work())
    basket.assert_settled()
    assert basket.kinds == [ChannelBroken]
    assert len(basket.waiting) == 4


def test_one_recipient_who_is_refused_relay_does_not_stop_the_others() -> None:
    sink = Sink(rcpt=only(3, b"554 5.7.1 relay access denied\r\n"))
    basket = Basket(mails(6))
    failures = told(sink, basket)

    assert failures == []
    assert basket.kinds == [Accepted] * 3 + [TryLater] + [Accepted] * 2
    assert sink.connections == 2
    assert_each_once(sink, basket)


ENOUGH = [
    ("mail", b"421 4.7.0 too many messages on this connection\r\n"),
    ("mail", b"451 4.7.0 too many messages on this connection\r\n"),
    ("mail", CLOSES),
    ("rcpt", b"421 4.4.5 shutting down\r\n"),
    ("rcpt", CLOSES),
    ("data", b"421 4.4.5 shutting down\r\n"),
    ("data", CLOSES),
]


@BOTH_WAYS
@pytest.mark.parametrize(("step", "reply"), ENOUGH)
def test_a_server_that_has_had_enough_gets_a_new_connection(
    announces: tuple[str, ...], step: str, reply: bytes
) -> None:
    sink, basket = Sink(announces=announces, **{step: nth(4, reply)}), Basket(mails(9))
    failures = told(sink, basket)

    assert failures == []
    assert basket.kinds == [Accepted] * 9
    assert sink.connections == 2
    assert_each_once(sink, basket)


def test_one_message_per_connection() -> None:
    desk, basket = OnePerConnection(), Basket(mails(4))
    with serving(desk) as settings:
        failures = turn(carry(basket, lambda: SmtpLine(settings)))

    assert failures == []
    assert basket.kinds == [Accepted] * 4
    assert desk.connections == 4


@BOTH_WAYS
def test_a_limit_of_messages_per_connection_is_kept(announces: tuple[str, ...]) -> None:
    sink, basket = Sink(announces=announces), Basket(mails(10))
    failures = told(sink, basket, messages_per_connection=4)

    assert failures == []
    assert basket.kinds == [Accepted] * 10
    assert sink.connections == 3
    assert sink.commands.count("QUIT") == 3
    assert basket.given_back == []


@BOTH_WAYS
@pytest.mark.parametrize("verdict", [CLOSES, b"what?\r\n", b"354 more\r\n", b"999 x\r\n", b"250"])
def test_a_message_without_a_verdict_is_in_doubt_and_alone(announces: tuple[str, ...], verdict: bytes) -> None:
    sink, basket = Sink(announces=announces, body=only(4, verdict)), Basket(mails(9))
    failures = told(sink, basket, reply_seconds=0.3)

    assert failures == []
    assert basket.kinds == [Accepted] * 4 + [Unanswered] + [Accepted] * 4
    assert sink.connections == 2
    assert basket.most_in_doubt == 1
    assert basket.given_back == (["key-5"] if announces == PIPELINED else [])


def test_a_server_that_accepts_nothing_and_closes_is_left_in_peace() -> None:
    sink, basket = Sink(body=CLOSES), Basket(mails(3))

    async def work() -> None:
        async with sink.serving() as settings:
            await SmtpLine(settings).run(basket)

    with pytest.raises(TryLater, match="closed the connection"):
        turn(work())
    basket.assert_settled()
    assert basket.kinds == [Unanswered]
    assert len(basket.waiting) == 2


@BOTH_WAYS
@pytest.mark.parametrize("reply", [CLOSES, b"421 4.3.2 go away\r\n"])
def test_a_recipient_at_whom_the_server_hangs_up_does_not_hold_up_the_rest(
    announces: tuple[str, ...], reply: bytes
) -> None:
    sink, basket = Sink(announces=announces, rcpt=only(0, reply)), Basket(mails(5))
    failures = told(sink, basket)

    assert [type(failure) for failure in failures] == [TryLater]
    assert basket.kinds == [TryLater] + [Accepted] * 4
    assert_each_once(sink, basket)


@BOTH_WAYS
@pytest.mark.parametrize("step", ["greeting", "ehlo", "mail", "rcpt", "data", "body"])
def test_a_server_that_falls_silent_is_given_up(announces: tuple[str, ...], step: str) -> None:
    sink, basket = Sink(announces=announces, **{step: SILENT}), Basket(mails(3))

    async def work() -> None:
        async with sink.serving() as settings:
            await SmtpLine(settings | {"reply_seconds": 0.2}).run(basket)

    with pytest.raises(TryLater, match="timed out"):
        turn(work())
    basket.assert_settled()
    assert basket.begun == (["key-0"] if step == "body" else [])
    assert sink.letters == [] or step == "body"


def test_silence_after_some_messages_is_not_the_end() -> None:
    sink, basket = Sink(mail=nth(3, SILENT)), Basket(mails(6))
    failures = told(sink, basket, reply_seconds=0.2)

    assert failures == []
    assert basket.kinds == [Accepted] * 6
    assert_each_once(sink, basket)


@BOTH_WAYS
def test_replies_in_crumbs(announces: tuple[str, ...]) -> None:
    sink, basket = Sink(announces=announces), Basket(mails(5))
    sink.writes_slowly = True
    told(sink, basket)

    assert basket.kinds == [Accepted] * 5
    assert_each_once(sink, basket)


def test_a_verdict_on_a_message_that_was_not_sent_is_not_believed() -> None:
    sink, basket = Sink(data=b"354 go\r\n250 2.0.0 kept\r\n"), Basket(mails(2))
    failures = told(sink, basket, reply_seconds=0.3)

    assert Accepted not in basket.kinds
    assert basket.begun == []
    assert {type(failure) for failure in failures} == {TryLater}


@pytest.mark.parametrize(
    "greeting",
    [
        b"554 5.3.2 no service here\r\n",
        b"421 4.3.2 too many connections\r\n",
        b"hello there\r\n",
        b"\x00\xff\xfe\r\n",
        b"220-half\r\n",
        b"220-a\r\n221 b\r\n",
        b"2" * 100_000,
        b"220 ok\r\n250 more than asked\r\n",
        CLOSES,
    ],
)
def test_a_bad_greeting_is_a_named_failure(greeting: bytes) -> None:
    basket = Basket(mails(1))
    sink = Sink(greeting=greeting)

    async def work() -> None:
        async with sink.serving() as settings:
            await SmtpLine(settings | {"reply_seconds": 0.3}).run(basket)

    with pytest.raises((ChannelBroken, TryLater), match=r"\w+ \w+"):
        turn(work())
    assert len(basket.waiting) == 1


def test_an_old_server_without_ehlo_is_spoken_to_plainly() -> None:
    sink, basket = Sink(announces=(), ehlo=b"502 5.5.2 what?\r\n"), Basket(mails(3))
    told(sink, basket)

    assert basket.kinds == [Accepted] * 3
    assert not sink.overrun
    assert all(content.isascii() for _, content in sink.letters)


def test_a_server_without_8bitmime_gets_seven_bits_with_the_same_words() -> None:
    sink, basket = Sink(announces=("PIPELINING",)), Basket(mails(2, name="Zoë Ж 山"))
    told(sink, basket)

    [content] = [content for address, content in sink.letters if address == to(1)]
    assert content.isascii()
    body = message_from_bytes(content, policy=policy.default).get_body(("plain",))
    assert body is not None
    assert "Zoë Ж 山" in body.get_content()


def test_addresses_with_other_letters() -> None:
    odd = mails(1, address="zoë@bücher.example")
    sink, basket = Sink(), Basket(odd + mails(1))
    told(sink, basket)
    assert sorted(sink.kept) == ["c0@shop.example", "zoë@xn--bcher-kva.example"]

    without, basket = Sink(announces=("PIPELINING", "8BITMIME")), Basket(odd + mails(1))
    told(without, basket)
    assert basket.kinds == [AddressRejected, Accepted]


@pytest.mark.parametrize("address", ["", "a b@x.example", "a@x.example>\r\nRCPT TO:<b@x.example", "a\x00@x.example"])
def test_an_address_that_is_none_never_reaches_the_wire(address: str) -> None:
    sink = Sink()
    basket = Basket([*mails(1, address=address), *mails(1)])
    told(sink, basket)

    assert basket.kinds == [AddressRejected, Accepted]
    assert len([command for command in sink.commands if command.startswith("RCPT")]) == 1


def test_a_message_larger_than_the_server_takes_is_not_sent() -> None:
    sink, basket = Sink(announces=("PIPELINING", "8BITMIME", "SIZE 2000")), Basket(mails(2))
    told(sink, basket)

    assert basket.kinds == [MessageRejected] * 2
    assert sink.letters == []

    roomy, basket = Sink(announces=("PIPELINING", "SIZE 20000000")), Basket(mails(2))
    told(roomy, basket)
    assert basket.kinds == [Accepted] * 2
    assert all("SIZE=" in command for command in roomy.commands if command.startswith("MAIL"))


def test_a_line_that_begins_with_a_dot_arrives_whole() -> None:
    mail = Message(
        "c0@shop.example", "s", "", b"Subject: s\r\n\r\n.\r\n..\r\n.hidden\r\nlast", {"Sender": "a@b.example"}
    )
    sink, basket = Sink(), Basket([mail])
    told(sink, basket)

    assert sink.letters[0][1].endswith(b"\r\n\r\n.\r\n..\r\n.hidden\r\nlast\r\n")


def test_cancelled_in_the_middle_nothing_remains_unreported() -> None:
    sink, basket = Sink(body=nth(2, SILENT)), Basket(mails(5))

    async def work() -> None:
        async with sink.serving() as settings:
            running = asyncio.create_task(SmtpLine(settings).run(basket))
            while len(basket.begun) < 3:
                await asyncio.sleep(0.01)
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running

    turn(work())
    basket.assert_settled()
    assert basket.kinds == [Accepted, Accepted, Unanswered]
    assert basket.given_back == ["key-3"]


def test_a_journal_that_cannot_be_written_ends_the_line_loudly() -> None:
    class Full(Basket):
        def begin(self, parcel: Parcel) -> None:
            if parcel.key == "key-2":
                raise OSError(28, "No space left on device")
            super().begin(parcel)

    sink, basket = Sink(), Full(mails(5))

    async def work() -> None:
        async with sink.serving() as settings:
            await SmtpLine(settings).run(basket)

    with pytest.raises(OSError, match="No space"):
        turn(work())
    basket.assert_settled()
    assert [parcel.key for parcel in sorted(basket.waiting, key=lambda parcel: parcel.key)] == [
        "key-2",
        "key-3",
        "key-4",
    ]
    assert len(sink.letters) == 2


def test_a_line_waits_for_more_and_survives_that_the_server_left() -> None:
    sink, basket = Sink(), Basket(mails(1))
    basket.stays_open = True

    async def work() -> None:
        async with sink.serving() as settings:
            running = asyncio.create_task(SmtpLine(settings).run(basket))
            while "key-0" not in basket.results:
                await asyncio.sleep(0.01)
            basket.waiting.append(Parcel(mails(2)[1], "key-1"))
            basket.news.set()
            while "key-1" not in basket.results:
                await asyncio.sleep(0.01)
            basket.stays_open = False
            basket.news.set()
            await running

    turn(work())
    assert basket.kinds == [Accepted] * 2
    assert sink.connections == 1
    assert sink.commands[-1] == "QUIT"


def test_nobody_listening_and_no_such_name() -> None:
    async def work(host: str) -> None:
        await SmtpLine({"host": host, "port": 9}).run(Basket(mails(1)))

    with pytest.raises(TryLater, match="does not answer"):
        turn(work("127.0.0.1"))


@pytest.fixture
def papers(tmp_path: Path) -> tuple[ssl.SSLContext, str]:
    certificate, key = a_certificate(tmp_path)
    return serving_context(certificate, key), str(certificate)


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("loop", [asyncio.new_event_loop, new_event_loop])
def test_in_secret(papers: tuple[ssl.SSLContext, str], security: str, loop: Any) -> None:
    context, authority = papers
    sink, basket = (
        Sink(announces=(*PIPELINED, "STARTTLS", "AUTH PLAIN"), auth=b"235 2.7.0 welcome\r\n"),
        Basket(mails(6)),
    )
    sink.tls = context
    secret = {"security": security, "ca_file": authority, "user": "ana", "password": "right"}

    async def work() -> None:
        async with sink.serving(context if security == "tls" else None) as settings:
            await SmtpLine(settings | secret).run(basket)
            with pytest.raises(ChannelBroken, match="No secure connection"):
                await SmtpLine(settings | secret | {"ca_file": ""}).run(Basket(mails(1)))

    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(work())
    assert basket.kinds == [Accepted] * 6
    assert_each_once(sink, basket)
    assert sink.secrets == ["AGFuYQByaWdodA=="]


def test_without_starttls_no_password_is_said() -> None:
    sink, basket = Sink(announces=(*PIPELINED, "AUTH PLAIN"), auth=b"235 ok\r\n"), Basket(mails(1))
    failures = told(sink, basket, security="starttls", user="ana", password="right")

    assert {type(failure) for failure in failures} == {ChannelBroken}
    assert sink.secrets == []


def test_words_slipped_in_before_the_secret_are_not_believed(papers: tuple[ssl.SSLContext, str]) -> None:
    context, authority = papers
    sink = Sink(announces=(*PIPELINED, "STARTTLS"), starttls=b"220 go\r\n250 sink.example\r\n")
    sink.tls = context
    failures = told(sink, Basket(mails(1)), security="starttls", ca_file=authority)

    assert {type(failure) for failure in failures} <= {ChannelBroken, TryLater}
    assert len(failures) == 12
    assert sink.letters == []


@pytest.mark.parametrize(
    ("offers", "answer", "said"),
    [
        ("AUTH PLAIN LOGIN", b"235 2.7.0 welcome\r\n", ["AGFuYQByaWdodA=="]),
        ("AUTH LOGIN", b"334 VXNlcm5hbWU6\r\n|334 UGFzc3dvcmQ6\r\n|235 welcome\r\n", ["", "YW5h", "cmlnaHQ="]),
        (
            "AUTH=CRAM-MD5",
            b"334 PDEyMz4=\r\n|235 welcome\r\n",
            ["", "YW5hIDZlYzZmZmNmN2IwNWUxMjZjNDE2YjdhNTk3NTVjOTBj"],
        ),
    ],
)
def test_signing_in_as_the_server_offers(offers: str, answer: bytes, said: list[str]) -> None:
    sink, basket = Sink(announces=(*PIPELINED, offers), auth=answer), Basket(mails(1))
    failures = told(sink, basket, user="ana", password="right")

    assert failures == []
    assert sink.secrets == said
    assert basket.kinds == [Accepted]


@pytest.mark.parametrize(
    ("offers", "answer", "expected"),
    [
        ("AUTH PLAIN", b"535 5.7.8 wrong\r\n", ChannelBroken),
        ("AUTH PLAIN", b"454 4.7.0 later\r\n", TryLater),
        ("AUTH PLAIN", b"250 eh\r\n", TryLater),
        ("AUTH CRAM-MD5", b"334 !!!\r\n", ChannelBroken),
        ("AUTH XOAUTH2", b"", ChannelBroken),
        ("HELP", b"", ChannelBroken),
    ],
)
def test_who_cannot_sign_in_sends_nothing(offers: str, answer: bytes, expected: type[Exception]) -> None:
    sink, basket = Sink(announces=(*PIPELINED, offers), auth=answer), Basket(mails(1))
    failures = told(sink, basket, user="ana", password="wrong")

    assert {type(failure) for failure in failures} == {expected}
    assert basket.begun == []
