"""Letters from the fan-out to the post."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from conftest import HandClock
from daylight.accounts.models import AuditEntry, Member
from daylight.core import clock as core_clock
from daylight.customers.models import Customer
from daylight.reach import fanout, print_tray, sending
from daylight.reach.channels.base import Reader
from daylight.reach.channels.email.tests.samples import a_notification
from daylight.reach.channels.letter.composing import LetterText
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.models import Delivery, PrintBatch, PrintedLetter, Provider
from daylight.reach.models.printing import NotClosed
from daylight.reach.moves import State
from daylight.reach.tests.makers import a_contact_point, a_published_update, a_reached_incident

LAYOUT = {"window": "din", "return_address": "Nordlicht, Kaistraße 5, 24103 Kiel", "country": "DE", "sides": "one"}
pytestmark = pytest.mark.django_db


def a_letter(name: str = "Zoë Adler", address: str = "Hauptstr. 12, 10115 Berlin") -> LetterText:
    reader = Reader(address, name, "", "", "https://d.example/own/", "")
    message = CHANNELS["letter"].compose(a_notification(), to=reader, key="k")
    return LetterText.of_json(message.payload.decode())


def put(key: str, *, window: str = "din") -> str:
    return print_tray.PrintTray(core_clock.now).put(a_letter(), key=key, layout={**LAYOUT, "window": window})


def a_batch(*keys: str) -> PrintBatch:
    for key in keys or ("one", "two"):
        put(key)
    return PrintBatch.objects.get()


@pytest.mark.django_db(transaction=True)
def test_whoever_has_only_a_postal_address_gets_a_letter(ana: Member, clock: HandClock) -> None:
    provider = Provider(channel="letter", name="Post", kind="print")
    provider.settings = {"kind": "print", **LAYOUT}
    provider.save()
    point = a_contact_point(channel="letter", address="Hauptstr. 12, 10115 Berlin, Germany")
    a_published_update(a_reached_incident(ana, affected=[point.customer]))

    while fanout.step(clock.now).handled:
        pass
    sending.step(clock.now, channel="letter")

    [delivery], [letter] = Delivery.objects.all(), PrintedLetter.objects.all()
    assert delivery.state == State.ACCEPTED
    assert (letter.contact_point, letter.address, letter.name) == (point, point.address, "Zoë Adler")
    assert letter.batch.size == 1
    assert "Card payments fail at the last step." in LetterText.of_json(letter.content).text


def test_letters_of_one_layout_gather_and_a_key_lies_there_once(clock: HandClock) -> None:
    first = [put("one"), put("two"), put("one")]
    put("three", window="us")

    assert len(set(first)) == 1
    assert list(PrintBatch.objects.order_by("pk").values_list("size", flat=True)) == [2, 1]


def test_a_batch_that_is_full_or_closed_takes_no_more(clock: HandClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(print_tray, "MOST", 2)
    for key in ("one", "two", "three"):
        put(key)
    PrintBatch.objects.order_by("pk")[1].close(at=clock.now)
    put("four")

    assert list(PrintBatch.objects.order_by("pk").values_list("size", flat=True)) == [2, 1, 1]


def test_only_what_was_printed_can_be_posted(clock: HandClock) -> None:
    batch = a_batch()

    with pytest.raises(NotClosed):
        batch.mark_posted(by="Ana", at=clock.now)


def test_a_member_prints_posts_and_takes_it_back(client: Client, ana: Member, clock: HandClock) -> None:
    batch = a_batch()
    client.force_login(ana)

    early = client.post(reverse("reach:letter-posted", args=[batch.pk]), follow=True)
    pdf = client.post(reverse("reach:letter-pdf", args=[batch.pk]))
    client.post(reverse("reach:letter-posted", args=[batch.pk]))
    batch.refresh_from_db()
    posted = (batch.posted_at, batch.posted_by)
    client.post(reverse("reach:letter-undo-posted", args=[batch.pk]))
    batch.refresh_from_db()

    assert "Download the PDF first" in early.content.decode()
    assert pdf["Content-Type"] == "application/pdf"
    assert b"".join(pdf.streaming_content).startswith(b"%PDF-")  # type: ignore[attr-defined]
    assert batch.closed_at == clock.now
    assert posted == (clock.now, "Ana")
    assert batch.posted_at is None
    acts = AuditEntry.objects.filter(act__startswith="letters.").order_by("pk").values_list("act", flat=True)
    assert list(acts) == ["letters.print", "letters.post", "letters.undo_post"]


def test_the_screens_say_what_is_to_be_done(client: Client, ana: Member, clock: HandClock) -> None:
    client.force_login(ana)
    empty = client.get(reverse("reach:letters")).content.decode()
    batch = a_batch()

    listed = client.get(reverse("reach:letters")).content.decode()
    one = client.get(reverse("reach:letter-batch", args=[batch.pk])).content.decode()

    assert "No letters wait" in empty
    assert "Set up letters" in empty
    assert "Takes letters" in listed
    assert "Hauptstr. 12, 10115 Berlin" in one
    assert "Download the PDF" in one


def test_the_list_for_the_post_room_harms_no_spreadsheet(client: Client, ana: Member, clock: HandClock) -> None:
    letter = a_letter(name="=cmd|' /C calc'!A0")
    print_tray.PrintTray(core_clock.now).put(letter, key="evil", layout=LAYOUT)
    client.force_login(ana)

    text = client.get(reverse("reach:letter-list", args=[PrintBatch.objects.get().pk])).content.decode()

    assert text.splitlines()[0] == "number,name,address,subject,placed_at,key"
    assert "'=cmd" in text


def test_whoever_may_not_publish_may_look_and_not_print(client: Client, bela: Member, clock: HandClock) -> None:
    batch = a_batch()
    client.force_login(bela)

    assert client.get(reverse("reach:letter-batch", args=[batch.pk])).status_code == 200
    assert client.post(reverse("reach:letter-pdf", args=[batch.pk])).status_code == 403
    assert client.post(reverse("reach:letter-posted", args=[batch.pk])).status_code == 403


def test_words_are_forgotten_long_after_posting_and_when_a_customer_is_erased(ana: Member, clock: HandClock) -> None:
    batch = a_batch()
    point = a_contact_point(channel="letter", address="Hauptstr. 12, 10115 Berlin")
    PrintedLetter.objects.filter(key="two").update(contact_point=point)
    batch.close(at=clock.now)
    batch.mark_posted(by="Ana", at=clock.now)

    Customer.objects.filter(pk=point.customer_id).update(erased_at=clock.now)
    erased = print_tray.step(clock.now).handled
    two = PrintedLetter.objects.get(key="two")
    assert (erased, two.name, two.address, two.content) == (1, "", "", "")
    assert PrintedLetter.objects.get(key="one").content

    print_tray.step(clock.now + timedelta(days=61))
    assert not PrintedLetter.objects.get(key="one").content
    assert PrintedLetter.objects.get(key="one").address
