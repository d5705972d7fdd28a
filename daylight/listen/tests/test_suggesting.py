"""What we think a conversation is about is answered with one button, for one or many, and taken back with another."""

import pytest
from django.test import Client
from django.urls import reverse

from conftest import HandClock, a_member
from daylight.accounts.models import AuditEntry, Member
from daylight.accounts.roles import Role
from daylight.accounts.tests.makers import signed_in
from daylight.incidents.models import Incident
from daylight.incidents.tests.makers import an_incident
from daylight.listen import handling, identifying, judging
from daylight.listen.matching import Match
from daylight.listen.models import Chaser, Conversation
from daylight.listen.tests.makers import a_conversation

pytestmark = pytest.mark.django_db
LIST = "/desk/inbox/?show=suggested"


@pytest.fixture
def agent(clock: HandClock) -> Member:
    return a_member("Efe", Role.AGENT)


@pytest.fixture
def client(agent: Member) -> Client:
    return signed_in(agent)


@pytest.fixture
def incident(ana: Member) -> Incident:
    return an_incident(by=ana, title="Parcels from North are late")


def suggested(incident: Incident, clock: HandClock, subject: str = "Late") -> Conversation:
    row = a_conversation("Where is my parcel?", subject=subject)
    match = Match(incident.pk, "Their words and the incident's have in common: parcel.", is_certain=False)
    judging.keep([judging.Suggested(row, match)], at=clock.now)
    return row


def say(client: Client, row: Conversation, answer: str) -> str:
    address = reverse("listen:act", args=[row.public_id, "suggestion"])
    return client.post(address, {"is_right": answer}, follow=True).content.decode()


def test_yes_links_and_undo_takes_the_link_away(client: Client, incident: Incident, clock: HandClock) -> None:
    row = suggested(incident, clock)

    linked = say(client, row, "yes")
    row.refresh_from_db()
    assert (row.incident, row.linked_by) == (incident, Conversation.Linked.PERSON)
    assert "Undo: take the link away" in linked

    Chaser.objects.create(message=row.messages.get(), incident=incident, counted_at=clock.now)
    asked = say(client, row, "undo")
    row.refresh_from_db()
    assert (row.incident, row.linked_by, row.linked_at) == (None, "", None)
    assert "Yes, it is about that" in asked
    assert not Chaser.objects.exists()
    acts = list(AuditEntry.objects.order_by("number").values_list("act", flat=True))
    assert acts[-2:] == ["conversation.link", "conversation.suggestion_undone"]


def test_no_leaves_it_without_an_incident_and_is_asked_again_after_undo(
    client: Client, incident: Incident, clock: HandClock
) -> None:
    row = suggested(incident, clock)

    assert "said" in say(client, row, "no")
    row.refresh_from_db()
    assert row.incident is None
    assert row.subject not in client.get(LIST).content.decode()
    say(client, row, "undo")
    assert row.subject in client.get(LIST).content.decode()


def test_whoever_is_second_hears_that_it_is_answered(client: Client, incident: Incident, clock: HandClock) -> None:
    row = suggested(incident, clock)
    say(client, row, "no")

    assert "Somebody has answered this meanwhile." in say(client, row, "no")
    assert AuditEntry.objects.filter(act="conversation.suggestion_dismissed").count() == 1


def test_an_undo_leaves_what_somebody_linked_since(
    client: Client, incident: Incident, clock: HandClock, ana: Member
) -> None:
    row, other = suggested(incident, clock), an_incident(by=ana)
    say(client, row, "yes")
    row.refresh_from_db()
    identifying.link(row, other, by=ana, at=clock.now)

    assert "linked to something else" in say(client, row, "undo")
    row.refresh_from_db()
    assert row.incident == other


@pytest.mark.parametrize("is_right", ["yes", "no"])
def test_many_are_answered_together_and_taken_back_together(
    client: Client, incident: Incident, clock: HandClock, is_right: str
) -> None:
    rows = [suggested(incident, clock, f"Late {number}") for number in range(3)]
    address, chosen = reverse("listen:suggested"), [row.public_id for row in rows[:2]]

    after = client.post(address, {"chosen": chosen, "is_right": is_right}, follow=True).content.decode()
    linked = Conversation.objects.filter(incident=incident).count()
    assert linked == (2 if is_right == "yes" else 0)
    assert [subject in after for subject in ("Late 0", "Late 1", "Late 2")] == [False, False, True]
    assert "2 conversations" in after

    again = client.post(address, {"undo": "yes"}, follow=True).content.decode()
    assert not Conversation.objects.filter(incident=incident).exists()
    assert "Late 0" in again
    assert "2 are questions again." in again
    assert 'name="undo"' not in again


def test_the_list_holds_what_can_still_be_answered(
    client: Client, agent: Member, incident: Incident, clock: HandClock, ana: Member
) -> None:
    suggested(incident, clock, "waits")
    handling.close(suggested(incident, clock, "is closed"), by=agent, at=clock.now, because="Done.")
    identifying.link(suggested(incident, clock, "is linked"), incident, by=agent, at=clock.now)

    shown = client.get(LIST).content.decode()
    assert [subject in shown for subject in ("waits<", "is closed<", "is linked<")] == [True, False, False]
    assert 'Suggested <span class="nav__count">1</span>' in shown

    Incident.objects.update(closed_at=clock.now)
    assert "No suggestion waits" in client.get(LIST).content.decode()


def test_nothing_chosen_is_said(client: Client, incident: Incident) -> None:
    answer = client.post(reverse("listen:suggested"), {"is_right": "yes"}, follow=True)

    assert "Choose the conversations first." in answer.content.decode()
