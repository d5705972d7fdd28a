"""What the crew sees and does with customers: every act by plain forms, every mistake a sentence, nothing lost."""

import csv
import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from conftest import HandClock
from daylight.accounts.models import AuditEntry, Member
from daylight.customers import importing, loops, uploading
from daylight.customers.models import Commitment, Consent, ContactPoint, Customer, Group, Import
from daylight.customers.tests.makers import a_commitment, a_contact_point, a_customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client, ana: Member, clock: HandClock) -> Client:
    client.force_login(ana, backend="django.contrib.auth.backends.ModelBackend")
    return client


def said(response: object) -> str:
    return " ".join(response.content.decode().split())  # type: ignore[attr-defined]


def at(name: str, *args: object) -> str:
    return reverse(f"customers:{name}", args=args)


def acts() -> list[str]:
    return list(AuditEntry.objects.order_by("number").values_list("act", flat=True))


SCREENS = ["list", "new", "groups", "commitments", "imports", "imports-new"]


@pytest.mark.parametrize("name", SCREENS)
def test_empty_screens_say_what_belongs_there(desk: Client, name: str) -> None:
    assert desk.get(at(name)).status_code == 200


@pytest.mark.parametrize("name", SCREENS)
def test_who_has_no_role_sees_nothing(client: Client, dora: Member, name: str) -> None:
    assert client.get(at(name)).status_code == 302
    client.force_login(dora, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(at(name)).status_code == 403


def test_who_may_only_read_gets_no_acts(client: Client, chidi: Member) -> None:
    client.force_login(chidi, backend="django.contrib.auth.backends.ModelBackend")
    customer = a_customer("Ann")
    page = client.get(at("customer", customer.pk))

    assert page.status_code == 200
    assert b"<form" not in page.content.partition(b"<main")[2].partition(b"</main")[0]
    assert client.post(at("add-point", customer.pk), {}).status_code == 403
    assert client.get(at("export", customer.pk)).status_code == 403


def test_the_list_pages_on_by_a_cursor_and_shows_everybody_once(desk: Client) -> None:
    for number in range(120):
        a_customer("Same Name" if number % 2 else f"Name {number:03}", email=None)
    seen: list[int] = []
    after = ""
    while True:
        page = desk.get(at("list"), {"after": after}).context["page"]
        seen += [customer.pk for customer in page.rows]
        after = page.after
        if not after:
            break

    assert len(seen) == len(set(seen)) == 120


@pytest.mark.parametrize("after", ["x", "-1", "9" * 30, "'", "999999"])
def test_a_foolish_cursor_is_the_first_page(desk: Client, after: str) -> None:
    a_customer("Ann")

    assert "Ann" in said(desk.get(at("list"), {"after": after, "group": after}))


def test_search_answers_live_with_the_rows_alone(desk: Client) -> None:
    a_customer("José Müller")
    a_customer("Ann Other")

    page = desk.get(at("list"), {"q": "mull"}, HTTP_HX_REQUEST="true")

    assert "José Müller" in said(page)
    assert "Ann Other" not in said(page)
    assert "<html" not in said(page)
    assert "Nobody is found for “nobody”" in said(desk.get(at("list"), {"q": "nobody"}))


def test_a_customer_is_written_and_changed_by_hand(desk: Client) -> None:
    given = {"name": " Ann  Schmidt ", "external_id": "C1", "group_name": "Firm AG", "language": "German",
             "time_zone": "berlin", "attributes": "plan: gold\nuses: shop, payments"}  # fmt: skip
    assert desk.post(at("new"), given).status_code == 302

    customer = Customer.objects.get()
    assert (customer.name, customer.language, customer.time_zone) == ("Ann Schmidt", "de", "Europe/Berlin")
    assert customer.attributes == {"plan": "gold", "uses": ["shop", "payments"]}
    shown = desk.get(at("edit", customer.pk))
    assert "uses: shop, payments" in shown.content.decode()
    desk.post(at("edit", customer.pk), given | {"group_name": "", "attributes": ""})
    customer.refresh_from_db()
    assert (customer.group, customer.attributes) == (None, {})
    assert acts() == ["customer.add", "customer.change"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "required"),
        ({"external_id": "C9"}, "already exists"),
        ({"language": "Klingon"}, "not a language we know"),
        ({"time_zone": "Mars"}, "not a time zone we know"),
        ({"attributes": "no colon here"}, "has no colon"),
    ],
)
def test_a_mistake_is_said_and_nothing_is_lost(desk: Client, wrong: dict[str, str], sentence: str) -> None:
    a_customer(number="C9")

    answer = desk.post(at("new"), {"name": "Zebra Kept", "language": "de"} | wrong)

    assert answer.status_code == 422
    assert sentence in said(answer)
    assert "name" in wrong or "Zebra Kept" in said(answer)


