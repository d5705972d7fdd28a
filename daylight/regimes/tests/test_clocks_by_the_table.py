"""Every clock of every pack against a table reckoned by hand: weekends, holidays, changes of clocks, zones."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from daylight.accounts.models import Organisation
from daylight.regimes.clockwork.reckoning import reckon
from daylight.regimes.known import calendar_of
from daylight.regimes.packs.pack import Pack
from daylight.regimes.packs.shelf import shelf

SHELF = shelf(Path("/nowhere"))
OURS = Organisation(time_zone="Europe/Berlin", holidays=["2026-05-25"])

BERLIN, LONDON, NEW_YORK, LOS_ANGELES = "Europe/Berlin", "Europe/London", "America/New_York", "America/Los_Angeles"

# ruff: noqa: E501  # A table is read in columns.
TABLE = """
# pack            clock            place  zone         what is known                                              owed by
eu-gdpr-33        authority        -      Berlin       aware=2026-03-27T10:00                                     2026-03-30T11:00  clocks go forward on the Sunday
eu-gdpr-33        authority        -      Berlin       aware=2026-10-23T10:00                                     2026-10-26T09:00  and back
eu-gdpr-33        authority        -      Berlin       aware=2026-12-24T16:00                                     2026-12-27T16:00  Christmas and a Sunday count
eu-gdpr-33        authority        -      NewYork      aware=2026-03-06T23:30                                     2026-03-10T00:30  another day of change across the sea
eu-gdpr-33        controller       -      Berlin       aware=2026-03-28T12:00                                     2026-03-29T13:00  the day has 23 hours
eu-gdpr-34        people           -      Berlin       aware=2026-05-01T09:00                                     2026-05-04T09:00  a holiday and a weekend
us-ca-breach      residents        -      LosAngeles   aware=2026-02-10T20:00                                     2026-03-12T23:59  already the 11th in Berlin
us-ca-breach      residents        -      LosAngeles   aware=2028-02-10T08:00                                     2028-03-11T23:59  a leap year
us-ca-breach      attorney-general -      LosAngeles   done:residents=2026-12-20T09:00                            2027-01-04T23:59  over the year's end
us-state-breach   residents        tx     NewYork      aware=2026-01-15T10:00                                     2026-03-16T23:59  60 days
us-state-breach   residents        oh     NewYork      aware=2026-01-15T10:00                                     2026-03-01T23:59  45 days, ends on a Sunday
us-state-breach   residents        ny     NewYork      aware=2026-01-15T10:00                                     2026-02-14T23:59  30 days, ends on a Saturday
us-state-breach   residents        ga     NewYork      aware=2026-01-15T23:59                                     2026-02-14T23:59  no number: our aim
us-hipaa          persons          -      NewYork      aware=2026-06-30T09:00                                     2026-08-29T23:59  60 days, ends on a Saturday
us-hipaa          secretary        -      NewYork      aware=2026-06-30T09:00                                     2026-08-29T23:59  the same
us-hipaa          media            -      NewYork      aware=2026-06-30T23:30                                     2026-08-29T23:59  1 July already in Berlin
us-hipaa          yearly           -      NewYork      year-end=2026-12-31T12:00                                  2027-03-01T23:59  60 days into the year
us-hipaa          yearly           -      NewYork      year-end=2027-12-31T12:00                                  2028-02-29T23:59  of a leap year
eu-nis2-23        early-warning    -      Berlin       aware=2026-10-24T12:00                                     2026-10-25T11:00  the day has 25 hours
eu-nis2-23        notification     -      Berlin       aware=2026-04-03T08:00                                     2026-04-06T08:00  Good Friday to Easter Monday
eu-nis2-23        final            -      Berlin       done:notification=2026-01-31T10:00                         2026-02-28T23:59  February has no 31st
eu-nis2-23        final            -      Berlin       done:notification=2028-01-30T10:00                         2028-02-29T23:59  nor a 30th
eu-nis2-23        recipients       -      Berlin       aware=2026-06-05T17:00                                     2026-06-06T17:00  a Saturday
eu-dora-19        initial          -      Berlin       aware=2026-03-28T20:00,classified=2026-03-29T01:30         2026-03-29T06:30  over the change at two
eu-dora-19        initial          -      Berlin       aware=2026-05-01T10:00                                     2026-05-02T10:00  not classed yet
eu-dora-19        initial          -      Berlin       aware=2026-05-04T10:00,classified=2026-05-05T09:00         2026-05-05T10:00  24 hours from awareness come first
eu-dora-19        initial          -      Berlin       aware=2026-05-04T10:00,classified=2026-05-06T10:00         2026-05-06T14:00  classed after them
eu-dora-19        intermediate     -      Berlin       classified=2026-05-04T10:00,done:initial=2026-05-04T12:00  2026-05-07T10:00  the sooner of both readings
eu-dora-19        intermediate     -      Berlin       done:initial=2026-10-23T12:00                              2026-10-26T11:00  clocks go back
eu-dora-19        final            -      Berlin       done:intermediate=2026-08-31T15:00                         2026-09-30T23:59  September has no 31st
eu-dora-19        clients          -      Berlin       aware=2026-12-31T23:00                                     2027-01-01T23:00  New Year
uk-fca-disp       acknowledge      -      London       complaint=2026-04-02T15:00                                 2026-04-07T23:59  Easter between
uk-fca-disp       summary          -      London       complaint=2026-04-02T15:00                                 2026-04-09T17:00  Easter between, close of business
uk-fca-disp       summary          -      London       complaint=2026-12-23T10:00                                 2026-12-30T17:00  Boxing Day is kept on Monday
uk-fca-disp       summary          -      London       complaint=2026-03-26T10:00                                 2026-03-31T17:00  summer time since Sunday
uk-fca-disp       final            -      London       complaint=2026-04-02T15:00                                 2026-05-28T23:59  eight weeks
uk-fca-disp       payments         -      London       complaint=2026-04-02T15:00                                 2026-04-27T23:59  15 business days
uk-fca-disp       payments         -      London       complaint=2026-05-01T00:30                                 2026-05-26T23:59  two bank holidays; 1 May in London
eu-air-261        rights           -      UTC          aware=2026-10-25T00:30                                     2026-10-25T01:30  half past two comes twice in Berlin
eu-air-261        two-weeks        -      Berlin       departure=2026-04-05T10:00                                 2026-03-22T09:00  clocks change between: the earlier one
eu-air-261        two-weeks        -      Berlin       departure=2026-11-01T10:00                                 2026-10-18T10:00  likewise
eu-air-261        refund           -      Berlin       refund-chosen=2026-12-28T09:00                             2027-01-04T23:59  seven days
us-dot-refund     told             -      NewYork      aware=2026-11-01T01:30                                     2026-11-01T01:30+1  half past one comes twice
us-dot-refund     card             -      NewYork      refund-due=2026-11-24T10:00                                2026-12-04T23:59  Thanksgiving between
us-dot-refund     card             -      NewYork      refund-due=2026-07-02T10:00                                2026-07-14T23:59  4 July is a Saturday, kept on Friday
us-dot-refund     other            -      NewYork      refund-due=2026-12-20T10:00                                2027-01-09T23:59  20 days
us-ftc-mito       first            -      NewYork      promised=2026-11-27T00:00                                  2026-11-27T00:00  before the promised time
us-ftc-mito       renewed          -      NewYork      revised=2026-03-08T03:00                                   2026-03-08T03:00  before the revised time
us-ftc-mito       refund           -      NewYork      cancelled=2026-12-22T12:00                                 2027-01-04T23:59  Christmas and New Year between
us-cpsc-recall    report           -      NewYork      aware=2026-03-02T09:00,confirmed=2026-03-07T20:00          2026-03-08T21:00  the day has 23 hours
us-cpsc-recall    report           -      NewYork      aware=2026-05-15T09:00                                     2026-06-01T23:59  Memorial Day between
us-cpsc-recall    public           -      NewYork      confirmed=2026-06-12T09:00                                 2026-06-22T23:59  Juneteenth between
us-fda-recall     accounts         -      NewYork      confirmed=2026-11-01T00:30                                 2026-11-01T23:30  the day has 25 hours
us-fda-recall     accounts         -      NewYork      confirmed=2026-06-12T09:00,recall-begun=2026-06-12T07:00   2026-06-13T07:00  the sooner
us-fda-recall     device           -      NewYork      recall-begun=2026-01-14T10:00                              2026-01-29T23:59  a Monday in honour of Dr. King
us-fda-recall     food             -      NewYork      confirmed=2026-07-03T18:00                                 2026-07-04T18:00  holidays count in hours
eu-gpsr-recall    consumers        -      Berlin       aware=2026-03-28T18:00                                     2026-03-29T19:00  the day has 23 hours
eu-gpsr-recall    authorities      -      Berlin       aware=2026-12-25T08:00                                     2026-12-26T08:00  Christmas
example-utility   first-word       -      Berlin       aware=2026-03-29T01:30                                     2026-03-29T03:30  over the change at two
example-utility   vulnerable       -      Berlin       aware=2026-05-22T15:00                                     2026-05-26T11:00  a weekend and our own day off
example-utility   compensation     -      Berlin       restored=2026-05-22T15:00                                  2026-06-08T23:59  likewise
us-sec-8k         materiality      -      NewYork      aware=2026-09-03T10:00                                     2026-09-10T23:59  Labor Day between
us-sec-8k         filing           -      NewYork      classified=2026-11-25T18:00                                2026-12-02T17:30  Thanksgiving between
us-sec-8k         filing           -      NewYork      classified=2026-07-04T12:00                                2026-07-09T17:30  a Saturday, after a holiday
us-sec-8k         filing           -      UTC          classified=2026-07-07T03:00                                2026-07-10T21:30  still Monday in New York
"""

ZONES = {"Berlin": BERLIN, "London": LONDON, "NewYork": NEW_YORK, "LosAngeles": LOS_ANGELES, "UTC": "UTC"}
ROWS = [line.split(maxsplit=6) for line in TABLE.splitlines() if line and not line.startswith("#")]


def instant(text: str, zone: str) -> datetime:
    """A time on the wall; with +1 the second one of two that read the same."""
    wall, _, second = text.partition("+")
    return datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(ZONES[zone]), fold=int(second or 0)).astimezone(UTC)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]}-{row[1]}-{row[6].replace(' ', '_')}")
def test_a_clock_ends_when_the_table_says(row: list[str]) -> None:
    pack, clock, place, zone, known, owed_by, why = row
    found = SHELF.packs[pack]
    spec = found.clock(clock)
    assert spec, why
    variant = found.variant(place)
    limits = variant.limits.get(clock, spec.limits) if variant else spec.limits
    moments = {name: instant(at, zone) for name, at in (each.split("=") for each in known.split(","))}

    reckoned = reckon(limits, moments, calendar_of(found, spec, OURS))

    assert reckoned.owed_by == instant(owed_by, zone), why


def test_the_table_has_every_clock_of_every_pack() -> None:
    there = {(pack.id, clock.id) for pack in SHELF.packs.values() for clock in pack.clocks}

    assert {(row[0], row[1]) for row in ROWS} == there


@pytest.mark.parametrize("pack", SHELF.packs.values(), ids=lambda pack: pack.id)
def test_without_a_start_no_clock_runs_and_each_says_what_it_waits_for(pack: Pack) -> None:
    for clock in pack.clocks:
        reckoned = reckon(clock.limits, {}, calendar_of(pack, clock, OURS))

        assert not reckoned.is_started
        assert [pack.says(name) for name in reckoned.waits_for]
