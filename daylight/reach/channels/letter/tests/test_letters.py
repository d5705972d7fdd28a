import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth

from daylight.core.postal import normal_address, on_envelope
from daylight.core.printing import printable, unprintable
from daylight.reach.channels.base import AlarmWords, ChannelBroken, MessageRejected, Notification, Part, Reader
from daylight.reach.channels.letter.channel import Letter
from daylight.reach.channels.letter.composing import LetterText, of_update
from daylight.reach.channels.letter.drawing import ADDRESS_HEIGHT, FIRST_LINE, STYLES, Cover, draw, page_count, wrapped
from daylight.reach.channels.letter.kinds import PrintForm
from daylight.reach.channels.letter.pages import WINDOWS
from daylight.reach.channels.letter.square_code import modules
from daylight.reach.words import Phrases

AT = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
KEY = "17.4711.0123456789abcdef0123"
LINK = "https://status.firm.example/preferences/7-11.AbCdEfGhIjKlMnOpQrStUvWxYz0123456789/"
SETTINGS = {
    "kind": "print",
    "window": "din",
    "return_address": "Nordlicht GmbH, Kaistraße 5, 24103 Kiel",
    "country": "DE",
    "sides": "one",
}
COVER = Cover("Nordlicht: print batch 1", "Two letters.")


class Drawer:
    """A tray that a test looks into."""

    def __init__(self) -> None:
        self.letters: dict[str, tuple[LetterText, Mapping[str, Any]]] = {}

    def put(self, letter: LetterText, *, key: str, layout: Mapping[str, Any]) -> str:
        self.letters.setdefault(key, (letter, layout))
        return "in the drawer"


def an_update(*, what: str = "Card payments fail.", kind: str = "update", is_exercise: bool = False) -> Notification:
    words = Phrases("de").say_all(kind=kind, stage="identified", exercise=is_exercise, headline="Zahlungen scheitern")
    return Notification(
        incident_id="ab12cd34ef",
        update_number=2,
        kind=kind,
        stage="identified",
        headline="Zahlungen scheitern",
        parts=(Part("what", "Was ist los?", what), Part("why", "Warum?", ""), Part("next", "Wann?", "Bis 14:30 Uhr.")),
        language="de",
        sender_name="Nordlicht",
        sender_address="news@firm.example",
        reply_to="",
        reach_a_person="",
        page_url="",
        published_at=AT,
        next_update_by=None,
        is_exercise=is_exercise,
        correction_of=(Part("what", "Was ist los?", "Nichts."),) if kind == "correction" else (),
        words=words,
    )


def a_reader(name: str = "Zoë Adler", address: str = "Hauptstr. 12, 10115 Berlin, Germany") -> Reader:
    return Reader(address, name, "Europe/Berlin", "Ihr Laden nutzt den Checkout", LINK, "")


