"""Planned work as calendars take it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from daylight.incidents.words import Stage
from daylight.pages import formats
from daylight.pages.facts import IncidentFacts
from daylight.pages.formats import calendar_file
from daylight.pages.formats.tests.makers import NOW, a_page, a_site, an_incident, planned_work, said
from daylight.pages.formats.xml import writable


def events(*incidents: IncidentFacts) -> list[Any]:
    """The events that `icalendar` reads of a page's calendar."""
    body = calendar_file.page_calendar(a_page(*incidents))["calendar.ics"]
    return list(Calendar.from_ical(body).walk("VEVENT"))


def test_planned_work_is_an_event_and_a_next_word_is_none() -> None:
    (event,) = events(an_incident(said(promised_in=30)), planned_work())

    assert event["SUMMARY"] == "We move the database"
    assert event["DTSTART"].dt == datetime(2026, 5, 5, 12, tzinfo=UTC)
    assert event["DTEND"].dt == datetime(2026, 5, 5, 14, tzinfo=UTC)
    assert event["DTSTAMP"].dt == NOW - timedelta(minutes=10)
    assert (event["UID"], event["SEQUENCE"]) == ("000000000008@status.northwind.example", 0)
    assert event["STATUS"] == "CONFIRMED"
    assert event["URL"] == "https://status.northwind.example/incidents/000000000008/"
    assert "Cards <b>fail</b> & more; we see it, too." in event["DESCRIPTION"]


def test_moved_work_keeps_its_name_and_counts_up() -> None:
    moved = planned_work(said(2, stage=Stage.SCHEDULED), said(1, stage=Stage.SCHEDULED, minutes_ago=60), hours=30)

    (event,) = events(moved)

    assert (event["UID"], event["SEQUENCE"]) == ("000000000008@status.northwind.example", 1)
    assert event["DTSTART"].dt == NOW + timedelta(hours=30)


def test_work_called_off_is_cancelled_and_work_done_ends_when_it_ended() -> None:
    off = planned_work(said(stage=Stage.COMPLETED), closed_at=NOW)
    done = planned_work(said(2, stage=Stage.COMPLETED), number=9, hours=-1, closed_at=NOW - timedelta(minutes=15))

    ended, called_off = events(off, done)

    assert called_off["STATUS"] == "CANCELLED"
    assert (ended["STATUS"], ended["DTEND"].dt) == ("CONFIRMED", NOW - timedelta(minutes=15))


def test_an_incident_with_a_time_has_a_file_to_put_into_a_calendar() -> None:
    body = formats.incident_files(a_site(), planned_work(), NOW)["calendar.ics"]
    assert Calendar.from_ical(body).walk("VEVENT")
    assert not [name for name in formats.incident_files(a_site(), an_incident(), NOW) if name.endswith(".ics")]


@settings(max_examples=40)
@given(st.text(max_size=300))
def test_whatever_was_typed_the_calendar_reads_the_same(words: str) -> None:
    (event,) = events(planned_work(said(stage=Stage.SCHEDULED, headline=f"Work {words}", what="")))

    said_lines = "\n".join(writable(f"Work {words}").splitlines()).replace("\t", " ")
    assert event["SUMMARY"] == said_lines


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), max_size=400))
def test_no_line_is_longer_than_75_octets_and_none_is_broken_inside_a_sign(line: str) -> None:
    folded = calendar_file.folded(line)

    assert all(len(piece) <= calendar_file.MOST_OCTETS for piece in folded.split(b"\r\n"))
    assert folded.replace(b"\r\n ", b"").decode() == f"{line}\r\n"
