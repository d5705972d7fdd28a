from datetime import timedelta

import pytest

from conftest import HandClock
from daylight.accounts.models import Member, StaffContact
from daylight.reach import alarms, providers
from daylight.reach.channels.base import AddressRejected, ChannelBroken, TryLater, Unanswered
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.models import Alarm
from daylight.reach.tests.makers import HandChannel

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail(monkeypatch: pytest.MonkeyPatch) -> HandChannel:
    channel = HandChannel("email")
    monkeypatch.setitem(CHANNELS, "email", channel)
    return channel


@pytest.fixture
def pager(monkeypatch: pytest.MonkeyPatch) -> HandChannel:
    channel = HandChannel("pager")
    monkeypatch.setitem(CHANNELS, "pager", channel)
    return channel


def _alarm(*members: Member, clock: HandClock, key: str = "k") -> None:
    alarms.alarm(members, key=key, subject="Word is late", text="Write it.", at=clock.now)


def _turn(clock: HandClock) -> int:
    handled = 0
    while step := alarms.step(clock.now).handled:
        handled += step
    return handled


def test_an_alarm_is_told_once_however_often_it_is_raised(ana: Member, mail: HandChannel, clock: HandClock) -> None:
    _alarm(ana, clock=clock)
    _alarm(ana, clock=clock)
    _turn(clock)
    _alarm(ana, clock=clock)
    _turn(clock)

    assert [(message.address, message.subject) for message in mail.sent] == [(ana.email, "Word is late")]


def test_staff_contacts_are_tried_in_order(
    ana: Member, mail: HandChannel, pager: HandChannel, clock: HandClock
) -> None:
    StaffContact.objects.create(member=ana, channel="email", address="second@home.example", position=2)
    StaffContact.objects.create(member=ana, channel="pager", address="1", position=1)
    pager.fails_with = AddressRejected("unknown number")

    _alarm(ana, clock=clock)
    _turn(clock)

    assert pager.tries == 1
    assert [message.address for message in mail.sent] == ["second@home.example"]
    row = Alarm.objects.get()
    assert (row.channel, row.address, row.sent_at) == ("email", "second@home.example", clock.now)


@pytest.mark.parametrize("problem", [TryLater("busy"), Unanswered("no answer"), AddressRejected("gone")])
def test_a_member_nobody_answers_for_is_tried_again(
    ana: Member, mail: HandChannel, clock: HandClock, problem: Exception
) -> None:
    mail.fails_with = problem
    _alarm(ana, clock=clock)

    assert _turn(clock) == 1
    assert _turn(clock) == 0
    mail.fails_with = None
    clock.move(seconds=6)
    _turn(clock)

    assert len(mail.sent) == 1


def test_an_alarm_that_reaches_nobody_is_given_up_and_kept_with_its_reason(
    ana: Member, mail: HandChannel, clock: HandClock
) -> None:
    mail.fails_with = TryLater("421 busy")
    _alarm(ana, clock=clock)
    for _ in range(30):
        _turn(clock)
        clock.move(minutes=15)

    row = Alarm.objects.given_up().get()
    assert row.sent_at is None
    assert "421 busy" in row.problem
    assert row.gave_up_at is not None
    assert row.gave_up_at - row.made_at == timedelta(hours=4)
    assert 10 < mail.tries < 30


def test_a_broken_channel_is_paused_and_the_alarm_goes_by_the_next(
    ana: Member, mail: HandChannel, pager: HandChannel, clock: HandClock
) -> None:
    StaffContact.objects.create(member=ana, channel="pager", address="1")
    mail.refuses_to_open = ChannelBroken("535 wrong password")
    StaffContact.objects.filter(channel="pager").update(position=5)
    StaffContact.objects.create(member=ana, channel="email", address=ana.email, position=0)

    _alarm(ana, clock=clock)
    _turn(clock)

    assert providers.is_paused("email")
    assert sorted(message.subject for message in pager.sent) == ["Email cannot send and is paused", "Word is late"]
    assert "535 wrong password" in next(message.text for message in pager.sent if "cannot send" in message.subject)


def test_an_alarm_says_where_to_act(ana: Member, mail: HandChannel, clock: HandClock) -> None:
    alarms.alarm([ana], key="k", subject="s", text="t", at=clock.now, path="/desk/reach/channels/")
    _turn(clock)

    assert mail.sent[0].text.endswith("/desk/reach/channels/")


def test_a_member_who_has_left_is_not_alarmed(ana: Member, mail: HandChannel, clock: HandClock) -> None:
    ana.is_active = False
    ana.save()

    _alarm(ana, clock=clock)
    _turn(clock)

    assert mail.sent == []
