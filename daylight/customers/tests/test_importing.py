"""A file comes in whole or row by row reported, once however often, and goes on after a crash."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from conftest import HandClock
from daylight.accounts.models import Organisation
from daylight.core.due import LeaseLost
from daylight.customers import importing, loops
from daylight.customers.columns import Mapping, Unmappable
from daylight.customers.csvfile import Unusable
from daylight.customers.models import Commitment, ContactPoint, Customer, Group, Import
from daylight.customers.tests.makers import a_commitment, a_contact_point, a_customer

pytestmark = pytest.mark.django_db

Take = Callable[..., Import]


@pytest.fixture
def upload(clock: HandClock) -> Callable[[str | bytes, str], Import]:
    Organisation.objects.update_or_create(pk=1, defaults={"time_zone": "Europe/Berlin"})

    def make(content: str | bytes, kind: str = "customers") -> Import:
        path = importing.new_path()
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return importing.receive(path, file_name="list.csv", kind=kind, by=None, at=clock.now)

    return make


@pytest.fixture
def take(upload: Callable[[str | bytes, str], Import], clock: HandClock) -> Take:
    def run(content: str | bytes, kind: str = "customers", **changes: str) -> Import:
        row = upload(content, kind)
        importing.start(row, Mapping.of({**row.mapping, **changes}), at=clock.now)
        while loops.step(clock.now).handled:
            pass
        row.refresh_from_db()
        return row

    return run


def counts(row: Import) -> tuple[int, int, int, int]:
    return row.rows_added, row.rows_changed, row.rows_same, row.rows_faulty


PEOPLE = """Kundennummer;Vorname;Nachname;E-Mail;Handy;Sprache;Zeitzone;Firma;Land;Tarif
K1;Jürgen;Größe;J.Groesse@Firm.example;0171 2345678;Deutsch;Berlin;Firm AG;Deutschland;Gold
K2;Zoë;Núñez;zoe@firm.example;+34 612 34 56 78;es;Europe/Madrid;Firm AG;Spanien;Blau
"""


def test_columns_are_guessed_and_customers_kept(take: Take) -> None:
    row = take(PEOPLE)

    assert (row.state, counts(row)) == ("done", (2, 0, 0, 0))
    jurgen = Customer.objects.get(external_id="K1")
    assert (jurgen.name, jurgen.language, jurgen.time_zone) == ("Jürgen Größe", "de", "Europe/Berlin")
    assert jurgen.group is not None
    assert jurgen.group.name == "Firm AG"
    assert jurgen.attributes == {"country": "Deutschland", "plan": "Gold"}
    points = [(point.channel, point.address) for point in jurgen.contact_points.all()]
    assert points == [("email", "j.groesse@firm.example"), ("sms", "+491712345678")]
    assert ContactPoint.objects.get(address="+34612345678").backwards == "87654321643"
    assert Group.objects.count() == 1


@pytest.mark.parametrize(
    "heading",
    [
        "Numéro client;Prénom;Nom;Courriel",
        "Nº cliente;Nombre;Apellidos;Correo electrónico",
        "customerNumber;First Name;last_name;E-Mail Address",
    ],
)
def test_headings_in_other_languages(take: Take, heading: str) -> None:
    take(f"{heading}\nK9;Ana;Pérez;ana@firm.example\n")

    customer = Customer.objects.get(external_id="K9")
    assert (customer.name, customer.attributes) == ("Ana Pérez", {})
    assert customer.contact_points.get().address == "ana@firm.example"


def test_imported_and_renamed_customers_are_found_by_name(take: Take) -> None:
    take(PEOPLE)
    assert [found.external_id for found in Customer.objects.search("grosse")] == ["K1"]

    take(PEOPLE.replace("Größe", "Kleiner"))

    assert [found.external_id for found in Customer.objects.search("klein")] == ["K1"]
    assert not Customer.objects.search("grosse").exists()
    assert Customer.objects.search(a_customer("By Hand").name).count() == 1


def test_the_same_file_twice_changes_nothing(take: Take) -> None:
    take(PEOPLE)
    before = list(Customer.objects.values()), list(ContactPoint.objects.values()), list(Group.objects.values())

    row = take(PEOPLE)

    assert counts(row) == (0, 0, 2, 0)
    assert before == (
        list(Customer.objects.values()), list(ContactPoint.objects.values()), list(Group.objects.values())
    )  # fmt: skip


def test_changes_are_taken_over_and_a_replaced_address_is_retired(take: Take) -> None:
    take(PEOPLE)
    row = take(PEOPLE.replace("zoe@firm.example", "zoe@new.example").replace("Blau", "Rot"))

    zoe = Customer.objects.get(external_id="K2")
    assert counts(row) == (0, 1, 1, 0)
    assert zoe.attributes["plan"] == "Rot"
    in_use = {point.address for point in zoe.contact_points.filter(retired_at=None)}
    assert in_use == {"zoe@new.example", "+34612345678"}
    assert zoe.contact_points.filter(address="zoe@firm.example", retired_at__isnull=False).exists()

    assert counts(take(PEOPLE)) == (0, 1, 1, 0)
    assert zoe.contact_points.filter(address="zoe@firm.example", retired_at=None).exists()


def test_what_a_member_entered_by_hand_stays(take: Take) -> None:
    take(PEOPLE)
    zoe = Customer.objects.get(external_id="K2")
    a_contact_point(zoe, address="assistant@firm.example", position=5)

    take(PEOPLE.replace("zoe@firm.example", "zoe@new.example"))

    assert zoe.contact_points.get(address="assistant@firm.example").retired_at is None


def test_empty_cells_say_nothing(take: Take) -> None:
    take(PEOPLE)
    row = take("Kundennummer;Name;E-Mail;Sprache;Tarif\nK1;;;;\nK2;Zoë Núñez;;;\n")

    assert counts(row) == (0, 0, 1, 1)
    assert Customer.objects.get(external_id="K2").language == "es"


def test_customers_without_a_number_are_known_by_name_and_address(take: Take) -> None:
    people = "Name,Email\nAnn,office@firm.example\nBo,office@firm.example\nAnn,ann@home.example\n"
    take(people)

    assert counts(take(people)) == (0, 0, 3, 0)
    assert Customer.objects.count() == 3


def test_a_number_learnt_later_joins_the_customer_instead_of_doubling_it(take: Take) -> None:
    take("Name,Email\nAnn,ann@firm.example\n")
    row = take("Customer number,Name,Email\nC7,Ann,ann@firm.example\nC8,Ann,ann@firm.example\n")

    assert counts(row) == (1, 1, 0, 0)
    assert set(Customer.objects.values_list("external_id", flat=True)) == {"C7", "C8"}


def test_two_that_cannot_be_told_apart_are_asked_about(take: Take) -> None:
    a_customer("Ann", email="ann@firm.example")
    a_customer("Ann", email="ann@firm.example")

    row = take("Name,Email\nAnn,ann@firm.example\n")

    assert counts(row) == (0, 0, 0, 1)
    assert "give a customer number" in row.faults.get().reason


def test_a_number_twice_in_a_file_is_reported_with_the_first_line(take: Take) -> None:
    row = take("Number,Name\nC1,Ann\nC2,Bo\nC1,Cy\n")

    assert counts(row) == (2, 0, 0, 1)
    assert (row.faults.get().line, row.faults.get().reason) == (4, "C1 is in line 2 already; that row was taken.")


@pytest.mark.parametrize(
    ("cells", "column", "word"),
    [
        ("C1,Ann,not-an-address,,,", "Email", "no @ sign"),
        ("C1,Ann,,12,,", "Phone", "phone number"),
        ("C1,Ann,,4.93E+11,,", "Phone", "shortened"),
        ("C1,Ann,,,Klingon,", "Language", "language"),
        ("C1,Ann,,,,Mars/Base", "Time zone", "time zone"),
        ("C1,,,,,", "", "no name"),
        (",Ann,,,,", "", "neither a customer number nor an address"),
        ("C1,Ann", "", "2 fields and the file has 6"),
        ("C1,Ann,,,,,,surplus", "", "8 fields"),
        ("C1," + "x" * 300 + ",,,,", "Name", "300 characters"),
        ("C" * 200 + ",Ann,,,,", "Number", "200 characters"),
        ("C1,A\x00nn,,,,", "", "NUL"),
        ('C1,"Ann,,,,', "", "quotation mark"),
        ('C1,"Ann" B,,,,', "", "quotation mark"),
        ("C1," + "x" * 40_000 + ",,,,", "Name", "40000 characters"),
    ],
)
def test_a_bad_row_is_reported_and_the_rest_goes_on(take: Take, cells: str, column: str, word: str) -> None:
    row = take(f"Number,Name,Email,Phone,Language,Time zone\nC8,Al,,,,\n{cells}\nC9,Bo,,,,\n")

    assert counts(row) == (2, 0, 0, 1)
    fault = row.faults.get()
    assert (fault.line, fault.column) == (3, column)
    assert word in fault.reason


@pytest.mark.parametrize(
    ("content", "word"),
    [(b"", "empty"), (b"Number,Name,Email\n", "no rows"), (b"PK\x03\x04rest", "save it as CSV"), (b"%PDF-1.4", "PDF")],
)
def test_an_unusable_file_is_refused_and_not_kept(
    upload: Callable[[bytes, str], Import], content: bytes, word: str
) -> None:
    before = set(importing.new_path().parent.iterdir())

    with pytest.raises(Unusable, match=word):
        upload(content, "customers")
    assert set(importing.new_path().parent.iterdir()) == before
    assert not Import.objects.exists()


def test_a_file_without_header_is_mapped_from_its_values(take: Take) -> None:
    row = take(
        "C1,Ann,ann@firm.example\nC2,Bo,bo@firm.example\n",
        columns=["external_id", "name", "email"],
    )

    assert (row.has_header, counts(row)) == (False, (2, 0, 0, 0))


def test_a_mapping_is_remembered_for_the_same_headings(take: Take, upload: Callable[[str, str], Import]) -> None:
    odd = "Schlüssel,Wer,Wohin\nC1,Ann,ann@firm.example\n"
    take(odd, columns=["external_id", "name", "email"])

    again = upload(odd.replace("C1", "C2"), "customers")

    assert again.mapping["columns"] == ["external_id", "name", "email"]


@pytest.mark.parametrize(
    "columns", [["external_id", "", ""], ["", "name", ""], ["name", "name", "email"], ["password", "name", "email"]]
)
def test_a_mapping_that_takes_no_row_is_refused(
    upload: Callable[[str, str], Import], columns: list[str], clock: HandClock
) -> None:
    row = upload("a,b,c\n1,2,3\n", "customers")

    with pytest.raises(Unmappable):
        importing.start(row, Mapping(tuple(columns)), at=clock.now)


def test_a_dry_run_counts_what_a_run_does_and_writes_nothing(
    take: Take, upload: Callable[[str, str], Import], clock: HandClock
) -> None:
    take(PEOPLE)
    changed = PEOPLE.replace("Blau", "Rot") + "K3;Al;Ox;al@firm.example;;;;Other;;\nK4;Al;Ox;wrong;;;;;;\n"
    row = upload(changed, "customers")
    before = list(Customer.objects.values()), Group.objects.count()

    tried = importing.preview(row, Mapping.of(row.mapping), now=clock.now)

    assert (tried.read, tried.added, tried.changed, tried.same, tried.faulty) == (4, 1, 1, 1, 1)
    assert tried.faults[0].line == 5
    assert (list(Customer.objects.values()), Group.objects.count()) == before


def test_an_import_goes_on_where_a_dead_worker_stopped(
    upload: Callable[[str, str], Import], clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHUNK", 10)
    rows = "".join(f'C{number},"Name\n{number}",c{number}@firm.example\n' for number in range(95))
    row = upload("Number,Name,Email\n" + rows, "customers")
    importing.start(row, Mapping.of(row.mapping), at=clock.now)
    [held] = Import.objects.claim(clock.now, lease=importing.LEASE, limit=1)
    store, calls = importing._store, []

    def dying(*given: Any, **named: Any) -> None:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        store(*given, **named)

    monkeypatch.setattr(importing, "_store", dying)
    with pytest.raises(KeyboardInterrupt):
        importing.turn(held, clock.now)
    monkeypatch.setattr(importing, "_store", store)
    assert loops.step(clock.now).handled == 0

    clock.move(minutes=6)
    while loops.step(clock.now).handled:
        pass

    row.refresh_from_db()
    assert (row.state, row.rows_read, counts(row)) == ("done", 95, (95, 0, 0, 0))
    assert Customer.objects.count() == 95
    with pytest.raises(LeaseLost):
        held.finish()
    assert not Path(row.path).exists()


def test_a_file_that_vanished_fails_with_a_sentence(upload: Callable[[str, str], Import], clock: HandClock) -> None:
    row = upload(PEOPLE, "customers")
    importing.start(row, Mapping.of(row.mapping), at=clock.now)
    Path(row.path).unlink()

    loops.step(clock.now)

    row.refresh_from_db()
    assert row.state == "failed"
    assert "Upload it again" in row.failure


def test_erased_customers_do_not_come_back(take: Take, clock: HandClock) -> None:
    take(PEOPLE)
    Customer.objects.filter(external_id="K1").update(erased_at=clock.now)

    row = take(PEOPLE)

    assert counts(row) == (0, 0, 1, 1)
    assert "erased" in row.faults.get().reason


ORDERS = """Order number;Customer number;Ship date;Expected;Warehouse;Status
10-1;C1;03.05.2026;;North;open
10-2;C1;2026-05-04T14:00;2026-05-06;South;versandt
"""


def test_commitments_belong_to_their_customers(take: Take) -> None:
    ann = a_customer("Ann", number="C1")

    row = take(ORDERS, "commitments")

    assert counts(row) == (2, 0, 0, 0)
    first, second = Commitment.objects.order_by("reference")
    assert (first.customer, first.kind, first.promised_on) == (ann, "order", date(2026, 5, 3))
    assert first.attributes == {"warehouse": "North"}
    assert (second.state, second.expected_on) == ("fulfilled", date(2026, 5, 6))
    assert second.promised_at is not None
    assert second.promised_at.hour == 12
    assert counts(take(ORDERS, "commitments")) == (0, 0, 2, 0)
    assert counts(take(ORDERS.replace("North", "East"), "commitments")) == (0, 1, 1, 0)


def test_commitments_find_their_customer_by_a_unique_address(take: Take) -> None:
    ann = a_customer("Ann", email="ann@firm.example")
    a_customer("Bo", email="office@firm.example")
    a_customer("Cy", email="office@firm.example")

    row = take(
        "Order,Email,Due\n1,ANN@firm.example,2026-05-04\n2,office@firm.example,2026-05-04\n3,no@firm.example,2026-05-04\n",
        "commitments",
    )

    assert [order.customer for order in Commitment.objects.all()] == [ann]
    assert [fault.reason.partition(";")[0] for fault in row.faults.all()] == [
        "2 customers share this address",
        "There is no customer with this address. Import the customers first.",
    ]


@pytest.mark.parametrize(
    ("cells", "word"),
    [
        ("10-9,C7,2026-05-04,open", "no customer with this number"),
        ("10-9,C1,31.02.2026,open", "no such day"),
        ("10-9,C1,soon,open", "not a date"),
        ("10-9,C1,2026-05-04,lost", "We know open"),
        (",C1,2026-05-04,open", "no order number"),
        ("10-9,,2026-05-04,open", "whose it is"),
    ],
)
def test_a_bad_order_is_reported(take: Take, cells: str, word: str) -> None:
    a_customer(number="C1")

    row = take(f"Order,Customer number,Due,State\n{cells}\n10-1,C1,2026-05-04,open\n", "commitments")

    assert counts(row) == (1, 0, 0, 1)
    assert word in row.faults.get().reason


def test_an_ambiguous_order_of_dates_is_asked(upload: Callable[[str, str], Import]) -> None:
    doubtful = upload("Order,Customer,Due\n1,C1,03/05/2026\n", "commitments")
    proven = upload("Order,Customer,Due\n1,C1,03/25/2026\n", "commitments")

    assert importing.guess(doubtful)[1] is False
    assert importing.guess(proven) == (Mapping(("reference", "external_id", "promised"), "mdy", "DE"), True)


@pytest.mark.parametrize(
    ("numbers", "region"),
    [
        (["0171 2345678", "030 901820"], "DE"),
        (["06 12 34 56 78", "01 42 68 53 00"], "FR"),
        (["+49 30 901820"], "DE"),
    ],
)
def test_the_country_of_phone_numbers_is_tried_out(
    upload: Callable[[str, str], Import], numbers: list[str], region: str
) -> None:
    row = upload("Name,Phone\n" + "".join(f"Ann,{number}\n" for number in numbers), "customers")

    assert row.mapping["region"] == region


def test_components_used_are_kept_as_a_list(take: Take) -> None:
    take("Number,Name,Uses\nC1,Ann,shop; payments\n")

    assert list(Customer.objects.with_attributes({"uses": "payments"}).values_list("external_id", flat=True)) == ["C1"]


def test_a_moved_order_follows_its_new_customer(take: Take) -> None:
    order = a_commitment(a_customer(number="C1"), reference="10-1")
    other = a_customer(number="C2")

    take("Order,Customer,Due\n10-1,C2,2026-05-04\n", "commitments")

    order.refresh_from_db()
    assert order.customer == other


def test_time_passes_between_turns_and_the_lease_with_it(
    upload: Callable[[str, str], Import], clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHUNK", 1)
    row = upload("Number,Name\n" + "".join(f"C{number},N\n" for number in range(9)), "customers")
    importing.start(row, Mapping.of(row.mapping), at=clock.now)

    loops.step(clock.now)

    row.refresh_from_db()
    assert (row.rows_read, row.due_at, row.attempts) == (4, clock.now, 0)
    assert row.leased_until is None
    clock.move(seconds=timedelta(seconds=1).total_seconds())
    loops.step(clock.now)
    row.refresh_from_db()
    assert row.rows_read == 8
