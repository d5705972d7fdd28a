"""A conversation that was answered by telephone is answered: the clock stops, chasers are mended, nothing is sent."""

import pytest
from django.urls import reverse

from conftest import HandClock, a_member
from daylight.accounts.models import AuditEntry
from daylight.accounts.roles import Role
from daylight.accounts.tests.makers import signed_in
from daylight.incidents.tests.makers import an_incident
from daylight.listen import answering
from daylight.listen.models import Chaser, Conversation, Message
from daylight.listen.tests.makers import a_conversation

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("button", "is_open"), [("", True), ("then_close", False)])
def test_what_was_agreed_is_the_answer(clock: HandClock, button: str, is_open: bool) -> None:
    efe, row = a_member("Efe", Role.AGENT), a_conversation("Any news?")
    chaser = Chaser.objects.create(message=row.messages.get(), incident=an_incident(), counted_at=clock.now)
    address = reverse("listen:act", args=[row.public_id, "called"])

    given = {"called-agreed": "New parcel on Friday."} | ({button: "yes"} if button else {})
    shown = signed_in(efe).post(address, given, follow=True).content.decode()
    answering.step(clock.now)

    row.refresh_from_db()
    chaser.refresh_from_db()
    said = row.messages.get(direction=Message.Direction.OUT)
    assert (said.text, said.author, said.sending.channel) == ("New parcel on Friday.", efe, "phone")
    assert (row.answer_due_at, row.owed_since, row.warn_at, row.is_open) == (None, None, None, is_open)
    assert (chaser.mended_by, chaser.mended_how) == (efe, "Called them: New parcel on Friday.")
    assert AuditEntry.objects.filter(act="conversation.called", subject=row.public_id).exists()
    assert "Answered by telephone" in shown


def test_it_says_what_was_agreed_or_nothing_happens(clock: HandClock) -> None:
    row = a_conversation("Any news?")
    client = signed_in(a_member("Efe", Role.AGENT))

    answer = client.post(reverse("listen:act", args=[row.public_id, "called"]), {"called-agreed": " "})

    assert answer.status_code == 422
    assert "Write down what you told them" in answer.content.decode()
    assert Conversation.objects.get().answer_due_at is not None