def test_addresses_are_added_ordered_and_retired(desk: Client) -> None:
    customer = a_customer("Ann", email="ann@firm.example")
    desk.post(at("add-point", customer.pk), {"channel": "sms", "address": "+49 171 2345678"})
    mobile = customer.contact_points.get(channel="sms")
    assert (mobile.address, mobile.position) == ("+491712345678", 1)

    desk.post(at("put-first", mobile.pk))
    assert [point.channel for point in customer.contact_points.in_use()] == ["sms", "email"]

    desk.post(at("retire-point", mobile.pk))
    assert [point.channel for point in customer.contact_points.in_use()] == ["email"]
    desk.post(at("add-point", customer.pk), {"channel": "sms", "address": "+491712345678"})
    assert customer.contact_points.in_use().count() == 2
    assert customer.contact_points.count() == 2


@pytest.mark.parametrize(
    ("channel", "address", "sentence"),
    [
        ("email", "ann", "no @ sign"),
        ("email", "ann@firm.example", "this address already"),
        ("sms", "12", "phone number"),
        ("webhook", "ftp://x", "webhook"),
        ("pigeon", "coop 7", "valid choice"),
    ],
)
def test_a_wrong_address_is_refused_at_its_place(desk: Client, channel: str, address: str, sentence: str) -> None:
    customer = a_customer("Ann", email="ann@firm.example")

    answer = desk.post(at("add-point", customer.pk), {"channel": channel, "address": address})

    assert answer.status_code == 422
    assert sentence in said(answer)


def test_consent_is_given_and_withdrawn_with_a_name(desk: Client) -> None:
    point = a_contact_point()
    desk.post(at("withdraw-consent", point.pk))
    assert list(ContactPoint.objects.allowed()) == []
    assert "may not be used" in said(desk.get(at("customer", point.customer_id)))

    desk.post(at("give-consent", point.pk))

    assert list(ContactPoint.objects.allowed()) == [point]
    assert Consent.objects.get().given_by == "Ana"
    assert acts() == ["consent.withdraw", "consent.give"]


def test_commitments_are_added_changed_and_filtered(desk: Client) -> None:
    customer = a_customer("Ann")
    given = {"kind": "Order", "reference": "10-1", "promised_on": "2026-05-04", "expected_on": "2026-05-09",
             "state": "open", "attributes": "warehouse: North"}  # fmt: skip
    assert desk.post(at("add-commitment", customer.pk), given).status_code == 302
    assert "such a commitment already" in said(desk.post(at("add-commitment", customer.pk), given))

    order = Commitment.objects.get()
    assert "later than promised" in said(desk.get(at("customer", customer.pk)))
    a_commitment(reference="20-1", kind="project")
    assert "20-1" not in said(desk.get(at("commitments"), {"late": "on"}))
    assert "10-1" in said(desk.get(at("commitments"), {"q": "10-", "promised_from": "2026-05-01", "state": "open"}))
    assert "No commitment is like that" in said(desk.get(at("commitments"), {"kind": "order", "q": "zzz"}))
    assert desk.get(at("commitments"), {"promised_from": "soon"}).status_code == 200
    desk.post(at("commitment", order.pk), given | {"state": "fulfilled"})
    order.refresh_from_db()
    assert order.state == "fulfilled"


def test_groups_are_listed_and_renamed(desk: Client) -> None:
    group = Group.objects.create(name="Firm AG")
    a_customer("Ann", group=group)
    a_customer("Other")

    assert "Firm AG" in said(desk.get(at("groups")))
    inside = said(desk.get(at("list"), {"group": group.pk}))
    assert "Ann" in inside
    assert "Other" not in inside.partition("<main")[2]
    desk.post(at("group", group.pk), {"name": "Firm SE"})
    assert "Firm SE" in said(desk.get(at("groups"), {"q": "firm"}))


def test_a_person_gets_all_their_data_as_json(desk: Client) -> None:
    customer = a_customer("Ann", email="ann@firm.example", attributes={"plan": "gold"})
    Consent.give(customer.contact_points.get(), by="Ana", at=customer.created_at)
    a_commitment(customer, reference="10-1")

    answer = desk.get(at("export", customer.pk))

    told = json.loads(answer.content)
    assert answer["Content-Disposition"].startswith("attachment")
    assert told["customer"]["name"] == "Ann"
    assert told["contact_points"][0]["address"] == "ann@firm.example"
    assert told["contact_points"][0]["consents"][0]["given_by"] == "Ana"
    assert told["commitments"][0]["reference"] == "10-1"


def test_erasure_asks_once_and_leaves_no_personal_data(desk: Client) -> None:
    customer = a_customer("Zebra Ann", number="C1", email="zebra@firm.example", phone="+491712345678", group="Zebra AG",
                          attributes={"street": "Zebra 7"})  # fmt: skip
    a_commitment(customer, reference="10-1", attributes={"to": "Zebra 7"})
    assert "Erase the data of Zebra Ann?" in said(desk.get(at("erase", customer.pk)))

    desk.post(at("erase", customer.pk))

    told = json.dumps(json.loads(desk.get(at("export", customer.pk)).content)).lower()
    assert "zebra" not in told
    assert "1712345678" not in told
    assert Customer.objects.get().external_id == "C1"
    assert "was erased" in said(desk.get(at("customer", customer.pk)))
    assert "Zebra" not in said(desk.get(at("list"), {"q": "zebra"}))
    assert desk.post(at("erase", customer.pk)).status_code == 404
    assert desk.post(at("add-point", customer.pk), {"channel": "email", "address": "a@b.example"}).status_code == 404
    assert acts()[0] == "customer.erase"


