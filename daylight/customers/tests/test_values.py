"""Single values are read as people write them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import phonenumbers
import pytest

from daylight.customers import values
from daylight.customers.values import Refused


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Anna@Firm.Example", "anna@firm.example"),
        ("mailto:anna@firm.example", "anna@firm.example"),
        ("Anna Schmidt <anna@firm.example>", "anna@firm.example"),
        ("o'neil+news@sub.firm.example", "o'neil+news@sub.firm.example"),
        ("jürgen@büro.example", "jürgen@büro.example"),
    ],
)
def test_addresses(written: str, kept: str) -> None:
    assert values.email(written) == kept


@pytest.mark.parametrize(
    "written",
    ["anna", "@firm.example", "anna@", "a b@firm.example", "anna@firm", "a..b@firm.example", "a@b@c.example",
     "anna@firm..example", "x" * 65 + "@firm.example", "anna@-firm.example", "=cmd()@x"],
)  # fmt: skip
def test_what_is_no_address_is_refused_with_a_sentence(written: str) -> None:
    with pytest.raises(Refused, match=r"not an e-mail address.*\."):
        values.email(written)


@pytest.mark.parametrize(
    ("written", "region", "kept"),
    [
        ("030 901820", "DE", "+4930901820"),
        ("+49 (0)30 / 90 18 20", "US", "+4930901820"),
        ("0049-30-901820", "FR", "+4930901820"),
        ("tel:+33 1 42 68 53 00", "DE", "+33142685300"),
        ("01.42.68.53.00", "FR", "+33142685300"),
        ("(212) 736-5000", "US", "+12127365000"),
        ("'+44 20 7946 0958", "DE", "+442079460958"),
        ("06 698 1", "IT", "+39066981"),
    ],
)
def test_phone_numbers_become_e164(written: str, region: str, kept: str) -> None:
    assert values.phone(written, region=region) == kept


@pytest.mark.parametrize("written", ["12", "abc", "+49 1", "0000000000", "4,93E+11", "+999 123456789"])
def test_what_is_no_phone_number_is_refused(written: str) -> None:
    with pytest.raises(Refused):
        values.phone(written, region="DE")


def test_the_quick_way_to_read_a_number_agrees_with_the_library() -> None:
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE):
            example = phonenumbers.example_number_for_type(region, kind)
            if example is None:
                continue
            for style in (phonenumbers.PhoneNumberFormat.E164, phonenumbers.PhoneNumberFormat.NATIONAL):
                written = phonenumbers.format_number(example, style)
                assert values.phone(written, region=region) == phonenumbers.format_number(
                    phonenumbers.parse(written, region), phonenumbers.PhoneNumberFormat.E164
                ), (region, written)


def test_the_quick_way_never_takes_what_the_library_refuses() -> None:
    for digits in range(0, 10**9, 7_654_321):
        for written in (f"0{digits}", f"+49{digits}", f"+1{digits}", f"+44{digits}", f"+33{digits}"):
            try:
                kept = values.phone(written, region="DE")
            except Refused:
                continue
            assert phonenumbers.is_valid_number(phonenumbers.parse(written, "DE")), written
            assert kept == phonenumbers.format_number(
                phonenumbers.parse(written, "DE"), phonenumbers.PhoneNumberFormat.E164
            )


@pytest.mark.parametrize(
    ("written", "order", "on"),
    [
        ("2026-05-04", "dmy", date(2026, 5, 4)),
        ("04.05.2026", "mdy", date(2026, 5, 4)),
        ("4.5.26", "dmy", date(2026, 5, 4)),
        ("04/05/2026", "dmy", date(2026, 5, 4)),
        ("04/05/2026", "mdy", date(2026, 4, 5)),
        ("2026/05/04", "mdy", date(2026, 5, 4)),
        ("20260504", "dmy", date(2026, 5, 4)),
        ("4 May 2026", "dmy", date(2026, 5, 4)),
        ("4. Mai 2026", "dmy", date(2026, 5, 4)),
        ("May 4, 2026", "dmy", date(2026, 5, 4)),
        ("4 août 2026", "dmy", date(2026, 8, 4)),
    ],
)
def test_days(written: str, order: str, on: date) -> None:
    assert values.day(written, order=order) == (on, None)


def test_times_of_day_need_a_zone_to_be_instants() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    for written in ("2026-05-04T14:00", "4.5.2026 14:00", "05/04/2026 2:00 pm", "2026-05-04T12:00:00Z"):
        _, moment = values.day(written, order="mdy")
        assert values.instant(moment, berlin) == datetime(2026, 5, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "written", ["31.02.2026", "13/13/2026", "soon", "2026-05", "0000-00-00", "46146", "2026-05-04 99:99"]
)
def test_what_is_no_day_is_refused(written: str) -> None:
    with pytest.raises(Refused):
        values.day(written, order="dmy")


def test_the_order_of_dates_is_known_only_when_proven() -> None:
    assert values.order_of_dates(["03/05/2026", "25/05/2026"]) == "dmy"
    assert values.order_of_dates(["03/05/2026", "05/25/2026"]) == "mdy"
    assert values.order_of_dates(["03/05/2026", "04/05/2026"]) == ""
    assert values.order_of_dates(["25/05/2026", "05/25/2026"]) == ""


@pytest.mark.parametrize(
    ("written", "kept"), [("DE", "de"), ("de_at", "de-AT"), ("German", "de"), ("Français", "fr"), ("pt-BR", "pt-BR")]
)
def test_languages(written: str, kept: str) -> None:
    assert values.language(written) == kept


@pytest.mark.parametrize(
    ("written", "kept"), [("europe/berlin", "Europe/Berlin"), ("New York", "America/New_York"), ("UTC", "UTC")]
)
def test_time_zones(written: str, kept: str) -> None:
    assert values.time_zone(written) == kept


@pytest.mark.parametrize("read", [values.language, values.time_zone])
def test_unknown_languages_and_zones_are_refused(read: object) -> None:
    with pytest.raises(Refused):
        read("Klingon/Q")  # type: ignore[operator]
