"""What the firm's own people say on their line is read by those who lead and review, and by nobody else."""

import pytest
from django.test import Client
from django.urls import reverse

from conftest import HandClock, a_member
from daylight.accounts import keys
from daylight.accounts.models import Member
from daylight.accounts.roles import Act, Role
from daylight.accounts.tests.makers import signed_in
from daylight.customers.erasing import personal_data
from daylight.customers.tests.makers import a_commitment, a_customer
from daylight.incidents.models import Incident
from daylight.incidents.tests.makers import an_incident
from daylight.listen import answering_many, identifying, judging, listing, strain
from daylight.listen.matching import Match
from daylight.listen.models import BulkAnswer, Conversation, Message
from daylight.listen.models.conversation import SPEAK_UP
from daylight.listen.tests.makers import a_conversation

pytestmark = pytest.mark.django_db
SECRET = "Wexelbrand"
"""A word that stands nowhere but in what a colleague said."""


@pytest.fixture
def agent(clock: HandClock) -> Member:
    return a_member("Efe", Role.AGENT)


@pytest.fixture
def incident(ana: Member) -> Incident:
    return an_incident(by=ana)


@pytest.fixture
def said(clock: HandClock, ana: Member, incident: Incident) -> Conversation:
    """Theirs, with everything by which it could come onto a screen, as if a customer had said it."""
    row = a_conversation(f"{SECRET}: we ship it untested.", source=SPEAK_UP, channel="", address="", subject=SECRET)
    customer = a_customer("Zoë Adler")
    Conversation.objects.filter(pk=row.pk).update(incident=incident, customer=customer)
    Message.objects.filter(conversation=row).update(is_chaser=True)
    other = a_conversation("Something else of hers.")
    Conversation.objects.filter(pk=other.pk).update(customer=customer, incident=incident)
    judging.keep([judging.Suggested(row, Match(incident.pk, SECRET, is_certain=False))], at=clock.now)
    row.refresh_from_db()
    return row


def addresses(said: Conversation, incident: Incident) -> list[str]:
    """Every screen on which words of conversations stand, with each part of the inbox."""
    other = Conversation.objects.exclude(pk=said.pk).get()
    inbox = reverse("listen:inbox")
    return [
        *(f"{inbox}?show={show}" for show in listing.SHOWN),
        *(f"{inbox}?q={words}" for words in ("untested", said.public_id, "Zoë Adler")),
        f"{inbox}?source={SPEAK_UP}",
        f"{inbox}?incident={incident.pk}",
        reverse("listen:conversation", args=[other.public_id]),
        reverse("listen:panel-customer", args=[said.customer_id]),
        reverse("listen:panel-incident", args=[incident.public_id]),
        f"{reverse('listen:answer-many')}?chosen={said.public_id}&chosen={other.public_id}",
        f"{reverse('listen:answer-many')}?incident={incident.public_id}",
        reverse("listen:load"),
        reverse("listening:mentions"),
        reverse("desk:incident", args=[incident.public_id]),
        reverse("watch:panel-incident", args=[incident.public_id]),
        "/desk/",
    ]


def test_no_screen_of_an_agent_bears_a_word_of_it(agent: Member, said: Conversation, incident: Incident) -> None:
    client = signed_in(agent)

    for address in addresses(said, incident):
        answer = client.get(address, follow=True)
        shown = answer.content.decode()
        assert answer.status_code == 200, address
        assert SECRET not in shown, address
        assert f"/conversation/{said.public_id}/" not in shown, address


def test_whoever_leads_reads_it_in_the_inbox(ana: Member, said: Conversation) -> None:
    client = signed_in(ana)

    assert SECRET in client.get("/desk/inbox/?show=needs").content.decode()
    assert SECRET in client.get(reverse("listen:conversation", args=[said.public_id])).content.decode()


def test_nothing_of_it_opens_for_an_agent(agent: Member, said: Conversation) -> None:
    client = signed_in(agent)

    assert client.get(reverse("listen:conversation", args=[said.public_id])).status_code == 404
    assert client.post(reverse("listen:act", args=[said.public_id, "claim"])).status_code == 404


def test_counts_leave_it_out(agent: Member, ana: Member, said: Conversation, clock: HandClock) -> None:
    Conversation.objects.filter(pk=said.pk).update(claimed_by=agent)
    clock.move(hours=9)

    assert listing.counts(agent) == {"needs": 1, "mine": 0, "nobodys": 1, "suggested": 0}
    assert (listing.waiting(agent), listing.late(agent, clock.now)) == (1, 1)
    assert (listing.waiting(ana), listing.late(ana, clock.now)) == (2, 2)
    assert {load.member.name: load.open for load in strain.loads(clock.now, by=agent)}["Efe"] == 0


def test_one_answer_to_many_does_not_reach_it(agent: Member, said: Conversation, clock: HandClock) -> None:
    signed_in(agent).post(
        reverse("listen:answer-many"),
        {"chosen": [row.public_id for row in Conversation.objects.all()], "text": "We.", "send": "y"},
    )
    answering_many.step(clock.now)

    assert BulkAnswer.objects.get().answered == 1
    assert not said.messages.filter(direction=Message.Direction.OUT).exists()


def test_a_program_reads_it_only_with_the_rights_to(ana: Member, said: Conversation, clock: HandClock) -> None:
    def asked(*scopes: Act) -> list[int]:
        _, secret = keys.make_key(name="x", scopes=scopes, by=ana, at=clock.now)
        client = Client(headers={"Authorization": f"Bearer {secret}"})
        whole = client.get(f"/api/v1/conversations/{said.public_id}")
        listed = client.get("/api/v1/conversations")
        return [whole.status_code, len(listed.json()["items"])]

    assert asked(Act.READ_CUSTOMERS) == [404, 1]
    assert asked(Act.READ_CUSTOMERS, Act.LEAD_INCIDENT) == [200, 2]


def test_nobody_is_named_there_and_nobodys_data_holds_it(ana: Member, clock: HandClock) -> None:
    customer = a_customer("Zoë Adler")
    order = a_commitment(customer, reference="ORD-4711")
    row = a_conversation(f"Look at {order.reference}.", source=SPEAK_UP, channel="", address="")

    with pytest.raises(identifying.CannotName):
        identifying.correct_customer(row, customer, by=ana, at=clock.now)

    assert row.customer is None
    assert "conversations" not in personal_data(customer)


def test_it_is_handed_over_to_nobody_who_may_not_read_it(ana: Member, agent: Member, said: Conversation) -> None:
    answer = signed_in(ana).post(
        reverse("listen:act", args=[said.public_id, "hand-over"]), {"over-to": f"m{agent.pk}"}, follow=True
    )

    said.refresh_from_db()
    assert "may not read what your own people say" in answer.content.decode()
    assert said.claimed_by is None
