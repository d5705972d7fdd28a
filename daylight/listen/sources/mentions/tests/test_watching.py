"""Mentions are seen to grow; who spoke first is told; what was answered there stops the clock."""

from datetime import timedelta

import pytest
from django.test import Client

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.incidents.tests.makers import an_incident, an_update
from daylight.listen import taking_in
from daylight.listen.models import Conversation
from daylight.listen.sources.mentions import watching
from daylight.listen.tests.makers import a_conversation

pytestmark = pytest.mark.django_db

MENTION = {"source": "mentions", "channel": "", "address": ""}


def test_growth_and_the_first_word(clock: HandClock) -> None:
    incident, silent = an_incident(), an_incident()
    an_update(incident, at=clock.now - timedelta(hours=3))
    for hours, about in ((2, incident), (1, silent), (30, None)):
        at = clock.now - timedelta(hours=hours)
        a_conversation("Down!", at=at, incident_id=about.pk if about else None, **MENTION)

    first = {one.incident: one.is_ours for one in watching.first_words(10)}

    assert watching.growth(clock.now) == watching.Growth(last_day=2, day_before=1)
    assert first == {incident: True, silent: False}


def test_what_was_answered_there_owes_nothing_more_and_says_so(client: Client, ana: Member, clock: HandClock) -> None:
    client.force_login(ana)
    facts = {"link": "https://x.example/1", "where": "X"}
    conversation = a_conversation("Down!", at=clock.now, facts=facts, **MENTION)

    before = client.get("/desk/ways-in/mentions/").content.decode()
    for _ in range(2):
        client.post(f"/desk/ways-in/mentions/{conversation.public_id}/answered/")
    taking_in.step(clock.now)
    after = client.get("/desk/ways-in/mentions/").content.decode()

    row = Conversation.objects.get()
    assert row.answer_due_at is None
    assert row.messages.count() == 2
    assert 'href="https://x.example/1"' in before
    assert "Mark as answered there" in before
    assert "Mark as answered there" not in after
    assert client.get("/desk/ways-in/").status_code == 200
