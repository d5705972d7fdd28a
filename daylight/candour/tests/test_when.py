"""Which moment some words name, and in whose time zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from daylight.candour import Facts, Said, check
from daylight.candour.claims import claims, differs
from daylight.candour.languages import language
from daylight.candour.reading.reading import read
from daylight.candour.when import Moment, moment

ENGLISH = language("en")
WINTER, SUMMER = datetime(2026, 1, 15, 15, tzinfo=UTC), datetime(2026, 7, 15, 15, tzinfo=UTC)


def said(text: str, *, now: datetime = SUMMER, zone: str = "") -> Moment | None:
    return moment(read(text, ENGLISH.lexicon).pieces, ENGLISH.when, now=now, zone=zone)


def rules(text: str, facts: Facts, *, now: datetime | None) -> set[str]:
    return {finding.rule for finding in check(text, facts=facts, now=now).findings}


@pytest.mark.parametrize(
    "text",
    [
        "Next update in 9999999 days.",
        f"Next update in {'9' * 400} hours.",
        "Next update by 12345678901 March.",
        f"Your money is back by {'9' * 5000} March.",
        "Next update by 9999-12-31 23:59.",
        "Orders fail since 0001-01-01 00:10.",
        f"Do not eat lots 1 to {'9' * 5000}.",
        "Do not eat lots 1² to 5².",
    ],
)
@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo"])
def test_a_moment_that_no_calendar_has_is_none(text: str, zone: str) -> None:
    facts = Facts(earlier=(Said(text, WINTER),), zone=zone, rhythm=timedelta(minutes=30))

    assert check(text, facts=facts, now=SUMMER).elements


@pytest.mark.parametrize(
    ("text", "minutes"), [("in 1,000 minutes", 1000), ("in 1.5 hours", 90), ("in 1,5h", 90), ("in 40mins", 40)]
)
def test_a_span_is_as_long_as_its_number(text: str, minutes: int) -> None:
    found = said(text)

    assert found is not None
    assert found.at == SUMMER + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("text", "zone", "now", "hour"),
    [
        ("by 14:30 IST", "Europe/Dublin", SUMMER, 13),
        ("by 14:30 IST", "Asia/Kolkata", SUMMER, 9),
        ("by 14:30 IST", "Europe/Berlin", SUMMER, 9),
        ("by 14:30 CST", "Asia/Shanghai", SUMMER, 6),
        ("by 14:30 CST", "America/Chicago", WINTER, 20),
        ("by 14:30 WEST", "Europe/Lisbon", SUMMER, 13),
        ("by 14:30 SAST", "Africa/Johannesburg", SUMMER, 12),
        ("by 14:30 -03", "America/Sao_Paulo", SUMMER, 17),
        ("by 14:30 +0545", "Asia/Kathmandu", SUMMER, 8),
    ],
)
def test_the_short_name_of_a_zone_is_first_of_all_our_own(text: str, zone: str, now: datetime, hour: int) -> None:
    found = said(text, now=now, zone=zone)

    assert found is not None
    assert found.has_zone
    assert found.at.hour == hour


@pytest.mark.parametrize("zone", ["Europe/Lisbon", "Pacific/Auckland", "America/Sao_Paulo"])
def test_a_promise_with_the_zone_that_we_fill_in_names_its_zone(zone: str) -> None:
    soon = (SUMMER + timedelta(minutes=30)).astimezone(ZoneInfo(zone))
    text = f"Orders fail. Next update by {soon:%H:%M} {soon:%Z}."

    assert "CND-108" not in rules(text, Facts(zone=zone), now=SUMMER)
    assert "CND-108" in rules(text, Facts(zone="Europe/Berlin"), now=SUMMER)


def test_the_h_after_a_clock_time_is_no_length() -> None:
    found = said("by 16 July 14:30 h")

    assert found is not None
    assert found.at == datetime(2026, 7, 16, 14, 30, tzinfo=UTC)


def test_a_date_with_its_year_is_in_that_year() -> None:
    found = said("by 2025-01-02 14:30 UTC")

    assert found is not None
    assert found.at == datetime(2025, 1, 2, 14, 30, tzinfo=UTC)


@pytest.mark.parametrize("when", ["tomorrow", "Friday"])
@pytest.mark.parametrize("now", [datetime(2026, 3, 5, 9, tzinfo=UTC), None])
def test_a_text_is_read_at_the_time_at_which_it_was_said(when: str, now: datetime | None) -> None:
    before = Said(f"Your money will be back by {when}.", datetime(2026, 3, 4, 9, tzinfo=UTC))
    day = {"tomorrow": "today", "Friday": "6 March"}[when] if now else when

    found = rules(f"Your money will be back by {day}.", Facts(earlier=(before,), elsewhere=(before,)), now=now)

    assert found.isdisjoint({"CND-703", "CND-704"})


def test_a_day_that_moves_on_with_each_update_is_another_day() -> None:
    before = Said("Your money will be back by tomorrow.", datetime(2026, 3, 4, 9, tzinfo=UTC))

    found = rules(before.text, Facts(earlier=(before,)), now=datetime(2026, 3, 5, 9, tzinfo=UTC))

    assert "CND-704" in found


def test_a_start_before_midnight_is_near_one_after_it() -> None:
    text, other = "Orders fail since 23:58 UTC.", "Orders fail since 00:02 UTC."
    read_both = (claims(ENGLISH, read(said, ENGLISH.lexicon), now=SUMMER) for said in (text, other))
    one, two = (next(claim for claim in found if claim.kind == "since") for found in read_both)

    assert not differs(one, two)
    assert "CND-703" not in rules(text, Facts(started_at=datetime(2026, 7, 15, 0, 5, tzinfo=UTC)), now=SUMMER)
    assert "CND-703" in rules(text, Facts(started_at=datetime(2026, 7, 15, 0, 25, tzinfo=UTC)), now=SUMMER)


def test_a_start_is_read_with_the_clock_of_its_day() -> None:
    """It began before the clocks went forward, and is told after."""
    began, before, now = (datetime(2026, 3, day, 8, 10, tzinfo=UTC) for day in (28, 28, 30))
    text = "Orders fail since 09:10."
    facts = Facts(started_at=began, zone="Europe/Berlin", earlier=(Said(text, before),))

    assert rules(text, facts, now=now).isdisjoint({"CND-703", "CND-704"})
    assert "CND-703" in rules("Orders fail since 10:10.", facts, now=now)
