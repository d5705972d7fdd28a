"""The page that says beforehand how we tell: from what is really set, with an honest record."""

from datetime import timedelta

import pytest
from django.test import Client

from conftest import HandClock
from daylight.accounts.models import AuditEntry, Member
from daylight.incidents.models import Cadence
from daylight.pages import publishing, reading
from daylight.pages.facts import Span
from daylight.pages.folder import PageFolder
from daylight.pages.joining import telling
from daylight.pages.models import HowWeTell, Page
from daylight.pages.tests.makers import a_told_incident, an_incident, an_update


def the_page(clock: HandClock) -> str:
    publishing.refresh(clock.now)
    return Client().get("/how-we-tell/").content.decode()


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(minutes=15), Span(15, "minute")),
        (timedelta(minutes=60), Span(1, "hour")),
        (timedelta(minutes=90), Span(90, "minute")),
        (timedelta(days=3), Span(3, "day")),
        (timedelta(hours=36), Span(36, "hour")),
    ],
)
def test_lengths_are_said_in_the_largest_whole_unit(length: timedelta, said: Span) -> None:
    assert Span.of(length) == said


@pytest.mark.django_db
def test_it_says_what_is_set(folder: PageFolder, clock: HandClock) -> None:
    Cadence.objects.create(severity=1, first_word=7, rhythm=21)

    page = the_page(clock)

    assert "<strong>7 minutes" in page
    assert "<strong>21 minutes" in page
    assert "E-mail" in page
    assert "Text message" not in page
    assert "nothing to keep" in page
    assert "/how-we-tell/" in Client().get("/").content.decode()


@pytest.mark.django_db
def test_the_record_counts_what_the_world_was_promised(folder: PageFolder, clock: HandClock) -> None:
    began = clock.now - timedelta(hours=6)
    told = an_incident(began)
    an_update(told, began, promised_for=began + timedelta(minutes=30))
    an_update(told, began + timedelta(minutes=20), promised_for=began + timedelta(hours=1))
    an_update(told, began + timedelta(hours=2), promised_for=began + timedelta(hours=3))
    a_told_incident(began, public=False)
    page = Page.main(clock.now)
    found = telling.record(reading.public_incidents(page), now=clock.now)
    assert (found.kept, found.late, found.missed) == (1, 1, 1)
    assert telling.record(reading.public_incidents(page), now=clock.now + timedelta(days=91)).total == 0

    said = the_page(clock)

    assert "3 promises of word fell due: 1 kept in time, 1 kept late, 1 not kept." in said
    assert "too few" in said
    assert "percent" not in said


@pytest.mark.django_db
def test_the_crew_puts_it_in_their_own_words(folder: PageFolder, clock: HandClock, ana: Member) -> None:
    client = Client()
    client.force_login(ana)
    assert "you hear it from us first" in the_page(clock)
    path = f"/desk/pages/{Page.main(clock.now).slug}/how-we-tell/"
    assert client.get(path).status_code == 200

    answer = client.post(path, {"language": "en", "promise": "We ring you.", "when_late": "<b>Sorry</b>"})

    assert answer.status_code == 302
    said = the_page(clock)
    assert "We ring you." in said
    assert "&lt;b&gt;Sorry" in said
    assert AuditEntry.objects.filter(act="page.how_we_tell").count() == 1
    assert client.post(path, {"language": "en", "promise": "x" * 2001}).status_code == 422
    assert client.get(f"{path}?language=xx").status_code == 404
    assert HowWeTell.objects.count() == 1


@pytest.mark.django_db
def test_only_who_sets_up_pages_may_word_it(clock: HandClock, bela: Member) -> None:
    client = Client()
    client.force_login(bela)

    assert client.get(f"/desk/pages/{Page.main(clock.now).slug}/how-we-tell/").status_code == 403
