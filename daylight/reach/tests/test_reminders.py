from datetime import timedelta

import pytest

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.incidents.models import EscalationRung, Incident
from daylight.incidents.tests.makers import an_incident, an_update, turn_the_loops
from daylight.reach import alarms, reminding
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.models import Alarm
from daylight.reach.tests.makers import HandChannel

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail(monkeypatch: pytest.MonkeyPatch) -> HandChannel:
    channel = HandChannel("email")
    monkeypatch.setitem(CHANNELS, "email", channel)
    return channel


def _turn(clock: HandClock) -> None:
    turn_the_loops(clock.now)
    reminding.step(clock.now)
    while alarms.step(clock.now).handled:
        pass


def _run(clock: HandClock, *, minutes: int) -> None:
    """Turn the loops every four minutes."""
    for _ in range(0, minutes, 4):
        clock.move(minutes=4)
        _turn(clock)


def _promised(lead: Member | None, clock: HandClock, **facts: object) -> Incident:
    """An incident whose next word is promised in 40 minutes."""
    incident = an_incident(lead=lead, **facts)  # type: ignore[arg-type]
    an_update(incident, by=lead, at=clock.now, next_in=timedelta(minutes=40), rhythm=40)
    return incident


def _told(mail: HandChannel, member: Member) -> list[str]:
    return [message.subject for message in mail.sent if message.address == member.email]


def test_the_lead_is_warned_once_each_and_the_ladder_is_climbed(
    ana: Member, bela: Member, mail: HandChannel, clock: HandClock
) -> None:
    EscalationRung.objects.create(position=1, member=bela, after=4)
    _promised(ana, clock)

    _run(clock, minutes=52)

    assert _told(mail, ana) == [
        "Word is due in 20 min: Card payments fail",
        "Word is due in 8 min: Card payments fail",
        "Word is due now: Card payments fail",
    ]
    assert _told(mail, bela) == ["Nobody has spoken: word is 4 min late: Card payments fail"]


def test_the_escalation_says_who_was_alarmed_before_and_where_to_act(
    ana: Member, bela: Member, mail: HandChannel, clock: HandClock
) -> None:
    EscalationRung.objects.create(position=1, member=bela, after=4)
    incident = _promised(ana, clock)

    _run(clock, minutes=44)

    text = next(message.text for message in mail.sent if message.address == bela.email)
    assert "we promised the next word by 4 May, 12:40 (UTC)" in text
    assert text.count("- Ana, ") == 1
    assert "- Ana, 12:40 by email" in text
    assert "The lead is Ana." in text
    assert f"/desk/incident/{incident.public_id}/" in text


def test_a_worker_that_was_down_tells_each_of_them_once_and_how_late_it_is(
    ana: Member, bela: Member, mail: HandChannel, clock: HandClock
) -> None:
    EscalationRung.objects.create(position=1, member=bela, after=4)
    _promised(ana, clock)

    clock.move(minutes=70)
    _turn(clock)
    _run(clock, minutes=8)

    assert len(_told(mail, ana)) == 3
    assert set(_told(mail, ana)) == {"Word is 30 min late: Card payments fail"}
    assert _told(mail, bela) == ["Nobody has spoken: word is 30 min late: Card payments fail"]


def test_no_word_is_said_twice_when_the_loops_turn_again(ana: Member, mail: HandChannel, clock: HandClock) -> None:
    _promised(ana, clock)
    clock.move(minutes=21)

    for _ in range(5):
        _turn(clock)

    assert len(mail.sent) == 1


def test_an_incident_without_a_lead_alarms_all_who_may_lead(
    ana: Member, bela: Member, mail: HandChannel, clock: HandClock
) -> None:
    an_incident(lead=None, by=ana)

    _run(clock, minutes=40)

    assert any("First word is" in subject for subject in _told(mail, ana))
    assert "This incident has no lead" in mail.sent[0].text
    assert _told(mail, bela) == []


def test_an_exercise_says_so(ana: Member, mail: HandChannel, clock: HandClock) -> None:
    _promised(ana, clock, is_exercise=True)

    _run(clock, minutes=20)

    assert mail.sent[0].subject.startswith("[EXERCISE] ")
    assert mail.sent[0].text.startswith("EXERCISE: ")


def test_a_holding_update_to_come_is_announced(ana: Member, mail: HandChannel, clock: HandClock) -> None:
    _promised(ana, clock, holding_update_allowed=True)

    _run(clock, minutes=20)

    assert "a holding update leaves by itself" in mail.sent[0].text


def test_a_closed_incident_alarms_nobody(ana: Member, mail: HandChannel, clock: HandClock) -> None:
    incident = _promised(ana, clock)
    turn_the_loops(clock.move(minutes=21))
    Incident.objects.filter(pk=incident.pk).update(closed_at=clock.now)

    assert reminding.step(clock.now).handled == 0
    assert reminding.oldest_due(clock.now) is None


def test_the_loop_knows_what_has_waited_longest(ana: Member, clock: HandClock) -> None:
    _promised(ana, clock)
    fired_at = clock.move(minutes=21)
    turn_the_loops(fired_at)

    assert reminding.oldest_due(clock.move(minutes=5)) == fired_at
    reminding.step(clock.now)
    assert Alarm.objects.oldest_due_at() == clock.now


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(minutes=1), "1 min"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(minutes=65), "1 h 5 min"),
        (timedelta(hours=24), "1 day"),
        (timedelta(hours=51), "2 days 3 h"),
    ],
)
def test_spans_are_said_as_a_person_says_them(span: timedelta, words: str) -> None:
    assert reminding.in_words(span) == words
