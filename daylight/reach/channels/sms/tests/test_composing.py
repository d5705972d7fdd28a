from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daylight.reach.channels.base import AlarmWords, Notification, Part
from daylight.reach.channels.sms.alphabet import Encoding, Size, is_gsm7, measure, spelled
from daylight.reach.channels.sms.composing import of_alarm, of_update
from daylight.reach.words import LANGUAGES, Phrases

AT = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
LINK = "https://status.firm.example/preferences/7-11.AbCdEfGhIjKlMnOpQrStUvWxYz0123456789/"
NEXT = "14:30 (Europe/Berlin)"


def _update(
    headline: str = "Checkout fails for card payments",
    *,
    kind: str = "update",
    language: str = "en",
    is_exercise: bool = False,
    sender: str = "Nordlicht",
    what: str = "Card payments fail at the last step.",
) -> Notification:
    words = Phrases(language).say_all(
        kind=kind, stage="identified", exercise=is_exercise, headline=headline, next_short=NEXT, next=NEXT
    )
    return Notification(
        incident_id="ab12cd34ef",
        update_number=2,
        kind=kind,
        stage="identified",
        headline=headline,
        parts=(Part("what", "What is wrong?", what), Part("meanwhile", "Meanwhile?", "Offer payment by invoice.")),
        language=language,
        sender_name=sender,
        sender_address="news@firm.example",
        reply_to="",
        reach_a_person="",
        page_url="https://status.firm.example/incidents/ab12cd34ef/",
        published_at=AT,
        next_update_by=AT + timedelta(minutes=30),
        is_exercise=is_exercise,
        words=words,
    )


def _text(notification: Notification, *, segments: int = 3) -> str:
    return of_update(notification, link=LINK, segments=segments)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("", Size(Encoding.GSM7, 0, 1)),
        ("a" * 160, Size(Encoding.GSM7, 160, 1)),
        ("a" * 161, Size(Encoding.GSM7, 161, 2)),
        ("a" * 306, Size(Encoding.GSM7, 306, 2)),
        ("a" * 307, Size(Encoding.GSM7, 307, 3)),
        ("€" * 80, Size(Encoding.GSM7, 160, 1)),
        ("€" * 81, Size(Encoding.GSM7, 162, 2)),
        ("ä" * 70, Size(Encoding.GSM7, 70, 1)),
        ("я" * 70, Size(Encoding.UCS2, 70, 1)),
        ("я" * 71, Size(Encoding.UCS2, 71, 2)),
        ("я" * 134, Size(Encoding.UCS2, 134, 2)),
        ("я" * 135, Size(Encoding.UCS2, 135, 3)),
        ("😀" * 35, Size(Encoding.UCS2, 70, 1)),
        ("😀" * 36, Size(Encoding.UCS2, 72, 2)),
    ],
)
def test_a_text_is_counted_as_operators_count_it(text: str, size: Size) -> None:
    assert measure(text) == size


def test_a_sign_of_two_places_is_never_cut_by_the_border_of_a_segment() -> None:
    assert measure("a" * 152 + "€" + "a" * 152).segments == 3
    assert measure("я" * 66 + "😀" + "я" * 66).segments == 3
    assert measure("a" * 151 + "€" + "a" * 153).segments == 2


def test_typography_gives_way_where_that_saves_the_dear_alphabet() -> None:
    written = "\u201cDon\u2019t\u201d \u2013 it\u2019s\u00a0over\u2026"

    assert spelled(written) == "\"Don't\" - it's over..."
    assert spelled("e\u0301 \u200bü") == "é ü"


def test_letters_never_give_way_and_neither_does_typography_beside_them() -> None:
    assert spelled("Zoë\u2019s shop") == "Zoë\u2019s shop"
    assert spelled("Сбой \u2013 «касса»") == "Сбой \u2013 «касса»"
    assert not is_gsm7("ç")
    assert is_gsm7("Ç")


def test_an_update_says_who_speaks_what_when_next_and_where_to_look() -> None:
    lines = _text(_update()).split("\n")

    assert lines[0].startswith("Nordlicht: Checkout fails for card payments.")
    assert lines[1:] == [
        "Next word by 14:30 (Europe/Berlin).",
        LINK,
        "Reply OK if you have seen this, STOP to end.",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_our_fixed_phrases_never_cost_the_dear_alphabet(language: str) -> None:
    _, *fixed = _text(_update(language=language)).split("\n")

    assert len(fixed) == 3
    assert all(is_gsm7(line) for line in fixed)
    assert "OK" in fixed[-1]
    assert "STOP" in fixed[-1]


def test_the_room_that_is_paid_for_is_filled_and_never_more() -> None:
    bare = measure(_text(_update(what=""))).segments
    long = _text(_update(what="Card payments fail at the last step, " * 40))

    assert measure(long).segments == bare == 2
    assert "Card payments fail at the last step" in long
    assert "..." in long
    assert long.endswith("STOP to end.")


def test_what_would_cost_the_dear_alphabet_is_not_used_to_fill() -> None:
    text = _text(_update(what="Zoë cannot pay."))

    assert measure(text).encoding == Encoding.GSM7
    assert "Zoë" not in text


def test_a_long_headline_loses_words_and_the_rest_stays_whole() -> None:
    text = _text(_update("Payments fail " * 60))

    opening, *fixed = text.split("\n")
    assert measure(text).segments == 3
    assert fixed == ["Next word by 14:30 (Europe/Berlin).", LINK]
    assert opening.endswith("fail...") or opening.endswith("Payments...")
    assert len(opening) > 200


def test_how_to_answer_goes_first_and_then_our_name() -> None:
    cyrillic = _update("Сбой оплаты картой", language="en", sender="Северное сияние")

    three, two = _text(cyrillic), _text(cyrillic, segments=2)

    assert "Северное сияние: Сбой оплаты картой." in three
    assert "STOP" not in two
    assert "Северное" not in two
    assert LINK in two
    assert NEXT in two


def test_a_correction_and_an_exercise_say_so_at_the_start() -> None:
    correction = _text(_update(kind="correction"))
    exercise = _text(_update(is_exercise=True))

    assert correction.startswith("Nordlicht: Correction: Checkout fails")
    assert exercise.startswith("Nordlicht: EXERCISE: Checkout fails")
    assert _text(replace(_update(is_exercise=True), words={})).startswith("Nordlicht: EXERCISE: ")


def test_an_alarm_keeps_its_page() -> None:
    alarm = AlarmWords("Word is late", "We promised it by 14:30. " * 60, "https://d.example/desk/", "N", "n@x.de", AT)

    text = of_alarm(alarm, segments=3)

    assert measure(text).segments <= 3
    assert text.startswith("Word is late. We promised")
    assert text.endswith("\nhttps://d.example/desk/")


@given(
    headline=st.text(min_size=1, max_size=900),
    what=st.text(max_size=400),
    sender=st.text(max_size=60),
    segments=st.integers(3, 6),
)
def test_whatever_is_written_link_and_time_stay_and_the_cap_holds(
    headline: str, what: str, sender: str, segments: int
) -> None:
    text = _text(_update(headline, what=what, sender=sender), segments=segments)

    assert measure(text).segments <= segments
    assert LINK in text
    assert NEXT in text
    assert "\x00" not in text
    assert _no_lone_surrogate(text)


def _no_lone_surrogate(text: str) -> Any:
    return text.encode("utf-16-le").decode("utf-16-le") == text
