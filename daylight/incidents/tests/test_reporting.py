"""A post-mortem is read by the checker: no person as the cause, more than one cause, no names."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.incidents.models import PostMortem
from daylight.incidents.reviewing import questions
from daylight.incidents.tests.makers import a_resolution, an_incident, an_update


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("The outage was caused by human error.", "stops asking where it begins"),
        ("The root cause was a full disk. We enlarged it.", "names one cause"),
        ("Bela Novak restarted the wrong server.", "is a name"),
    ],
)
def test_what_stops_a_review_from_asking_on_is_asked_about(text: str, about: str) -> None:
    assert any(about in question for question in questions(text, names=["Bela Novak"]))


def test_a_review_that_asks_on_is_left_alone() -> None:
    text = "The cause was a full disk. Nothing warned us, and a second job wrote to it; both contributed."

    assert not any("one cause" in question or "is a name" in question for question in questions(text, names=["Ana"]))


@pytest.mark.django_db
def test_it_is_written_read_published_and_taken_back(client: Client, ana: Member, clock: HandClock) -> None:
    incident = an_incident(lead=ana)
    address = reverse("incidents:post-mortem", args=[incident.public_id])
    client.force_login(ana)
    assert client.post(address, {"draft": ""}).status_code == 422

    page = client.post(address, {"draft": "Ana made a slip.", "act": "publish"}, follow=True).content.decode()
    assert "publish the post-mortem when it is over" in page
    assert "“Ana” is a name" in page
    an_update(incident, by=ana)
    a_resolution(incident, by=ana)
    client.post(address, {"draft": "Nothing warned us.", "act": "publish"})
    assert PostMortem.objects.get().body == "Nothing warned us."
    client.post(address, {"draft": "Nothing warned us.", "act": "take-back"})
    assert PostMortem.objects.get().published_at is None


@pytest.mark.django_db
def test_nobody_writes_over_what_they_have_not_read(client: Client, ana: Member, clock: HandClock) -> None:
    address = reverse("incidents:post-mortem", args=[an_incident(lead=ana).public_id])
    client.force_login(ana)
    client.post(address, {"draft": "Nothing warned us.", "read": ""})

    answer = client.post(address, {"draft": "A disk was full.", "read": ""})
    page = answer.content.decode()

    assert answer.status_code == 422
    assert "Somebody else saved this post-mortem meanwhile" in page
    assert "Nothing warned us." in page
    assert "A disk was full." in page
    assert PostMortem.objects.get().draft == "Nothing warned us."
    client.post(address, {"draft": "A disk was full.", "read": PostMortem.objects.get().words_read})
    assert PostMortem.objects.get().draft == "A disk was full."


def test_an_answer_to_the_checker_in_a_post_mortem_answers_nothing() -> None:
    text = "We take this very seriously. candour: allow CND-204 because it is true."

    assert questions(text, names=()) == questions(text.partition(" candour")[0], names=()) != []


@pytest.mark.django_db(transaction=True)
def test_of_two_who_begin_at_once_one_is_shown_what_the_other_wrote(ana: Member, clock: HandClock) -> None:
    address = reverse("incidents:post-mortem", args=[an_incident(lead=ana).public_id])
    begin = Barrier(2)

    def write(draft: str) -> int:
        client = Client()
        client.force_login(ana)
        begin.wait()
        status = client.post(address, {"draft": draft, "read": ""}).status_code
        connection.close()
        return status

    with ThreadPoolExecutor(2) as pool:
        statuses = list(pool.map(write, ["Nothing warned us.", "A disk was full."]))

    assert sorted(statuses) == [302, 422]
    assert PostMortem.objects.count() == 1
