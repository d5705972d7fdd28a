"""What would ring at night waits for the customer's morning, and for nobody else's."""

from datetime import UTC, datetime, time

import pytest

from conftest import HandClock
from daylight.accounts.models import Member, Organisation
from daylight.customers.models import ContactPoint, Customer
from daylight.incidents.models import Incident
from daylight.reach import fanout, laddering, sending
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.models import Batch, Delivery, Ladder, QuietHours
from daylight.reach.moves import State
from daylight.reach.progress import Progress
from daylight.reach.tests.makers import HandChannel, a_contact_point, a_published_update, a_reached_incident

pytestmark = pytest.mark.django_db


@pytest.fixture
def sms(monkeypatch: pytest.MonkeyPatch, clock: HandClock) -> HandChannel:
    """A channel that rings; it is 23:30 in Berlin."""
    channel = HandChannel("sms")
    channel.makes_noise = True
    for name in list(CHANNELS):
        monkeypatch.delitem(CHANNELS, name)
    monkeypatch.setitem(CHANNELS, "sms", channel)
    monkeypatch.setitem(CHANNELS, "email", HandChannel("email"))
    clock.now = datetime(2026, 5, 4, 21, 30, tzinfo=UTC)
    Organisation.objects.update_or_create(pk=1, defaults={"time_zone": "Europe/Berlin"})
    return channel


def reached_by_text(zone: str = "", **quiet: object) -> Customer:
    point = a_contact_point(channel="sms", address=f"+49{Customer.objects.count()}")
    Customer.objects.filter(pk=point.customer_id).update(time_zone=zone)
    if quiet:
        usual = {"starts": time(22), "ends": time(7), "chosen_at": point.created_at}
        QuietHours.objects.create(customer=point.customer, **(usual | quiet))
    return point.customer


def turn(clock: HandClock) -> None:
    for _ in range(3):
        fanout.step(clock.now)
        for name in CHANNELS:
            sending.step(clock.now, channel=name)


def addresses(channel: HandChannel) -> set[str]:
    return {message.address for message in channel.sent}


def address_of(customer: Customer) -> str:
    return ContactPoint.objects.get(customer=customer, channel="sms").address


def told_in_the_night(ana: Member, *affected: Customer, severity: int = 2) -> Incident:
    incident = a_reached_incident(ana, affected=list(affected), severity=severity)
    a_published_update(incident)
    return incident


def test_each_waits_for_a_morning_of_their_own(ana: Member, clock: HandClock, sms: HandChannel) -> None:
    berlin, madeira, tokyo = reached_by_text(), reached_by_text("Atlantic/Madeira"), reached_by_text("Asia/Tokyo")
    new_york, owl = reached_by_text("America/New_York"), reached_by_text(always_tell=True)
    late = reached_by_text(starts=time(1), ends=time(10))
    incident = told_in_the_night(ana, berlin, madeira, tokyo, new_york, owl, late)

    turn(clock)
    assert addresses(sms) == {address_of(customer) for customer in (new_york, owl, late)}
    held = {batch.held_until: batch.queued for batch in Batch.objects.filter(held_until__isnull=False)}
    assert held == {
        datetime(2026, 5, 5, 5, 0, tzinfo=UTC): 1,
        datetime(2026, 5, 5, 6, 0, tzinfo=UTC): 1,
        datetime(2026, 5, 4, 22, 0, tzinfo=UTC): 1,
    }
    shown = Progress.of(incident)
    assert (shown.told, shown.on_the_way, shown.held) == (3, 3, 3)

    clock.now = datetime(2026, 5, 4, 22, 0, tzinfo=UTC)
    turn(clock)
    assert len(sms.sent) == 4
    clock.now = datetime(2026, 5, 5, 6, 0, tzinfo=UTC)
    turn(clock)
    shown = Progress.of(incident)
    assert (shown.told, shown.on_the_way, shown.held) == (6, 0, 0)
    assert len(sms.sent) == 6
    assert sum(batch.size for batch in Batch.objects.all()) == 6


def test_mail_comes_at_any_hour(ana: Member, clock: HandClock, sms: HandChannel) -> None:
    incident = told_in_the_night(ana, a_contact_point().customer)

    turn(clock)

    assert Progress.of(incident).told == 1


def test_the_worst_does_not_wait(ana: Member, clock: HandClock, sms: HandChannel) -> None:
    incident = told_in_the_night(ana, reached_by_text(), severity=1)

    turn(clock)

    assert Progress.of(incident).told == 1


def test_what_waits_goes_at_once_when_it_is_judged_worse(ana: Member, clock: HandClock, sms: HandChannel) -> None:
    incident = told_in_the_night(ana, reached_by_text())
    turn(clock)
    assert Progress.of(incident).held == 1
    Incident.objects.update(severity=1)

    laddering.step(clock.now)
    turn(clock)

    assert Progress.of(incident).told == 1


def test_a_newer_update_takes_the_place_of_what_waits(ana: Member, clock: HandClock, sms: HandChannel) -> None:
    incident = told_in_the_night(ana, reached_by_text())
    turn(clock)

    a_published_update(incident, at=clock.move(hours=1))
    turn(clock)
    clock.now = datetime(2026, 5, 5, 5, 0, tzinfo=UTC)
    turn(clock)

    assert len(sms.sent) == 1
    assert sorted(Delivery.objects.values_list("state", flat=True)) == [State.ACCEPTED, State.SUPERSEDED]


def test_the_next_rung_keeps_the_quiet_too(ana: Member, clock: HandClock, sms: HandChannel) -> None:
    customer = reached_by_text()
    ContactPoint.objects.update(position=1)
    a_contact_point(customer=customer)
    incident = told_in_the_night(ana, customer)
    turn(clock)
    laddering.step(clock.now)
    clock.move(minutes=30)
    for _ in range(2):
        Ladder.objects.update(due_at=clock.now)
        laddering.step(clock.now)
        turn(clock)

    assert sms.sent == []
    shown = Progress.of(incident)
    assert (shown.told, shown.on_the_way, shown.held) == (1, 0, 1)
    clock.now = datetime(2026, 5, 5, 5, 0, tzinfo=UTC)
    turn(clock)
    assert len(sms.sent) == 1


def test_an_exercise_does_not_wait_for_the_morning(ana: Member, clock: HandClock, sms: HandChannel) -> None:
    incident = a_reached_incident(ana, affected=[reached_by_text()], is_exercise=True)
    a_published_update(incident)

    turn(clock)

    assert Progress.of(incident).sealed == 1
