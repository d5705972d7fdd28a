"""Your page says what hits me, what comes next and what I was told; looking at it changes nothing."""

from datetime import date, timedelta

import pytest
from django.conf import settings
from django.test import Client

from conftest import HandClock
from daylight.accounts.models import Member, Organisation
from daylight.customers.models import Customer
from daylight.incidents.models import Incident, Promise
from daylight.pages.models import Choice
from daylight.pages.yours.tests.makers import Told, an_alternative, an_order, told_of
from daylight.reach.models import Confirmation, Reply
from daylight.reach.tests.makers import a_contact_point, a_published_update, a_reached_incident

pytestmark = pytest.mark.django_db


def page_of(told: Told, query: str = "") -> str:
    answer = Client().get(told.path + query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def promised(incident: Incident, clock: HandClock, minutes: int = 12) -> Promise:
    due, latest = clock.now + timedelta(minutes=minutes), incident.latest_update
    assert latest is not None
    return Promise.objects.create(incident=incident, update=latest, given_at=clock.now, promised_for=due, lapses_at=due)


def test_it_says_in_one_sentence_what_hits_me(told: Told, clock: HandClock) -> None:
    promised(told.incident, clock)

    page = page_of(told)

    assert '<h1>Your order <span class="whole">10-4471</span> is late.</h1>' in page
    assert "Two oak chairs" in page
    assert "Promised: May 3, 2026." in page
    assert "No new date yet; we tell you by <time" in page
    assert "Your order 10-4471 waits in the North warehouse." in page
    assert "(in 12 minutes)" in page
    assert "Card payments fail at the last step." in page


def test_a_new_date_takes_the_place_of_the_wait_for_one(told: Told, clock: HandClock) -> None:
    told.customer.commitments.update(expected_on=date(2026, 5, 9))

    page = page_of(told)

    assert "Now expected: May 9, 2026." in page
    assert "No new date" not in page


def test_what_we_told_and_when_is_listed_with_corrections_marked(told: Told, clock: HandClock) -> None:
    clock.move(minutes=20)
    a_published_update(told.incident, at=clock.now, kind="correction", texts={"en": {"headline": "Some cards fail"}})
    again = told_of(told.incident, told.point, at=clock.now)

    page = page_of(again)

    assert page.index("Some cards fail</span>") < page.index("Checkout fails for card payments</span>")
    assert page.count('<strong class="mark">Correction</strong>') == 1
    assert "zoe@home.example" in page
    assert "12:20 UTC" in page


def test_a_late_word_is_called_late(told: Told, clock: HandClock) -> None:
    promised(told.incident, clock, minutes=5)
    clock.move(minutes=6)

    page = page_of(told)

    assert "We are late." in page
    assert "No new date yet.</strong>" in page


def test_it_speaks_the_customers_language(told: Told) -> None:
    Customer.objects.update(language="de", time_zone="Europe/Berlin")

    answer = Client().get(told.path)

    assert '<html lang="de">' in answer.content.decode()
    assert "14:00 MESZ" in answer.content.decode() or "14:00 CEST" in answer.content.decode()


def test_after_the_end_it_says_so_and_shows_what_was_chosen(told: Told, ana: Member, clock: HandClock) -> None:
    alternative = an_alternative(told.incident, by=ana)
    Client().post(f"{told.path}choose/{alternative.pk}/")
    told.incident.resolve(by=ana, at=clock.move(hours=2), summary="Sent.")

    page = page_of(told)

    assert "This is over." in page
    assert "Cancel it and give me my money back" in page
    assert "Undo this choice" not in page


def test_looking_and_following_every_link_changes_nothing(told: Told, ana: Member) -> None:
    alternative = an_alternative(told.incident, by=ana)
    scanner = Client()

    for path in ("", "seen/", "say/", "undo/", "fresh/", f"choose/{alternative.pk}/", "choose/own/"):
        for ask in (scanner.get, scanner.head):
            assert ask(told.path + path).status_code in {200, 303, 404}
    assert not Confirmation.objects.exists()
    assert not Choice.objects.exists()
    assert not Reply.objects.exists()
    assert not scanner.cookies


def test_seen_is_one_press_and_stays(told: Told, clock: HandClock) -> None:
    answer = Client(enforce_csrf_checks=True).post(f"{told.path}seen/", follow=True)

    assert "We know that this reached you" in answer.content.decode()
    first = Confirmation.objects.get()
    assert (first.how, first.confirmed_at) == (Confirmation.How.LINK, clock.now)
    clock.move(hours=1)
    Client().post(f"{told.path}seen/")
    assert Confirmation.objects.get().confirmed_at == first.confirmed_at
    assert "You have seen this" in page_of(told)


def test_what_i_say_is_kept_for_a_person_and_acknowledged_with_the_next_time(told: Told, clock: HandClock) -> None:
    promised(told.incident, clock)
    visitor = Client(enforce_csrf_checks=True)

    for _ in range(2):  # The second tap of an impatient finger.
        answer = visitor.post(f"{told.path}say/", {"words": "  When\r\nexactly?  "}, follow=True)

    page = " ".join(answer.content.decode().split())
    assert "We have it, and a person reads it. Our next word to everybody comes by" in page
    reply = Reply.objects.get()
    assert (reply.text, reply.meaning, reply.channel) == ("When\nexactly?", Reply.Meaning.WORDS, "page")
    assert (reply.contact_point, reply.incident) == (told.point, told.incident)
    assert "When<br>exactly?" in page_of(told)


def test_nothing_that_was_typed_is_lost(told: Told, clock: HandClock) -> None:
    visitor = Client()

    empty = visitor.post(f"{told.path}say/", {"words": "   "})
    assert (empty.status_code, "Nothing is written yet" in empty.content.decode()) == (422, True)
    long = visitor.post(f"{told.path}say/", {"words": "w" * 4001})
    assert long.status_code == 422
    assert "w" * 4001 in long.content.decode()
    for number in range(8):
        assert visitor.post(f"{told.path}say/", {"words": f"Question {number}"}).status_code == 303
    many = visitor.post(f"{told.path}say/", {"words": "My ninth <question>"})
    assert many.status_code == 429
    assert "My ninth &lt;question&gt;</textarea>" in many.content.decode()
    assert Reply.objects.count() == 8


def test_other_open_incidents_and_late_orders_are_listed_with_links_that_work(
    told: Told, ana: Member, clock: HandClock
) -> None:
    an_order(told.point, "10-5000", expected_on=date(2026, 5, 20), promised_on=date(2026, 5, 10))
    other = a_reached_incident(ana, affected=[told.customer], severity=3)
    a_published_update(other, at=clock.now, texts={"en": {"headline": "Invoices were wrong"}})
    second = told_of(other, told.point, at=clock.now)

    page = page_of(told)

    assert "10-5000</span> is late." in page
    assert f'{second.path}">Invoices were wrong</a>' in page
    assert "Invoices were wrong" in page_of(second)


def test_a_public_address_is_offered_for_sharing_and_never_the_own_one(told: Told, ana: Member) -> None:
    assert "Share this:" not in page_of(told)
    told.incident.make_public(by=ana, at=told.incident.opened_at)

    page = page_of(told)

    assert f"/incidents/{told.incident.public_id}/" in page.split("Share this:")[1].split("</p>")[0]
    assert told.path not in page.split("Share this:")[1].split("</p>")[0]


def test_it_is_small_and_nobody_else_hears_of_it(told: Told, ana: Member, client: Client) -> None:
    for kind in ("wait", "cancel", "swap", "call_back"):
        an_alternative(told.incident, kind, by=ana)
    Organisation.objects.update(name="Oak & Sons")

    answer = client.get(told.path)
    page = answer.content.decode()
    styles = b"".join(b"".join(client.get(path).streaming_content) for path in parts_of(page))  # type: ignore[attr-defined]

    assert len(answer.content) + len(styles) < 30_000
    assert "<title>Your page</title>" in page
    assert answer["Cache-Control"] == "no-store, private"
    assert "noindex" in answer["X-Robots-Tag"]
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "://" not in page.replace(settings.SITE_URL, "")
    assert not answer.cookies


def parts_of(page: str) -> list[str]:
    """The styles and scripts that a page asks for."""
    return [part.split('"')[0] for mark in ('stylesheet" href="', 'script src="') for part in page.split(mark)[1:]]


def test_search_engines_are_told_to_stay_away(client: Client) -> None:
    said = client.get("/robots.txt").content.decode()

    assert said.startswith("User-agent: *\n")
    assert {"Disallow: /yours/", "Disallow: /preferences/", "Disallow: /seen/"} <= set(said.splitlines())


def test_the_reason_may_be_taken_back(told: Told, clock: HandClock) -> None:
    told.incident.affected.update(removed_at=clock.now, removed_because="Wrong list.")

    page = page_of(told)

    assert "This does not concern you any more." in page
    assert "Card payments fail" not in page
    assert "Wrong list." not in page


def test_who_only_asked_to_be_told_finds_the_word_and_nothing_to_choose(told: Told, ana: Member) -> None:
    asking = a_contact_point(name="Max Berger", address="max@home.example")
    an_alternative(told.incident, by=ana)
    asked = Told(told.incident, asking, told.notice)
    assert Client().get(asked.path).status_code == 404, "the incident is private"
    told.incident.make_public(by=ana, at=told.incident.opened_at)

    page = page_of(asked)

    assert "You asked to be told about this." in page
    assert "Card payments fail at the last step." in page
    assert "choose/" not in page
    assert "10-4471" not in page
    assert "I have seen this" not in page
    Client().post(f"{asked.path}choose/own/", {"words": "Me, too."})
    assert not Choice.objects.exists()


def test_a_room_that_others_read_shows_only_what_was_typed_there(told: Told) -> None:
    room = a_contact_point(customer=told.customer, channel="slack", address="https://hooks.slack.com/services/x")
    shared = Told(told.incident, room, told.notice)
    Client().post(f"{told.path}say/", {"words": "My knee hurts."})
    Client().post(f"{told.path}choose/own/", {"words": "Call my doctor."})

    page = page_of(shared)

    assert "Your own proposal" in page
    assert "doctor" not in page
    assert "knee" not in page
    assert "knee" in page_of(told)
