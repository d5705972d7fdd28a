"""Warnings of answers owed, and the strain of those who answer."""

from datetime import timedelta
from typing import Any

import pytest

from conftest import START, HandClock, a_member
from daylight.accounts.models import Member
from daylight.accounts.roles import Role
from daylight.accounts.tests.makers import signed_in
from daylight.listen import breaks, handling, replying, strain, warning
from daylight.listen.models import Conversation, Message, ReplyTime
from daylight.listen.tests.makers import a_conversation
from daylight.reach.models import Alarm

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(clock: HandClock) -> Member:
    return a_member("Efe", Role.AGENT)


def test_whoever_has_it_is_warned_three_times_and_the_leads_at_the_end(agent: Member, ana: Member) -> None:
    conversation = a_conversation(subject="Charged twice")
    handling.claim(conversation, by=agent, at=START)

    for minutes in (59, 60, 61, 96, 120, 121, 500):
        warning.step(START + timedelta(minutes=minutes))

    subjects = [alarm.subject for alarm in Alarm.objects.filter(member=agent).order_by("pk")]
    assert subjects == [
        "Your answer is due: half the time has gone",
        "Your answer is due soon",
        "Your answer was due",
    ]
    assert [alarm.subject for alarm in Alarm.objects.filter(member=ana)] == ["1 answer should have been given by now"]


def test_an_answer_ends_the_warnings(agent: Member) -> None:
    conversation = a_conversation()
    handling.claim(conversation, by=agent, at=START)
    replying.reply(conversation, "Here.", by=agent, at=START)

    assert warning.step(START + timedelta(hours=9)).handled == 0
    assert not Alarm.objects.exists()


def test_a_flood_is_one_alarm_and_not_a_flood_of_alarms(ana: Member, clock: HandClock) -> None:
    for _ in range(20):
        a_conversation()

    warning.step(START + timedelta(hours=2))

    assert [alarm.subject for alarm in Alarm.objects.all()] == ["20 answers should have been given by now"]


def test_a_break_gives_back_what_is_in_hand_and_everybody_sees_it(agent: Member, ana: Member) -> None:
    mine = a_conversation()
    handling.claim(mine, by=agent, at=START)

    answer = signed_in(agent).post("/desk/inbox/break/", {"minutes": "20"}, follow=True).content.decode()

    mine.refresh_from_db()
    assert mine.claimed_by is None
    assert "1 conversation went back" in answer
    assert "break until" in signed_in(ana).get("/desk/inbox/load/").content.decode()
    signed_in(agent).post("/desk/inbox/break/", {"minutes": "back"})
    assert breaks.running(agent, at=START) is None


def test_a_long_stretch_without_a_break_is_answered_by_a_suggestion(agent: Member) -> None:
    for minutes in range(0, 150, 25):
        replying.reply(a_conversation(), "Here.", by=agent, at=START + timedelta(minutes=minutes))
    now = START + timedelta(minutes=130)

    [load] = [one for one in strain.loads(now, by=agent) if one.member == agent]

    assert (load.answered, load.at_it_since) == (6, START)
    assert "without a break" in load.suggestion(now)
    breaks.begin(agent, minutes=10, at=now)
    [rested] = [one for one in strain.loads(now + timedelta(minutes=11), by=agent) if one.member == agent]
    assert rested.suggestion(now + timedelta(minutes=11)) == ""


def _from_a_machine(conversation: Conversation) -> dict[str, Any]:
    said = {"text": "I am out of the office.", "source": "mailbox", "external_id": "away", "nature": "automatic"}
    return said | {"conversation": conversation, "direction": "in", "said_at": START, "received_at": START}


def test_who_reads_mostly_upset_words_is_offered_quieter_work(agent: Member) -> None:
    for number in range(6):
        text = "This is outrageous, I am furious!" if number else "Where is my parcel?"
        handling.claim(a_conversation(text), by=agent, at=START)
    Message.objects.create(**_from_a_machine(Conversation.objects.of(agent)[0]))
    handling.claim(a_conversation("Disgraceful! I am furious!", at=START - timedelta(hours=5)), by=agent, at=START)

    [load] = [one for one in strain.loads(START, by=agent) if one.member == agent]

    assert (load.read, load.upset) == (6, 5)
    assert "sounds upset" in load.suggestion(START)
    assert "5 of 6" in signed_in(agent).get("/desk/inbox/load/").content.decode()


def test_times_are_set_by_kind_and_severity(ana: Member, clock: HandClock) -> None:
    client = signed_in(ana)
    given = {"kind": "complaint", "severity": "0", "minutes": "30"}
    client.post("/desk/inbox/times/", given)
    client.post("/desk/inbox/times/", given | {"minutes": "45"})

    row = ReplyTime.objects.get()
    assert row.minutes == 45
    assert a_conversation().answer_due_at == START + timedelta(minutes=45)
    assert client.post("/desk/inbox/times/", given | {"minutes": "0"}).status_code == 422
    client.post(f"/desk/inbox/times/{row.pk}/drop/")
    assert not ReplyTime.objects.exists()


def test_queues_are_made_and_put_away(ana: Member, clock: HandClock) -> None:
    client = signed_in(ana)
    client.post("/desk/inbox/queues/", {"name": "Billing"})
    twice = client.post("/desk/inbox/queues/", {"name": "Billing"})
    Conversation.objects.update(queue=None)

    assert twice.status_code == 422
    assert "Billing" in client.get("/desk/inbox/queues/").content.decode()
