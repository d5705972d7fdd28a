"""Who has to ask for news is counted against the incident, and gets a personal word."""

from datetime import timedelta

import pytest

from conftest import START
from daylight.accounts.models import Member
from daylight.customers.tests.makers import a_customer
from daylight.incidents.models import Promise
from daylight.incidents.tests.makers import an_incident, an_update, turn_the_loops
from daylight.listen import asked, chasing, replying
from daylight.listen.models import Chaser
from daylight.listen.tests.makers import a_conversation, something_said, taken_in
from daylight.reach import fanout
from daylight.reach.models import Alarm, Delivery

pytestmark = pytest.mark.django_db
LATER = START + timedelta(hours=3)


def test_a_chaser_is_counted_with_the_promise_that_was_missed_and_the_lead_is_alarmed_once(ana: Member) -> None:
    customer = a_customer("Kim", email="kim@mail.example")
    incident = an_incident(affected=[customer], lead=ana)
    an_update(incident)
    turn_the_loops(START + timedelta(hours=2))

    for text in ("Any update?", "Still no answer from you!"):
        taken_in(something_said(text, at=LATER, address="kim@mail.example", subject=text), at=LATER)
    chasing.step(LATER)
    chasing.step(LATER)

    rows = list(Chaser.objects.of(incident))
    assert len(rows) == 2
    assert rows[0].promise == Promise.objects.get(incident=incident)
    assert "did not come in time" in rows[0].what_was_missing
    assert rows[0].because == "Any update"
    alarm = Alarm.objects.get(key=f"chaser-{incident.pk}")
    assert (alarm.member, alarm.incident) == (ana, incident)
    assert "Any update?" in alarm.text


def test_words_that_are_too_few_by_themselves_chase_about_an_open_incident(ana: Member) -> None:
    words = "What happened to my card?"
    alone = taken_in(something_said(words))[0]
    known = taken_in(something_said(words, incident_id=an_incident(lead=ana).pk))[0]
    assert (alone.is_chaser, known.is_chaser) == (False, True)


def test_a_first_report_is_no_chaser(ana: Member) -> None:
    incident = an_incident(lead=ana)
    message = taken_in(something_said("My card was charged twice today.", incident_id=incident.pk))[0]
    chasing.step(LATER)
    assert not message.is_chaser
    assert not Chaser.objects.exists()


def test_a_chaser_is_counted_when_it_is_linked_later_and_never_for_an_exercise(ana: Member) -> None:
    conversation = a_conversation("Any update?", at=START)
    chasing.step(START)
    assert not Chaser.objects.exists()

    conversation.incident = an_incident(lead=ana)
    conversation.save()
    rehearsed = a_conversation("Any news?", at=START)
    rehearsed.incident = an_incident(lead=ana, is_exercise=True)
    rehearsed.save()
    chasing.step(LATER)

    assert [row.message.conversation for row in Chaser.objects.all()] == [conversation]


def test_only_a_members_own_word_mends_it(ana: Member) -> None:
    conversation = a_conversation("Any update?", incident_id=an_incident(lead=ana).pk)
    chasing.step(START)
    replying.say(conversation, "We have it.", by=None, at=LATER)
    chasing.step(LATER)
    assert Chaser.objects.unmended().count() == 1

    replying.reply(conversation, "I am sorry that you had to ask.", by=ana, at=LATER)
    chasing.step(LATER)

    row = Chaser.objects.get()
    assert (row.mended_by, row.mended_at) == (ana, LATER)


def test_a_call_mends_it_too(ana: Member) -> None:
    a_conversation("Any update?", incident_id=an_incident(lead=ana).pk)
    chasing.step(START)
    chasing.mend(Chaser.objects.get(), by=ana, at=LATER, how=" Called her. ")
    assert Chaser.objects.get().mended_how == "Called her."
    assert not Chaser.objects.unmended().exists()


def test_who_asked_before_being_told_is_counted(ana: Member) -> None:
    told, asking = (a_customer(email=f"{name}@mail.example") for name in ("told", "asking"))
    incident = an_incident(affected=[told, asking], lead=ana)
    a_conversation("Nothing works!", address="asking@mail.example", at=START)
    an_update(incident, at=START + timedelta(minutes=5))
    fanout.step(START + timedelta(minutes=6))
    Delivery.objects.update(state=Delivery.State.ACCEPTED, accepted_at=START + timedelta(minutes=7))
    a_conversation("Any update?", address="told@mail.example", at=LATER)
    chasing.step(LATER)

    assert asked.of(incident) == asked.Asked(wrote=2, asked_first=1, chasers=1)
