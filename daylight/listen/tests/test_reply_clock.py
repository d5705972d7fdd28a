"""By when a conversation must be answered."""

from datetime import UTC, datetime, timedelta

import pytest

from conftest import START
from daylight.accounts.models import Member, Organisation
from daylight.incidents.tests.makers import an_incident
from daylight.listen import reply_clock
from daylight.listen.models import Conversation, ReplyTime
from daylight.listen.tests.makers import a_conversation

HOUR = timedelta(hours=1)
COMPLAINT, IDEA = Conversation.Kind.COMPLAINT, Conversation.Kind.IDEA


@pytest.mark.parametrize(
    ("kind", "severity", "hours"),
    [(COMPLAINT, 0, 2), (COMPLAINT, 1, 0.5), (COMPLAINT, 2, 1), (COMPLAINT, 4, 2), (IDEA, 0, 48), (IDEA, 1, 0.5)],
)
def test_a_bad_incident_shortens_the_time(kind: str, severity: int, hours: float) -> None:
    assert reply_clock.usual(kind, severity).time == hours * HOUR


@pytest.mark.django_db
def test_the_more_particular_time_wins() -> None:
    ReplyTime.objects.create(kind=COMPLAINT, severity=0, minutes=300)
    ReplyTime.objects.create(kind=COMPLAINT, severity=3, minutes=45)

    times = reply_clock.Times.read()

    assert times.within(COMPLAINT, 0).time == 5 * HOUR
    assert times.within(COMPLAINT, 3).time == timedelta(minutes=45)
    assert times.within(COMPLAINT, 4).time == 5 * HOUR
    assert times.within(COMPLAINT, 1).time == timedelta(minutes=30)


@pytest.mark.django_db
def test_working_hours_leave_the_night_out() -> None:
    ReplyTime.objects.create(kind=COMPLAINT, severity=0, minutes=120, in_working_hours=True)
    friday = datetime(2026, 5, 8, 16, 0, tzinfo=UTC)

    conversation = a_conversation(at=friday)

    assert conversation.answer_due_at == datetime(2026, 5, 11, 10, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_working_hours_leave_holidays_out() -> None:
    ReplyTime.objects.create(kind=COMPLAINT, severity=0, minutes=120, in_working_hours=True)
    Organisation.get()
    Organisation.objects.update(holidays=["05-08", "2026-05-11"])

    conversation = a_conversation(at=datetime(2026, 5, 7, 16, 0, tzinfo=UTC))

    assert conversation.answer_due_at == datetime(2026, 5, 12, 10, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_another_incident_counts_from_when_the_customer_spoke(ana: Member) -> None:
    conversation = a_conversation()
    conversation.incident = an_incident(by=ana, severity=2)

    reply_clock.reckon(conversation, reply_clock.Times.read())

    assert conversation.answer_due_at == START + HOUR
    assert conversation.warn_at == START + timedelta(minutes=30)


@pytest.mark.django_db
def test_warnings_come_at_half_at_four_fifths_and_at_the_end() -> None:
    conversation = a_conversation()

    first = reply_clock.next_warning(conversation, after=START)
    assert first == START + HOUR
    second = reply_clock.next_warning(conversation, after=first)
    assert second == START + timedelta(minutes=96)
    third = reply_clock.next_warning(conversation, after=second)
    assert third == conversation.answer_due_at
    assert third is not None
    assert reply_clock.next_warning(conversation, after=third) is None
    assert reply_clock.percent(conversation, at=START + HOUR) == 50
