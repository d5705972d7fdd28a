"""A stream told again: a fresh theme alarms with evidence, a flood does not, and nothing looks ahead."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from daylight.watch.detection import replay

START = datetime(2024, 3, 4, tzinfo=UTC)
ASKED = (
    "How do I {} my {}?",
    "Please help me {} the {}",
    "I want to {} a {} but cannot find where",
    "{} {} is too slow",
)
DOING = ("change", "cancel", "return", "pay for", "find", "renew", "share", "print", "move", "repair")
THINGS = (
    "order",
    "address",
    "invoice",
    "password",
    "ticket",
    "parcel",
    "voucher",
    "subscription",
    "seat",
    "garden hose",
)
TROUBLE = (
    "The milk I bought tastes of chlorine",
    "My child is sick after drinking your milk",
    "Strange chemical smell from the milk carton",
    "milk from yesterday smells like bleach!",
    "Is your milk safe? Ours tastes like a swimming pool",
    "We poured the milk away, it burned on the tongue",
    "Whole milk 1 litre, tastes awful, like cleaning fluid",
    "Got a bottle of milk with a sharp chemical taste",
    "Your milk made both of us ill this morning",
    "The milk smells wrong, as if chlorine was in it",
    "Bad taste in the fresh milk, is there a recall?",
    "milk tastes of disinfectant, want my money back",
    "Chlorine in the milk??",
    "Please check your milk, it smells of bleach",
    "Never had milk like this: bitter and chemical",
)
GERMAN = (
    "Das Leitungswasser riecht heute nach Chlor",
    "Seit gestern schmeckt unser Wasser wie im Schwimmbad",
    "Chlor im Wasser! Kann man das noch trinken?",
    "Aus dem Hahn kommt Wasser mit stechendem Geruch",
    "Meinem Kind wurde von dem Wasser schlecht",
    "Ist das Wasser in der Lindenstraße sicher?",
    "Wasser riecht seltsam, bitte prüfen Sie das",
    "Warum sagt niemand etwas zum Wasser? Es stinkt nach Chlor",
    "Beim Duschen brennen die Augen, so viel Chlor ist im Wasser",
    "Der Tee schmeckt furchtbar, liegt das am Wasser?",
    "Unser Wasser ist ungenießbar, wann wird das behoben",
    "Geruch von Chlor in der ganzen Küche, sobald das Wasser läuft",
    "Muss man das Wasser abkochen? Es riecht chemisch",
    "Wasser mit Chlorgeschmack auch bei uns im dritten Stock",
    "Nachbarn klagen ebenfalls über das Wasser",
)


def ordinary(days: int, per_day: int, seed: int = 1) -> list[dict[str, Any]]:
    """Questions of all kinds, evenly over the days."""
    chance = random.Random(seed)
    stream = []
    for number in range(days * per_day):
        text = chance.choice(ASKED).format(chance.choice(DOING), chance.choice(THINGS))
        stream.append(said(number / per_day, f"{text} ({chance.choice(THINGS)} {chance.choice(DOING)})"))
    return stream


def said(day: float, text: str, **more: str) -> dict[str, Any]:
    """One message so many days after the start."""
    return {"t": (START + timedelta(days=day)).isoformat(), "text": text, **more}


def warm(days: float) -> str:
    """The end of the warm-up."""
    return (START + timedelta(days=days)).isoformat()


def told(stream: list[dict[str, Any]], days: float = 7) -> list[dict[str, Any]]:
    """The stream in order, told again."""
    return list(replay(in_order(stream), warm(days)))


def in_order(stream: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Messages by their time."""
    yield from sorted(stream, key=lambda message: message["t"])


def test_fifteen_messages_on_a_fresh_theme_alarm_with_evidence_on_topic() -> None:
    trouble = [said(18 + number / 20, text) for number, text in enumerate(TROUBLE)]
    stream = list(in_order(ordinary(20, 40) + trouble))

    readings = list(replay(stream, warm(7)))
    alarms = [reading for reading in readings if reading["score"] >= 1]

    assert alarms
    assert warm(18) < alarms[0]["t"] <= warm(19)
    texts = [stream[number]["text"] for number in alarms[0]["evidence"]]
    assert len(texts) >= 5
    assert sum(text in TROUBLE for text in texts) >= 0.9 * len(texts)


def test_an_ordinary_stream_stays_quiet() -> None:
    readings = told(ordinary(16, 40))

    assert len(readings) == 9 * 40
    assert max(reading["score"] for reading in readings) < 1


