"""How the affected customers of an incident heard of it, counted over the ledger."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from conftest import START, HandClock
from daylight.accounts.models import Member
from daylight.customers.models import Customer
from daylight.incidents.models import AffectedCustomer, Incident, Update
from daylight.reach import fanout, ledger, told_times
from daylight.reach.evidence import people
from daylight.reach.ledger import Result
from daylight.reach.models import Batch, Call, CallAttempt, Delivery, Notice, ToldTimes
from daylight.reach.moves import State
from daylight.reach.tests.makers import a_contact_point, a_published_update, a_reached_incident, customers

pytestmark = pytest.mark.django_db


def accept(update: Update, after: dict[Customer, float], channel: str = "email") -> None:
    """The provider takes the update for these customers, so many minutes after it was published."""
    assert update.published_at is not None
    while fanout.step(update.published_at).handled:
        pass
    for customer, minutes in after.items():
        row = Delivery.objects.get(notice__update=update, customer=customer, batch__channel=channel)
        at = update.published_at + timedelta(minutes=minutes)
        ledger.write(Batch.objects.get(pk=row.batch_id), [Result(row.pk, State.ACCEPTED)], before=State.QUEUED, at=at)


def an_incident_told_twice(by: Member, number: int = 4) -> tuple[Incident, list[Customer]]:
    """All but the last hear after 1, 2, 3 … minutes; the first two also hear the second update, promised by 12:30."""
    affected = customers(number)
    incident = a_reached_incident(by, affected=affected, aware_at=START - timedelta(minutes=2))
    accept(a_published_update(incident), {customer: place for place, customer in enumerate(affected[:-1], start=1)})
    second = a_published_update(incident, at=START + timedelta(minutes=40), next_update_by=None)
    accept(second, {affected[0]: 1, affected[1]: 1})
    return incident, affected


def test_the_figures_of_an_incident(ana: Member, clock: HandClock) -> None:
    incident, _ = an_incident_told_twice(ana)

    figures = told_times.count(incident, until=START + timedelta(hours=1))

    assert (figures["customers"], figures["told"], figures["never"]) == (4, 3, 1)
    assert figures["after_publishing"] == {"count": 3, "median": 120, "p95": 180, "slowest": 180, "sum": 360}
    assert figures["after_knowing"]["median"] == 240
    assert figures["between"] == {"count": 2, "median": 39 * 60, "p95": 40 * 60, "slowest": 40 * 60, "sum": 79 * 60}
    # 1 + 11 and 2 + 11 minutes, 3 + 30 for who was not told twice, all 60 for who was never told.
    assert figures["in_the_dark"]["sum"] == (12 + 13 + 33 + 60) * 60
    assert figures["within"][0] == [60, 1]
    assert figures["by_channel"]["email"]["count"] == 3
    assert {number: each["count"] for number, each in figures["by_update"].items()} == {"1": 3, "2": 2}


def test_the_figures_are_those_of_each_customer_added_up(
    ana: Member, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(told_times, "STRETCH", 2)
    incident, affected = an_incident_told_twice(ana, 7)
    a_contact_point(customer=affected[5], channel="webhook", address="https://hooks.example/")
    now = clock.move(hours=2)

    hearings = [told_times.hearing_of(customer.pk, incident, now=now) for customer in affected]
    figures = told_times.count(incident, until=now)

    dark = sum(round(hearing.in_the_dark.total_seconds()) for hearing in hearings if hearing)
    assert figures["in_the_dark"]["sum"] == dark
    assert figures["told"] == sum(1 for hearing in hearings if hearing and hearing.first)
    assert figures["between"]["count"] == sum(len(hearing.between) for hearing in hearings if hearing)


def test_whom_a_member_reached_by_phone_is_told_from_then_on(ana: Member, clock: HandClock) -> None:
    incident, affected = an_incident_told_twice(ana)
    notice = Notice.objects.filter(incident=incident).order_by("pk")[0]
    call = Call.objects.create(
        incident=incident, customer=affected[-1], notice=notice, reason=Call.Reason.UNREACHABLE, listed_at=START
    )
    for minutes, result in ((8, CallAttempt.Result.NO_ANSWER), (9, CallAttempt.Result.REACHED)):
        CallAttempt.objects.create(call=call, member=ana, result=result, made_at=START + timedelta(minutes=minutes))

    hearing = told_times.hearing_of(affected[-1].pk, incident, now=clock.move(minutes=20))
    figures = told_times.count(incident, until=clock.now)
    [proof] = [
        proof
        for some, _ in people.read(notice.update, now=clock.now, with_messages=False)
        for proof in some
        if proof.customer == affected[-1].pk
    ]

    assert hearing is not None
    assert (hearing.after_publishing, hearing.in_the_dark) == (timedelta(minutes=9), timedelta(minutes=9))
    assert (figures["never"], figures["by_channel"]["call"]["count"]) == (0, 1)
    assert (proof.outcome, proof.told_at) == (people.BY_CALL, START + timedelta(minutes=9))
    assert [called.result for called in proof.calls] == ["no_answer", "reached"]


def test_a_customers_page_says_how_they_heard(ana: Member, clock: HandClock, client: Client) -> None:
    _, affected = an_incident_told_twice(ana)
    clock.move(hours=1)
    client.force_login(ana)

    first, never = (
        client.get(reverse("reach:panel-customer", args=[customer.pk])).content.decode()
        for customer in (affected[0], affected[-1])
    )

    assert "How they heard" in first
    assert "12 min" in first
    assert "never" in never


def test_who_left_the_register_is_not_counted(ana: Member, clock: HandClock) -> None:
    incident, affected = an_incident_told_twice(ana)
    AffectedCustomer.objects.filter(customer=affected[-1]).update(removed_at=START)

    assert told_times.count(incident, until=clock.now)["never"] == 0
    assert told_times.hearing_of(affected[-1].pk, incident, now=clock.now) is None


def test_a_small_incident_is_counted_when_somebody_looks(ana: Member, clock: HandClock) -> None:
    incident, _ = an_incident_told_twice(ana)

    row = told_times.of(incident, now=clock.move(hours=1))

    assert (row.counted_at, row.due_at, row.figures["told"]) == (clock.now, None, 3)


def test_a_large_incident_is_counted_by_the_loop_and_shown_as_of_then(
    ana: Member, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(told_times, "AT_ONCE", 3)
    incident, _ = an_incident_told_twice(ana)

    asked = told_times.of(incident, now=clock.move(hours=1))
    told_times.step(clock.move(seconds=1))
    shown = told_times.of(incident, now=clock.now)

    assert (asked.counted_at, asked.due_at) == (None, clock.now - timedelta(seconds=1))
    assert (shown.counted_at, shown.figures["told"]) == (clock.now, 3)
    assert ToldTimes.objects.get().due_at is None


def test_figures_that_took_long_are_shown_for_longer(ana: Member, clock: HandClock) -> None:
    incident, _ = an_incident_told_twice(ana)
    told_times.of(incident, now=clock.now)
    ToldTimes.objects.update(seconds=3)

    assert told_times.of(incident, now=clock.move(seconds=59)).counted_at == clock.now - timedelta(seconds=59)
    assert told_times.of(incident, now=clock.move(seconds=2)).counted_at == clock.now


def test_an_incident_that_told_nobody_has_no_times(ana: Member, clock: HandClock) -> None:
    incident = a_reached_incident(ana, affected=customers(2))

    figures = told_times.of(incident, now=clock.move(minutes=10)).figures

    assert (figures["never"], figures["after_publishing"]) == (2, None)
    assert figures["in_the_dark"]["sum"] == 2 * 600
