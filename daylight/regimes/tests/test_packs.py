"""Every pack that comes with Daylight can be read; a mistake in one of the firm's own is named by file and field."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from daylight.regimes.checking import required_by
from daylight.regimes.packs.pack import Pack
from daylight.regimes.packs.reading import PackFault, read_pack
from daylight.regimes.packs.shelf import shelf

GOOD = """
id = "ours"
title = "Our contract with hotels"
law = "Framework contract, clause 12"
jurisdiction = "By contract"
kinds = ["outage"]
certainty = "read"
holidays = "organisation"

[[question]]
id = "hotels"
text = "Are hotels among the affected?"

[[clock]]
id = "call"
name = "Call each hotel"
to = "Hotels"

[[clock.limit]]
starts = "aware"
length = "4 business hours"

[[element]]
id = "rooms"
label = "what happens to rooms that are booked"
words = ["room"]

[[source]]
cite = "Clause 12"
checked_on = 2026-01-15
"""


@pytest.fixture
def put(tmp_path: Path) -> Callable[..., Path]:
    def write(text: str, name: str = "ours.toml") -> Path:
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path

    return write


def test_a_pack_of_the_firm_s_own_lies_beside_the_others(put: Callable[..., Path]) -> None:
    found = shelf(put(GOOD))

    assert found.faults == ()
    assert found.packs["ours"].is_own
    assert found.questions["hotels"].text.startswith("Are hotels")
    assert len(found.packs) == 17


def test_a_pack_of_the_firm_s_own_takes_the_place_of_one_with_its_id(put: Callable[..., Path]) -> None:
    found = shelf(put(GOOD.replace('id = "ours"', 'id = "us-sec-8k"', 1), "us-sec-8k.toml"))

    assert found.packs["us-sec-8k"].title == "Our contract with hotels"
    assert len(found.packs) == 16


@pytest.mark.parametrize(
    ("wrong", "right", "says"),
    [
        ('title = "Our contract with hotels"', "", "ours.toml: title is missing"),
        ('title = "Our contract with hotels"', "title = 7", "ours.toml: title is to be a text in quotes"),
        ('kinds = ["outage"]', 'kinds = ["outrage"]', "ours.toml: kinds holds “outrage”"),
        ('certainty = "read"', 'certainty = "sure"', "ours.toml: certainty is “sure”"),
        ('certainty = "read"', 'certainty = "read"\ncolour = "red"', "ours.toml: colour is no field"),
        ('certainty = "read"', 'certainty = "read"\nzone = "Europe/Atlantis"', "ours.toml: zone is “Europe/Atlantis”"),
        ('certainty = "read"', 'certainty = "read"\napplies_if = ["nobody"]', "ours.toml: applies_if asks “nobody”"),
        ('"4 business hours"', '"soon"', "ours.toml: clock 1.limit 1.length cannot be read: “soon” is no length"),
        ('"4 business hours"', '"-4 business days"', "goes back in time"),
        ('"4 business hours"', '"9999 days"', "more than ten years"),
        ('"4 business hours"', '"531 weeks"', "more than ten years"),
        ('"4 business hours"', '"121 months"', "more than ten years"),
        ('title = "Our', 'title = "' + "x" * 190 + "Our", "ours.toml: title has 214 characters; it may have 200."),
        ('id = "call"', f'id = "{"x" * 81}"', "ours.toml: clock 1.id has 81 characters; it may have 80."),
        ('name = "Call', 'name = "' + "x" * 201 + "Call", "ours.toml: clock 1.name has 216 characters"),
        ('starts = "aware"', 'starts = "sunrise"', "ours.toml: clock 1.limit 1.starts is “sunrise”"),
        ('name = "Call each hotel"', 'nmae = "Call"', "ours.toml: clock 1.name is missing"),
        ("checked_on = 2026-01-15", 'checked_on = "lately"', "ours.toml: source 1.checked_on is to be a day"),
        ("checked_on = 2026-01-15", "checked_on = 2026-01-15T10:00:00", "source 1.checked_on is to be a day"),
        ('cite = "Clause 12"', 'cite = "Clause 12"\nurl = "http://x"', "source 1.url is to begin with https://"),
        ('words = ["room"]', 'checker = "states_magic"', "ours.toml: element 1.checker is “states_magic”"),
        ('id = "ours"', 'id = "theirs"', "ours.toml: id is “theirs”, and the file is called “ours”"),
        ('id = "ours"', 'id = "Our Pack!"', "ours.toml: id is “Our Pack!”"),
        ("[[source]]", '[[wording]]\npattern = "("\nreason = "x"\n[[source]]', "wording 1.pattern is no regular"),
        ("[[source]]", '[[wording]]\npattern = "a*"\nreason = "x"\n[[source]]', "wording 1.pattern finds nothing"),
        ("[[source]]", '[[element]]\nid = "rooms"\nlabel = "x"\n[[source]]', "element 2.id is “rooms” a second"),
        ("[[source]]", "[[source", "ours.toml: the file is no TOML"),
    ],
)
def test_a_mistake_is_said_with_file_and_field(put: Callable[..., Path], wrong: str, right: str, says: str) -> None:
    assert wrong in GOOD
    folder = put(GOOD.replace(wrong, right, 1))

    [fault] = shelf(folder).faults

    assert says in fault
    assert fault.endswith(".")
    assert len(shelf(folder).packs) == 16


def test_a_file_that_is_no_text_is_said_too(tmp_path: Path) -> None:
    (tmp_path / "ours.toml").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(PackFault, match=r"ours\.toml: the file is no text"):
        read_pack(tmp_path / "ours.toml", questions={})


SHIPPED = list(shelf(Path("/nowhere")).packs.values())


@pytest.mark.parametrize("pack", SHIPPED, ids=lambda pack: pack.id)
def test_a_pack_has_all_that_a_lead_needs(pack: Pack) -> None:
    assert pack.applies_if
    assert pack.clocks
    assert pack.elements
    assert pack.audiences
    assert pack.channels
    assert pack.proof_to_keep
    assert all(source.url for source in pack.sources) or pack.is_example
    assert all(clock.law_says for clock in pack.clocks if clock.is_aim)
    assert pack.is_faded(date(2027, 12, 1))
    assert not pack.is_faded(date(2026, 12, 1))


def test_fading_begins_after_twelve_months() -> None:
    pack = SHIPPED[0]

    assert not pack.is_faded(date(2027, 11, 22))
    assert pack.is_faded(date(2027, 11, 23))


@pytest.mark.parametrize(
    "text",
    [
        "This is a voluntary recall.",
        "We recall it as a precaution.",
        "A precautionary measure.",
        "Out of an abundance of caution we ask you",
        "a discretionary campaign",
        "In rare cases the cable breaks.",
        "in specific situations",
        "No accidents have been reported.",
        "without any injuries reported",
        "There are no known incidents.",
        "We have not received any reports",
    ],
)
def test_words_that_a_recall_in_the_union_may_not_carry(text: str) -> None:
    [recall] = [pack for pack in SHIPPED if pack.id == "eu-gpsr-recall"]

    assert [banned for banned in required_by(recall).wording if banned.pattern.search(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Stop using it at once: the cable can burn your hand.",
        "Two customers reported burns.",
        "You may choose a refund, of your own free will.",
        "The voltage is 230 V.",
        "Take care; unplug it.",
    ],
)
def test_words_that_it_may_carry(text: str) -> None:
    [recall] = [pack for pack in SHIPPED if pack.id == "eu-gpsr-recall"]

    assert not [banned for banned in required_by(recall).wording if re.search(banned.pattern, text)]
