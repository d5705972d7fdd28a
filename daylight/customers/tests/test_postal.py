"""Postal addresses: by hand, from a file, and shown."""

from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.customers.columns import Mapping, guess
from daylight.customers.csvfile import Record
from daylight.customers.intake import CustomerRow, RowReader
from daylight.customers.models import Customer, Import

UTC = ZoneInfo("UTC")
HEADER = ["Kundennummer", "Name", "Straße", "PLZ", "Ort", "Land"]


def read(header: list[str], *cells: str) -> CustomerRow:
    mapping, _ = guess(Import.Kind.CUSTOMERS, header, [Record(2, list(cells))], region="DE")
    row = RowReader(mapping, kind=Import.Kind.CUSTOMERS, header=header, zone=UTC).customer(Record(2, list(cells)))
    assert isinstance(row, CustomerRow), row
    return row


def test_street_postcode_and_town_make_a_postal_address() -> None:
    row = read(HEADER, "7", "Zoë", "Hauptstr. 12", "10115", "Berlin", "Deutschland")

    assert row.points == [("letter", "Hauptstr. 12, 10115 Berlin, Germany")]
    assert row.attributes["city"] == "Berlin"


def test_a_row_without_a_street_has_no_postal_address() -> None:
    assert read(HEADER, "7", "Zoë", "", "10115", "Berlin", "").points == []


def test_what_no_envelope_could_bear_stays_a_fact_and_costs_nobody_the_row() -> None:
    row = read(HEADER, "7", "Zoë", "千代田区 1", "100", "東京", "Japan")

    assert row.points == []
    assert row.attributes["postal address"] == "千代田区 1, 100 東京, Japan"


def test_a_whole_address_in_one_column() -> None:
    row = read(["Customer number", "Name", "Postal address"], "7", "Zoë", "Kaistraße 5\n24103 Kiel\nDeutschland")

    assert row.points == [("letter", "Kaistraße 5, 24103 Kiel, Germany")]


def test_a_whole_address_that_is_none_is_a_fault() -> None:
    header = ["Customer number", "Name", "Postal address"]
    reader = RowReader(Mapping(("external_id", "name", "address")), kind=Import.Kind.CUSTOMERS, header=header, zone=UTC)

    faults = reader.customer(Record(2, ["7", "Zoë", "Kiel"]))

    assert isinstance(faults, list)
    assert "street and town" in faults[0].reason


@pytest.mark.django_db
def test_a_member_adds_one_by_hand(client: Client, ana: Member, clock: HandClock) -> None:
    zoe = Customer.objects.create(name="Zoë", created_at=clock.now, updated_at=clock.now)
    client.force_login(ana)
    add = reverse("customers:add-point", args=[zoe.pk])

    refused = client.post(add, {"channel": "letter", "address": "Kiel"})
    client.post(add, {"channel": "letter", "address": "Kaistraße 5; 24103 Kiel; Deutschland"})

    assert "street and town" in refused.content.decode()
    assert [str(point) for point in zoe.contact_points.all()] == ["letter:Kaistraße 5, 24103 Kiel, Germany"]
    assert (
        "Kaistraße 5, 24103 Kiel, Germany" in client.get(reverse("customers:customer", args=[zoe.pk])).content.decode()
    )