def test_one_writer_again_and_again_counts_once() -> None:
    flood = [said(10 + number / 20, text, customer="always me") for number, text in enumerate(TROUBLE)]

    assert max(reading["score"] for reading in told(ordinary(13, 40) + flood)) < 1


def test_a_given_fact_is_heard_even_where_the_words_say_nothing() -> None:
    usual = [
        one | {"region": ["north", "south", "east", "west"][number % 4]} for number, one in enumerate(ordinary(20, 40))
    ]
    more = [one | {"region": "west", "state": "new"} for one in ordinary(1, 120, seed=9)]
    for one in more:
        one["t"] = (datetime.fromisoformat(one["t"]) + timedelta(days=18)).isoformat()

    alarms = [reading for reading in told(usual + more) if reading["score"] >= 1]

    assert alarms
    assert warm(18) < alarms[0]["t"] < warm(19.5)


def test_copies_of_one_text_count_once() -> None:
    call = "Sign now against the closing of the swimming pool in our street, number {} of the protest!"
    copies = [said(10 + number / 40, call.format(number)) for number in range(40)]

    assert max(reading["score"] for reading in told(ordinary(13, 40) + copies)) < 1


def test_no_score_looks_ahead() -> None:
    trouble = [said(8 + number / 30, text) for number, text in enumerate(TROUBLE)]
    stream = list(in_order(ordinary(12, 20) + trouble))
    whole = list(replay(stream, warm(3)))

    for end in (61, 130, 187, 230):
        part = list(replay(stream[:end], warm(3)))
        assert [(one["t"], round(one["score"], 4)) for one in part] == [
            (one["t"], round(one["score"], 4)) for one in whole[: len(part)]
        ]


def test_the_same_stream_gives_the_same_scores() -> None:
    stream = ordinary(8, 30)

    assert told(stream, 2) == told(stream, 2)


def test_any_text_is_borne() -> None:
    odd = [
        "",
        " ",
        "\x00",
        "🔥🔥🔥",
        "مرحبا لا تعمل الخدمة",
        "שלום, אין חשמל",
        "电话打不通",
        "ログインできません",
        "x" * 200_000,
        "a\n" * 5_000,
    ]
    stream = [said(number / 5, odd[number % len(odd)]) for number in range(60)]

    readings = told(stream, 1)

    assert readings
    assert all(reading["score"] >= 0 for reading in readings)


def test_nothing_gives_nothing() -> None:
    assert told([]) == []


@pytest.mark.parametrize(
    ("messages", "said_of_it"),
    [
        ([{"text": "No time"}], 'Message 0 .* has no "t"'),
        ([said(0, "Where is it?"), {"t": warm(1)}], 'Message 1 .* has no "text"'),
        ([{"t": "yesterday", "text": "Where is it?"}], '"yesterday" is no time'),
        ([said(3, "Where is it?"), said(1, "Where is it?")], "Message 1 .* in order of time"),
    ],
)
def test_what_cannot_be_read_is_said(messages: list[dict[str, Any]], said_of_it: str) -> None:
    with pytest.raises(ValueError, match=said_of_it):
        list(replay(messages, warm(0)))


def test_an_unreadable_end_of_the_warm_up_is_said() -> None:
    with pytest.raises(ValueError, match="no time"):
        list(replay([], "soon"))


def test_a_message_somewhat_late_is_borne() -> None:
    assert len(list(replay([said(1, "Where is it?"), said(0.5, "No answer"), said(1, "Hello?")], warm(0.9)))) == 3


def test_a_single_message_without_a_warm_up_is_no_alarm() -> None:
    readings = list(replay([said(0, "The milk tastes of chlorine")], warm(0)))

    assert [reading["score"] < 1 for reading in readings] == [True]


def test_a_stream_without_a_warm_up_is_heard_and_stays_quiet() -> None:
    readings = told(ordinary(8, 40), 0)

    assert len(readings) == 8 * 40
    assert max(reading["score"] for reading in readings) < 1


def test_one_text_for_ever_is_no_surge() -> None:
    assert max(reading["score"] for reading in told([said(n / 40, "Where is my parcel?") for n in range(600)], 3)) < 1


def test_half_a_century_of_silence_is_borne() -> None:
    stream = [said(-20_000, "Hello?"), *(said(number / 40, TROUBLE[number % 15]) for number in range(120))]

    assert len(told(stream, 1)) == 80


def test_trouble_in_another_language_is_heard() -> None:
    fresh = [said(18 + number / 20, text) for number, text in enumerate(GERMAN)]

    assert max(reading["score"] for reading in told(ordinary(20, 20) + fresh)) >= 1
