"""What is kept of each update: for every customer what was sent, with the exact message, and what came back."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.customers.models import Consent, Customer
from daylight.incidents.models import Update
from daylight.reach import confirming, ending, fanout, links, receipts, sending, suppressing
from daylight.reach.channels.email.tests.servers import Desk, serving
from daylight.reach.channels.inbound import SaidKind, SaidReceipt
from daylight.reach.evidence import exact, lines, people, texts
from daylight.reach.evidence.people import CustomerProof, Place
from daylight.reach.evidence.texts import hash_of
from daylight.reach.models import Confirmation, Delivery, Notice, Suppression, Unreached
from daylight.reach.tests.makers import (
    a_contact_point,
    a_published_update,
    a_reached_incident,
    customers,
    join,
)

pytestmark = pytest.mark.django_db

NASTY = ('Zoë "the Ox" Ádler', "=cmd|' /C calc'!A0", "名前" * 20, "שלום", "A\u2028B")


@pytest.fixture
def mail_server(settings, tmp_path) -> Iterator[Desk]:  # type: ignore[no-untyped-def]
    """A real mail server that keeps what it is given."""
    settings.DATA_DIR = tmp_path
    desk = Desk()
    with serving(desk) as connected:
        settings.SMTP_URL = f"smtp://{connected['host']}:{connected['port']}"
        yield desk


def tell(clock: HandClock) -> None:
    while fanout.step(clock.now).handled:
        pass
    while sending.step(clock.now, channel="email").handled:
        clock.move(seconds=1)


def all_of(update: Update, clock: HandClock, **wanted: Any) -> list[CustomerProof]:
    return [proof for some, _ in people.read(update, now=clock.now, **wanted) for proof in some]


def named(names: tuple[str, ...]) -> list[Customer]:
    made = customers(len(names))
    for place, (customer, name) in enumerate(zip(made, names, strict=True)):
        customer.name, customer.language = name, ("en", "de")[place % 2]
        customer.time_zone = ("Europe/Berlin", "", "Asia/Tokyo")[place % 3]
        customer.save()
    return made


def without_date(letter: bytes) -> bytes:
    """A letter as it came, but for the line that the session adds when it goes."""
    first, _, rest = letter.partition(b"\r\n")
    assert first.startswith(b"Date: ")
    return rest


def test_the_message_composed_again_is_to_the_byte_what_the_mail_server_got(
    ana: Member, clock: HandClock, mail_server: Desk
) -> None:
    update = a_published_update(
        a_reached_incident(ana, affected=named(NASTY)), texts={"en": {}, "de": {"headline": "Kasse stört"}}
    )

    tell(clock)

    got = {address: without_date(letter) for address, letter in mail_server.letters}
    assert len(got) == len(NASTY)
    for row in Delivery.objects.all():
        message, may_differ = exact.message_of(row, now=clock.now)
        assert message is not None
        assert message.payload == got[row.contact_point.address].removesuffix(b"\r\n") + b"\r\n"
        assert not may_differ
    for proof in all_of(update, clock):
        [delivery] = proof.deliveries
        row = Delivery.objects.get(pk=delivery.id)
        message, _ = exact.message_of(row, now=clock.now)
        assert message is not None
        assert delivery.message_sha256 == hash_of(message)


def test_a_message_keeps_the_links_it_had_when_those_of_its_customer_are_ended(
    ana: Member, clock: HandClock, mail_server: Desk
) -> None:
    [zoe] = named(("Zoë",))
    incident = a_reached_incident(ana, affected=[zoe])
    for _ in range(2):
        a_published_update(incident, at=clock.now)
        tell(clock)
        ending.end_links(zoe, by="Ana", because="Forwarded.", at=clock.move(minutes=1))

    composed = [exact.message_of(row, now=clock.now)[0] for row in Delivery.objects.order_by("pk")]

    got = [without_date(letter) for _, letter in mail_server.letters]
    assert [message.payload for message in composed if message] == [letter.rstrip() + b"\r\n" for letter in got]
    first, second = Notice.objects.order_by("pk").values_list("pk", flat=True)
    point = zoe.contact_points.get().pk
    assert links.own_url(point, first) in str(composed[0])
    assert links.own_url(point, second, 1) in str(composed[1])


def test_a_message_says_when_the_customer_was_changed_since(ana: Member, clock: HandClock, mail_server: Desk) -> None:
    [zoe] = named(("Zoë",))
    update = a_published_update(a_reached_incident(ana, affected=[zoe]))
    tell(clock)
    zoe.name, zoe.updated_at = "Zoe Smith", clock.move(days=1)
    zoe.save()

    assert all_of(update, clock)[0].deliveries[0].is_as_of_today
    assert exact.message_of(Delivery.objects.get(), now=clock.now)[1]


def test_each_customer_stands_with_what_was_tried_and_what_came_back(
    ana: Member, clock: HandClock, mail_server: Desk
) -> None:
    told, gone, unwilling, bare, bounced = named(("Told", "Gone", "Unwilling", "Bare", "Bounced"))
    bare.contact_points.all().delete()
    suppressing.suppress(gone.contact_points.get(), reason=Suppression.Reason.REJECTED, at=clock.now)
    Consent.withdraw(unwilling.contact_points.get(), by="customer", at=clock.now)
    incident = a_reached_incident(ana, affected=[told, gone, unwilling, bare, bounced])
    update = a_published_update(incident)
    tell(clock)
    row = Delivery.objects.get(customer=bounced)
    said = SaidReceipt(SaidKind.BOUNCED, clock.now, details="mailbox full")
    receipts.record([receipts.About(row, said)], at=clock.now)
    confirming.confirm(told, incident, how=Confirmation.How.LINK, at=clock.now)

    found = {proof.name: proof for proof in all_of(update, clock)}

    assert {name: proof.outcome for name, proof in found.items()} == {
        "Told": "told",
        "Gone": "unreachable",
        "Unwilling": "unreachable",
        "Bare": "unreachable",
        "Bounced": "not reached",
    }
    assert found["Told"].deliveries[0].answer.startswith("250")
    assert found["Told"].confirmed_how == "link"
    assert found["Told"].told_at is not None
    assert found["Gone"].deliveries[0].answer == "rejected"
    assert found["Gone"].deliveries[0].message_sha256 == ""
    assert found["Bare"].deliveries == ()
    assert found["Bounced"].deliveries[0].tries == 1
    assert found["Bounced"].deliveries[0].answer.startswith("250")
    assert [said.details for said in found["Bounced"].deliveries[0].receipts] == ["mailbox full"]
    assert set(Unreached.objects.values_list("customer_id", flat=True)) == {gone.pk, unwilling.pk, bare.pk}


def test_stretches_cut_nobody_and_can_be_taken_up_again(
    ana: Member, clock: HandClock, mail_server: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    affected = customers(23)
    for number, customer in enumerate(affected):
        if number % 4 == 0:
            customer.contact_points.all().delete()
        if number % 3 == 0:
            a_contact_point(customer=customer, channel="webhook", address=f"https://h{number}.example/")
    incident = a_reached_incident(ana, affected=affected)
    update = a_published_update(incident)
    tell(clock)
    join(incident, customers(5))
    tell(clock)
    whole = all_of(update, clock)
    monkeypatch.setattr(people, "STRETCH", 3)

    in_parts: list[CustomerProof] = []
    place: Place | None = None
    for _ in range(100):
        some = next(people.read(update, now=clock.now, after=place), None)
        if some is None:
            break
        in_parts += some[0]
        place = some[1]

    assert in_parts == whole
    assert len({proof.customer for proof in whole}) == len(whole) == 28
    assert sum(len(proof.deliveries) for proof in whole) == Delivery.objects.count()
    assert Notice.objects.count() == 2


def test_a_table_has_a_line_for_each_delivery_and_no_formula(ana: Member, clock: HandClock, mail_server: Desk) -> None:
    affected = named(NASTY)
    affected[0].contact_points.all().delete()
    update = a_published_update(a_reached_incident(ana, affected=affected))
    tell(clock)

    text = lines.heading() + "".join(lines.table_lines(all_of(update, clock)))
    rows = list(csv.DictReader(io.StringIO(text, newline="")))

    assert [row["outcome"] for row in rows] == ["unreachable", *["told"] * 4]
    assert [row["customer"] for row in rows] == [f"'{name}" if name.startswith("=") else name for name in NASTY]
    assert not any(cell.startswith("=") for row in rows for cell in row.values())


def test_lines_of_json_say_the_same(ana: Member, clock: HandClock, mail_server: Desk) -> None:
    update = a_published_update(a_reached_incident(ana, affected=named(NASTY)))
    tell(clock)

    rows = [json.loads(lines.json_line(proof)) for proof in all_of(update, clock)]

    assert [row["customer"]["name"] for row in rows] == list(NASTY)
    assert {row["deliveries"][0]["state"] for row in rows} == {"accepted"}
    assert all(len(row["deliveries"][0]["message_sha256"]) == 64 for row in rows)


def test_the_published_words_have_a_hash_and_each_channel_its_text(
    ana: Member, clock: HandClock, mail_server: Desk
) -> None:
    texts_given = {"en": {}, "de": {"headline": "Kasse stört"}}
    update = a_published_update(a_reached_incident(ana, affected=named(NASTY)), texts=texts_given)
    tell(clock)

    said, carried = texts.published(update), texts.on_channels(update)

    assert {text.language: text.words["headline"] for text in said}["de"] == "Kasse stört"
    assert len({text.sha256 for text in said}) == 2
    assert [(text.channel, text.language) for text in carried] == [("email", "en"), ("email", "de")]
    assert all("{unsubscribe_url}" in text.message and "{reason}" in text.text for text in carried)


def test_the_hash_of_the_words_changes_with_every_word(ana: Member, clock: HandClock) -> None:
    incident = a_reached_incident(ana, affected=customers(1))
    first = a_published_update(incident)
    second = a_published_update(incident, texts={"en": {"meanwhile": "Offer payment by invoice!"}})
    [before] = texts.published(first)
    second.number = first.number

    assert texts.published(second)[0].sha256 != before.sha256
    assert texts.published(first) == [before]


def test_who_was_told_of_a_newer_update_instead_is_said_so(ana: Member, clock: HandClock, mail_server: Desk) -> None:
    incident = a_reached_incident(ana, affected=customers(2))
    first = a_published_update(incident)
    while fanout.step(clock.now).handled:
        pass
    second = a_published_update(incident, at=clock.move(minutes=20))

    tell(clock)

    assert [proof.outcome for proof in all_of(first, clock)] == ["told of a newer update"] * 2
    assert [proof.outcome for proof in all_of(second, clock)] == ["told"] * 2
