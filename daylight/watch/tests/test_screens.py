"""From a signal to an incident, or to something learned; and what the screens say on the way."""

import pytest
from django.test import Client

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.customers.tests.makers import a_customer
from daylight.incidents.models import AffectedCustomer, Component, ComponentUse, Incident, Update
from daylight.incidents.tests.makers import an_incident
from daylight.listen.models import Conversation
from daylight.watch.models import IncidentTopic, Lookout, Signal, Teaching, Topic
from daylight.watch.proposing import guess_kind
from daylight.watch.tests.makers import a_surge, calm_weeks, heard, turn
from daylight.watch.words import Outcome

pytestmark = pytest.mark.django_db

BILLING = {"category": "Billing", "product": "Checkout", "region": "North"}


@pytest.fixture
def signal(clock: HandClock, ana: Member) -> Signal:
    """Twelve known customers with the same trouble, all users of one component that more people use."""
    checkout = Component.objects.create(key="checkout", name="Checkout")
    people = [a_customer(name=f"Customer {n}", email=f"c{n}@home.example") for n in range(30)]
    a_customer(name="Uses nothing of it", email="other@home.example")
    ComponentUse.objects.bulk_create(ComponentUse(component=checkout, customer=one) for one in people)
    surge = a_surge(clock.now, facts=BILLING)
    said = [type(one)(**{**vars(one), "address": f"c{n}@home.example"}) for n, one in enumerate(surge)]
    heard(*calm_weeks(clock.now), *said, at=clock.now)
    return Signal.objects.open().get()


@pytest.fixture
def crew(client: Client, ana: Member) -> Client:
    client.force_login(ana)
    return client


def test_the_page_says_who_since_when_and_what_is_usual(crew: Client, signal: Signal) -> None:
    page = crew.get(f"/desk/signals/{signal.public_id}/").content.decode()

    assert "12 customers" in page
    assert signal.headline in page
    assert "about one false alarm per topic and year" in page
    assert "12 complained, 18 have not and may be affected" in page
    assert "<svg" in page
    assert "charged twice" in page


def test_one_click_opens_the_incident_with_all_that_belongs_to_it(crew: Client, signal: Signal, ana: Member) -> None:
    page = crew.get(f"/desk/signals/{signal.public_id}/")
    form, proposal = page.context["form"], page.context["proposal"]
    given = {name: form[name].value() for name in ("title", "kind", "severity", "occurred_at", "lead", "visibility")}
    crew.post(
        f"/desk/signals/{signal.public_id}/incident/",
        given | {"summary": "Cards are charged twice.", "rule": [one.name for one in proposal.suggestions]},
    )

    incident = Incident.objects.get()
    assert incident.kind == "billing_error"
    assert AffectedCustomer.objects.filter(incident=incident).count() == 30
    linked = Conversation.objects.filter(incident=incident, linked_by=Conversation.Linked.SIGNAL)
    assert linked.count() == 12
    assert IncidentTopic.objects.filter(incident=incident, topic=signal.topic).exists()
    assert Update.objects.get().texts.get().what == "Cards are charged twice."
    signal.refresh_from_db()
    assert (signal.outcome, signal.incident) == (Outcome.INCIDENT, incident)


def test_what_comes_after_belongs_to_the_incident_and_alarms_nobody(
    crew: Client, signal: Signal, clock: HandClock, ana: Member
) -> None:
    incident = an_incident(lead=ana)
    crew.post(f"/desk/signals/{signal.public_id}/incident/", {"incident": incident.public_id})
    heard(*a_surge(clock.move(minutes=30), size=20, facts=BILLING), at=clock.now)

    assert list(Signal.objects.open()) == []
    panel = crew.get(f"/desk/signals/incident/{incident.public_id}/").content.decode()
    assert "12 conversations" in panel