PEOPLE = "Number,Name,Email\nC1,Ann,ann@firm.example\nC2,Bo,=cmd|calc\nC3,Cy,cy@firm.example\n"


def uploaded(desk: Client, content: str | bytes, kind: str = "customers") -> object:
    content = content.encode() if isinstance(content, str) else content
    return desk.post(at("imports-new"), {"kind": kind, "file": SimpleUploadedFile("people.csv", content)}, follow=True)


def test_the_whole_way_from_upload_to_faults(desk: Client, clock: HandClock) -> None:
    page = uploaded(desk, PEOPLE)
    assert "Of 3 rows: <strong>2 are new</strong>" in said(page)
    row = Import.objects.get()
    assert Customer.objects.count() == 0
    choice = {"column_0": "external_id", "column_1": "name", "column_2": "email", "date_order": "dmy", "region": "de"}

    desk.post(at("import", row.pk), choice | {"start": ""})
    assert "0 % read" in said(desk.get(at("import", row.pk))) or "% read" in said(desk.get(at("import", row.pk)))
    loops.step(clock.now)

    done = said(desk.get(at("import", row.pk), HTTP_HX_REQUEST="true"))
    assert "3 rows read" in done
    assert "no @ sign" in done
    assert "<html" not in done
    body = b"".join(desk.get(at("import-faults", row.pk)).streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    [heading, fault] = csv.reader(io.StringIO(body))
    assert heading == ["Number", "Name", "Email", "Line", "What is wrong"]
    assert fault[:4] == ["C2", "Bo", "'=cmd|calc", "3"]
    assert "people.csv" in said(desk.get(at("imports")))
    assert acts() == ["import.upload", "import.start"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "Choose a CSV file first"), (b"PK\x03\x04xx", "save it as CSV"), (b"a,b\n", "no rows under it")],
)
def test_a_file_that_cannot_be_used_is_refused_with_a_sentence(desk: Client, content: bytes, sentence: str) -> None:
    answer = uploaded(desk, content)

    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert sentence in said(answer) or "The file is empty" in said(answer)
    assert not Import.objects.exists()


def test_a_file_too_large_is_stopped_on_its_way(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "LARGEST_FILE", 1000)
    monkeypatch.setattr(uploading.ToDataFolder, "chunk_size", 512)
    before = set(importing.new_path().parent.iterdir())

    answer = uploaded(desk, b"a,b\n" + b"1,2\n" * 1000)

    assert "larger than 2 GB" in said(answer)
    assert set(importing.new_path().parent.iterdir()) == before


def test_a_forged_upload_is_refused(ana: Member, clock: HandClock) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(ana, backend="django.contrib.auth.backends.ModelBackend")

    assert uploaded(strict, PEOPLE).status_code == 403  # type: ignore[attr-defined]
    assert not Import.objects.exists()


def test_a_mapping_that_takes_no_row_says_what_is_missing(desk: Client) -> None:
    uploaded(desk, PEOPLE)
    row = Import.objects.get()

    answer = desk.post(
        at("import", row.pk),
        {"column_0": "external_id", "column_1": "", "column_2": "", "date_order": "dmy", "region": "DE", "start": ""},
    )

    assert answer.status_code == 422
    assert "which column holds the name" in said(answer)
    assert desk.post(at("import", row.pk), {"column_0": "root"}).status_code == 422


def test_the_layout_can_be_corrected(desk: Client) -> None:
    uploaded(desk, "Ann;x,1\nBo;y,2\n")
    row = Import.objects.get()

    desk.post(at("import-layout", row.pk), {"separator": "semicolon", "encoding": "cp1252"})
    row.refresh_from_db()
    assert (row.separator, row.encoding, row.has_header, len(row.header)) == (";", "cp1252", False, 2)
    assert desk.post(at("import-layout", row.pk), {"separator": "x"}).status_code == 302


def test_an_import_can_be_given_up(desk: Client) -> None:
    uploaded(desk, PEOPLE)
    row = Import.objects.get()

    desk.post(at("import-drop", row.pk))

    row.refresh_from_db()
    assert row.state == "dropped"
    assert "given up" in said(desk.get(at("import", row.pk)))
    assert desk.post(at("import-drop", row.pk)).status_code == 404


def test_doubtful_dates_are_asked_about(desk: Client) -> None:
    a_customer(number="C1")

    page = uploaded(desk, "Order,Customer,Due\n1,C1,03/05/2026\n", "commitments")

    assert "can be read in two ways" in said(page)