def a_letter(**changes: Any) -> LetterText:
    return of_update(an_update(**changes), to=a_reader(), key=KEY)


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b(?!s)", pdf))


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("Hauptstr. 12\n10115 Berlin", "Hauptstr. 12, 10115 Berlin"),
        ("  Hauptstr.  12 ;10115 Berlin; deutschland ", "Hauptstr. 12, 10115 Berlin, Germany"),
        ("1 Main St | Springfield, IL 62701 | U.S.A.", "1 Main St, Springfield, IL 62701, United States"),
        ("12 rue de la Paix\r\n75002 Paris\r\nFRANKREICH", "12 rue de la Paix, 75002 Paris, France"),
        ("ул. Тверская 1, 125009 Москва, Россия", "ул. Тверская 1, 125009 Москва, Russia"),
        ("Ερμού 5, 105 63 Αθήνα, GR", "Ερμού 5, 105 63 Αθήνα, Greece"),
        ("Rue 1, 1000 Atlantis, Atlantis", "Rue 1, 1000 Atlantis, Atlantis"),
    ],
)
def test_an_address_is_one_line_with_commas_and_a_country_that_is_read_everywhere(written: str, normal: str) -> None:
    assert normal_address(written) == normal == normal_address(normal)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("Berlin", "street and town"),
        ("1, 2", "street and town"),
        ("a, b, c, d, e, f, g", "room for 6 lines"),
        ("x" * 61 + ", Berlin", "at most 60 letters"),
        ("千代田区 1, 東京", "typeface cannot print"),
        ("شارع 1, القاهرة, Egypt", "typeface cannot print"),
        ("Haupt\x07str. 1, Berlin", "cannot be printed"),
    ],
)
def test_an_address_that_cannot_be_on_an_envelope_is_refused(written: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        normal_address(written)


def test_the_window_shows_name_address_and_a_foreign_country_in_capitals() -> None:
    berlin = "Hauptstr. 12, 10115 Berlin, Germany"

    assert on_envelope("Zoë  Adler", berlin, home="DE") == ["Zoë Adler", "Hauptstr. 12", "10115 Berlin"]
    assert on_envelope("Zoë Adler", berlin, home="US")[-1] == "GERMANY"
    assert on_envelope("hauptstr. 12", "Hauptstr. 12, 10115 Berlin", home="") == ["Hauptstr. 12", "10115 Berlin"]
    assert on_envelope("山田 太郎", berlin, home="DE") == ["Hauptstr. 12", "10115 Berlin"]


def test_a_letter_says_everything_and_keeps_while_it_waits() -> None:
    letter = a_letter()

    assert LetterText.of_json(letter.as_json()) == letter
    assert letter.date == "Montag, 4. Mai 2026"
    for words in ("Guten Tag Zoë Adler,", "Was ist los?", "Card payments fail.", "Bis 14:30 Uhr.", LINK):
        assert words in letter.text
    assert "Warum?" not in letter.text


def test_a_correction_and_an_exercise_say_so() -> None:
    correction = a_letter(kind="correction").text

    assert "Berichtigung" in correction
    assert "Wir haben gesagt: Nichts." in correction
    assert "Richtig ist: Card payments fail." in correction
    assert a_letter(is_exercise=True).text.startswith("EXERCISE")


def test_a_letter_lies_in_the_tray_once() -> None:
    drawer = Drawer()
    channel = Letter(drawer)
    message = channel.compose(an_update(), to=a_reader(), key=KEY)

    session = channel.open(SETTINGS)
    accepted = [session.send(message, idempotency_key=KEY) for _ in range(2)]

    [(letter, layout)] = drawer.letters.values()
    assert [each.answer for each in accepted] == ["in the drawer"] * 2
    assert letter == a_letter()
    assert layout == {name: value for name, value in SETTINGS.items() if name != "kind"}


def test_what_our_typeface_lacks_is_refused_to_its_author_and_emoji_are_left_out() -> None:
    channel = Letter(Drawer())

    for what in ("支払いが失敗します。", "تفشل المدفوعات", "התשלומים נכשלים"):
        message = channel.compose(an_update(what=what), to=a_reader(), key=KEY)
        with pytest.raises(MessageRejected, match="Latin, Greek and Cyrillic"):
            channel.open(SETTINGS).send(message, idempotency_key=KEY)
    assert unprintable("Сбой 👍 Σφάλμα: naïve ½") == []
    assert printable("ok 👍 done") == "ok  done"


def test_until_somebody_said_how_letters_are_printed_none_is_put_down() -> None:
    with pytest.raises(ChannelBroken, match="Nobody has said"):
        Letter(Drawer()).open({})


@pytest.mark.parametrize("window", WINDOWS)
def test_a_batch_is_one_pdf_with_a_cover_and_every_font_inside(window: str) -> None:
    letters = [a_letter(), replace(a_letter(), name="Иван", address="ул. 1, Москва, Russia")]

    pdf = draw(letters, layout={**SETTINGS, "window": window}, cover=COVER)

    assert pdf.startswith(b"%PDF-")
    assert pages_of(pdf) == 3
    assert pdf.count(b"/FontFile2") == 2
    assert b"Helvetica" not in pdf
    assert b"Times" not in pdf
    assert draw(letters, layout={**SETTINGS, "window": window}, cover=COVER) == pdf


def test_on_both_sides_every_letter_begins_on_a_new_sheet() -> None:
    letters = [a_letter(), a_letter(what="Card payments fail. " * 200), a_letter()]
    counts = [page_count(letter, layout=SETTINGS) for letter in letters]

    one = pages_of(draw(letters, layout=SETTINGS, cover=COVER))
    both = pages_of(draw(letters, layout={**SETTINGS, "sides": "both"}, cover=COVER))

    assert counts == [1, 2, 1]
    assert one == 1 + sum(counts)
    assert both == 2 + 2 + 2 + 2


def test_a_long_list_needs_several_covers() -> None:
    assert pages_of(draw([a_letter()] * 41, layout=SETTINGS, cover=COVER)) == 2 + 41


def test_the_address_stands_in_the_window_of_the_envelope() -> None:
    din = WINDOWS["din"]

    assert 20 * mm <= din.address_left <= 45 * mm
    assert 62 * mm <= din.address_top
    assert din.address_top + FIRST_LINE + ADDRESS_HEIGHT * 5 / 6 <= 89 * mm
    assert din.body_top >= 98.5 * mm


@given(st.text(max_size=300))
def test_no_line_is_wider_than_the_paper_and_no_word_is_lost(text: str) -> None:
    style, width = STYLES["body"], WINDOWS["din"].width

    lines = list(wrapped(text, style, width))

    assert all(stringWidth(line, style.face, style.size) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(printable(text).split())


def test_the_square_code_has_its_three_corners() -> None:
    code = modules(LINK)
    corner = [[1] * 7, [1, 0, 0, 0, 0, 0, 1], [1, 0, 1, 1, 1, 0, 1]]

    assert len(code) == len(code[0]) >= 29
    for rows, columns in ((slice(0, 3), slice(0, 7)), (slice(0, 3), slice(-7, None))):
        assert [[int(dark) for dark in row[columns]] for row in code[rows]] == corner


def test_an_alarm_can_be_a_letter() -> None:
    alarm = AlarmWords("Word is late", "We promised it.", "https://d.example/desk/", "N", "n@firm.example", AT)

    message = Letter(Drawer()).compose_alarm(alarm, to=a_reader(), key=KEY)

    assert "We promised it." in message.text
    assert page_count(LetterText.of_json(message.payload.decode()), layout=SETTINGS) == 1


def test_the_form_wants_a_sender_and_a_country() -> None:
    good = PrintForm(
        {**SETTINGS, "return_address": "Nordlicht GmbH\nKaistraße 5\n24103 Kiel", "country": "Deutschland"}
    )
    bad = PrintForm({**SETTINGS, "return_address": "Kiel", "country": "Atlantis", "window": "round"})

    assert good.is_valid()
    assert good.cleaned_data["return_address"] == "Nordlicht GmbH, Kaistraße 5, 24103 Kiel"
    assert good.cleaned_data["country"] == "DE"
    assert set(bad.errors) == {"return_address", "country", "window"}