def test_not_an_issue_teaches_and_can_be_taken_back(crew: Client, signal: Signal, clock: HandClock) -> None:
    judge = f"/desk/signals/{signal.public_id}/judge/"
    crew.post(judge, {"act": "no_issue", "reason": "A newsletter asked them to write."})
    turn(clock.move(minutes=20))

    signal.refresh_from_db()
    assert signal.outcome == Outcome.NO_ISSUE
    assert Teaching.objects.filter(topic=signal.topic, undone_at__isnull=True).exists()
    assert list(Signal.objects.open()) == []

    crew.post(judge, {"act": "undo"})
    signal.refresh_from_db()
    assert signal.is_open
    assert not Teaching.objects.filter(undone_at__isnull=True).exists()


def test_two_members_cannot_judge_one_signal(crew: Client, signal: Signal) -> None:
    crew.post(f"/desk/signals/{signal.public_id}/judge/", {"act": "known"})
    answer = crew.post(f"/desk/signals/{signal.public_id}/judge/", {"act": "no_issue"}, follow=True)

    signal.refresh_from_db()
    assert signal.outcome == Outcome.KNOWN
    assert "Somebody has judged this signal meanwhile" in answer.content.decode()


def test_a_form_with_a_mistake_keeps_what_was_typed(crew: Client, signal: Signal) -> None:
    answer = crew.post(f"/desk/signals/{signal.public_id}/incident/", {"title": "", "kind": "outage"})

    assert answer.status_code == 422
    assert not Incident.objects.exists()


def test_today_tells_of_it(crew: Client, signal: Signal) -> None:
    page = crew.get("/desk/").content.decode()

    assert "12 customers, usual" in page
    assert f"/desk/signals/{signal.public_id}/" in page


def test_somebody_asks_to_be_warned_first(crew: Client, ana: Member) -> None:
    crew.post("/desk/signals/keep-watch/")
    assert Lookout.objects.get().member == ana
    assert "Warnings go quietly to Ana" in crew.get("/desk/signals/").content.decode()

    crew.post("/desk/signals/keep-watch/", {"act": "stop"})
    assert not Lookout.objects.exists()


def test_a_topic_gets_another_name_becomes_part_of_one_and_falls_silent(
    crew: Client, signal: Signal, clock: HandClock
) -> None:
    topic, other = Topic.objects.get(name="Billing"), Topic.objects.get(name="North")
    change = f"/desk/signals/topics/{topic.public_id}/change/"
    crew.post(change, {"act": "rename", "name": "Money"})
    crew.post(change, {"act": "week"})
    page = crew.get(f"/desk/signals/topics/{topic.public_id}/").content.decode()
    assert "Money" in page
    assert "Nothing is said of this topic" in page

    crew.post(change, {"act": "merge", "into": "north"})
    topic.refresh_from_db()
    assert topic.merged_into == other
    heard(*a_surge(clock.move(days=2), size=1, facts={"category": "Billing"}), at=clock.now)
    other.refresh_from_db()
    assert other.last_said_at == clock.now
    assert "growing" in crew.get("/desk/signals/topics/").content.decode()


def test_who_may_not_see_customers_sees_no_words(client: Client, signal: Signal, dora: Member) -> None:
    client.force_login(dora)
    answer = client.get(f"/desk/signals/{signal.public_id}/")

    assert answer.status_code in {200, 403}
    assert "charged twice" not in answer.content.decode().replace(signal.headline, "")


@pytest.mark.parametrize("path", ["nothing/", "topics/nothing/", "incident/nothing/"])
def test_what_is_not_there_is_not_found(crew: Client, path: str) -> None:
    assert crew.get(f"/desk/signals/{path}").status_code == 404


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("double charge", "billing_error"),
        ("Rechnung doppelt", "billing_error"),
        ("parcel late", "late_delivery"),
        ("login fails", "outage"),
        ("blue sky", "other"),
    ],
)
def test_the_kind_is_guessed_from_the_words(words: str, kind: str) -> None:
    assert guess_kind(words) == kind
