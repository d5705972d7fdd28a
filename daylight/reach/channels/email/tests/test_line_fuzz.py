"""Whatever a server answers, a line ends, and every message is accounted for."""

from collections.abc import Callable, Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from daylight.reach.channels.base import (
    Accepted,
    AddressRejected,
    ChannelBroken,
    MessageRejected,
    TryLater,
    Unanswered,
)
from daylight.reach.channels.email.line import SmtpLine
from daylight.reach.channels.email.tests.sink import CLOSES, SILENT, Sink
from daylight.reach.channels.email.tests.test_line import PIPELINED, STEP_BY_STEP, mails, turn
from daylight.reach.channels.tests.basket import Basket, carry

STEPS = ("greeting", "ehlo", "mail", "rcpt", "data", "body", "dot", "rset", "quit")
MESSAGES = 5

lines = st.sampled_from(
    [
        b"250 ok\r\n",
        b"250-first\r\n250 last\r\n",
        b"250",
        b"250-never ends\r\n",
        b"251 forwarded\r\n",
        b"354 go\r\n",
        b"354 go\r\n250 done already\r\n",
        b"220 hello\r\n",
        b"221 bye\r\n",
        b"235 welcome\r\n",
        b"334 \r\n",
        b"421 4.3.2 shutting down\r\n",
        b"450 4.2.1 later\r\n",
        b"452 4.5.3 too many\r\n",
        b"500 what?\r\n",
        b"503 5.5.1 bad sequence\r\n",
        b"530 5.7.0 sign in\r\n",
        b"550 5.1.1 unknown\r\n",
        b"552 5.2.2 full\r\n",
        b"554 5.7.1 no\r\n",
        b"999 beyond\r\n",
        b"000 below\r\n",
        b"25O ok\r\n",
        b"250\tok\r\n",
        b"250 ok\n250 ok\n",
        b"\r\n",
        b"\x00\r\n",
        b"\xff\xfe\r\n",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"2" * 33_000,
        CLOSES,
        SILENT,
    ]
)
replies = lines | st.lists(lines, min_size=2, max_size=3).map(b"".join) | st.binary(min_size=1, max_size=40)
moods = st.dictionaries(
    st.sampled_from(STEPS), st.dictionaries(st.integers(0, 6), replies, min_size=1, max_size=3), max_size=3
)


def moody(answers: Mapping[int, bytes]) -> Callable[[str], bytes | None]:
    """The n-th answer of a step is this one, where there is one; every other is the usual one."""
    calls = iter(range(100_000))
    return lambda _: answers.get(next(calls))


@settings(max_examples=60)
@given(moods=moods, announces=st.sampled_from([PIPELINED, STEP_BY_STEP]), slowly=st.booleans())
def test_nothing_hangs_and_nothing_is_lost_or_doubled(
    moods: dict[str, dict[int, bytes]], announces: tuple[str, ...], slowly: bool
) -> None:
    answers = {step: moody(said) for step, said in moods.items() if step != "ehlo"}
    if "ehlo" in moods:
        answers["ehlo"] = moody({0: next(iter(moods["ehlo"].values()))})
    sink, basket = Sink(announces=announces, **answers), Basket(mails(MESSAGES))
    sink.writes_slowly = slowly

    async def work() -> list[Exception]:
        async with sink.serving() as found:
            return await carry(basket, lambda: SmtpLine(found | {"reply_seconds": 0.15}), most_runs=6)

    failures = turn(work())

    assert {type(failure) for failure in failures} <= {TryLater, ChannelBroken}, failures
    assert len(basket.results) + len(basket.waiting) == MESSAGES
    assert set(basket.kinds) <= {Accepted, AddressRejected, MessageRejected, ChannelBroken, TryLater, Unanswered}
    assert basket.most_in_doubt <= 1
    begun = {f"c{key.removeprefix('key-')}@shop.example" for key in basket.begun}
    assert set(sink.kept) <= begun
    assert max(sink.kept.values(), default=1) == 1
    assert all(content for _, content in sink.letters)
