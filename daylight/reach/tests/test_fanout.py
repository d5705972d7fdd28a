"""Who is told, at which contact points: each once, and nobody else."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.core.due import LeaseLost
from daylight.customers.models import Consent, ContactPoint
from daylight.incidents.models import AffectedCustomer, Update
from daylight.reach import audience, fanout, filling, suppressing
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.models import Batch, Delivery, Notice, Suppression
from daylight.reach.moves import State
from daylight.reach.tests.makers import (
    HandChannel,
    a_contact_point,
    a_published_update,
    a_reached_incident,
    customers,
    join,
)

pytestmark = pytest.mark.django_db


def told_points() -> set[int]:
    return set(Delivery.objects.filter(state=State.QUEUED).values_list("contact_point_id", flat=True))


def fan_out(clock: HandClock) -> None:
    while fanout.step(clock.now).handled:
        pass


def test_each_affected_customer_is_written_once_and_no_other(ana: Member, clock: HandClock) -> None:
    affected, others = customers(450), customers(5)
    update = a_published_update(a_reached_incident(ana, affected=affected))

    fan_out(clock)
    fan_out(clock)

    notice = Notice.objects.get()
    assert (notice.update, notice.customers, notice.unreachable) == (update, 450, 0)
    assert notice.due_at is None
    assert notice.written_at == clock.now
    assert Delivery.objects.count() == 450
    assert not Delivery.objects.filter(customer__in=others).exists()
    assert [batch.size for batch in Batch.objects.order_by("number")] == [200, 250]
    assert all(batch.due_at == clock.now and batch.queued == batch.size for batch in Batch.objects.all())


def test_a_draft_is_told_to_nobody(ana: Member, clock: HandClock) -> None:
    incident = a_reached_incident(ana, affected=customers(3))
    a_published_update(incident, state=Update.State.DRAFT, number=None, published_at=None)

    fan_out(clock)

    assert not Notice.objects.exists()


def test_the_first_usable_mail_address_and_every_webhook(ana: Member, clock: HandClock) -> None:
    [customer] = customers(1, points=False)
    first = a_contact_point(customer=customer)
    second = a_contact_point(customer=customer)
    ContactPoint.objects.filter(pk=second.pk).update(position=1)
    hooks = [a_contact_point(customer=customer, channel="webhook", address=f"https://h{n}.example/") for n in range(2)]
    a_published_update(a_reached_incident(ana, affected=[customer]))

    fan_out(clock)

    assert told_points() == {first.pk, *(hook.pk for hook in hooks)}
    assert (Notice.objects.get().customers, Notice.objects.get().doubled) == (1, 2)


def test_a_suppressed_address_gives_way_to_the_next_usable_one(ana: Member, clock: HandClock) -> None:
    [customer] = customers(1, points=False)
    first, second = a_contact_point(customer=customer), a_contact_point(customer=customer)
    suppressing.suppress(first, reason=Suppression.Reason.BOUNCED, at=clock.now)
    a_published_update(a_reached_incident(ana, affected=[customer]))

    fan_out(clock)

    assert told_points() == {second.pk}


def test_who_cannot_be_reached_is_counted_and_the_ledger_says_why(ana: Member, clock: HandClock) -> None:
    reachable, gone, unwilling, retired, bare = (customers(1)[0] for _ in range(5))
    bare.contact_points.all().delete()
    retired.contact_points.get().retire(at=clock.now)
    suppressing.suppress(gone.contact_points.get(), reason=Suppression.Reason.REJECTED, at=clock.now)
    Consent.withdraw(unwilling.contact_points.get(), by="customer", at=clock.now)
    a_published_update(a_reached_incident(ana, affected=[reachable, gone, unwilling, retired, bare]))

    fan_out(clock)

    notice = Notice.objects.get()
    assert (notice.customers, notice.unreachable) == (5, 4)
    stopped = Delivery.objects.filter(state=State.SUPPRESSED)
    assert {row.customer: row.answer for row in stopped} == {gone: "rejected", unwilling: "consent withdrawn"}
    assert Batch.objects.get().suppressed == 2


def test_two_customers_who_share_an_address_each_get_their_own(ana: Member, clock: HandClock) -> None:
    pair = customers(2, points=False)
    for customer in pair:
        a_contact_point(customer=customer, address="office@shop.example")
    a_published_update(a_reached_incident(ana, affected=pair))

    fan_out(clock)

    assert {row.customer for row in Delivery.objects.all()} == set(pair)


def test_an_erased_or_removed_customer_is_left_out(ana: Member, clock: HandClock) -> None:
    stays, erased, removed = customers(3)
    incident = a_reached_incident(ana, affected=[stays, erased, removed])
    type(erased).objects.filter(pk=erased.pk).update(erased_at=clock.now)
    AffectedCustomer.objects.filter(customer=removed).update(removed_at=clock.now)
    a_published_update(incident)

    fan_out(clock)

    assert [row.customer for row in Delivery.objects.all()] == [stays]


def test_joiners_get_the_latest_update_at_once_and_only_they(ana: Member, clock: HandClock) -> None:
    incident = a_reached_incident(ana, affected=customers(3))
    a_published_update(incident)
    latest = a_published_update(incident)
    fan_out(clock)
    joiners = customers(2)

    join(incident, joiners, at=clock.move(minutes=6))
    fan_out(clock)

    notice = Notice.objects.get(audience=Notice.Audience.JOINERS)
    assert (notice.update, notice.customers) == (latest, 2)
    assert {row.customer for row in Delivery.objects.filter(notice=notice)} == set(joiners)
    fan_out(clock)
    assert Notice.objects.count() == 3


def test_a_joiner_who_came_back_is_not_told_twice(ana: Member, clock: HandClock) -> None:
    [customer] = customers(1)
    incident = a_reached_incident(ana, affected=[customer])
    a_published_update(incident)
    fan_out(clock)

    version = join(incident, [], at=clock.now)
    AffectedCustomer.objects.update(added_in=version.number)
    type(version).objects.filter(pk=version.pk).update(added=1)
    fan_out(clock)

    assert Delivery.objects.count() == 1


def test_a_newer_update_takes_over_what_waits_but_never_a_correction(ana: Member, clock: HandClock) -> None:
    incident = a_reached_incident(ana, affected=customers(3))
    first = a_published_update(incident)
    correction = a_published_update(incident, kind=Update.Kind.CORRECTION, corrects=first)
    fan_out(clock)

    newest = a_published_update(incident, at=clock.move(minutes=10))
    fan_out(clock)

    superseded_by = {notice.update: notice.superseded_by for notice in Notice.objects.all()}
    assert superseded_by[first] == Notice.objects.get(update=correction)
    assert superseded_by[correction] is None
    assert superseded_by[newest] is None


def test_an_update_published_while_an_older_one_is_being_written_stops_it(ana: Member, clock: HandClock) -> None:
    incident = a_reached_incident(ana, affected=customers(300))
    a_published_update(incident)
    fanout._notice_updates(clock.now)
    [old] = Notice.objects.claim(clock.now, lease=fanout.LEASE, limit=1)
    fanout._write_chunk(old, clock.now)

    a_published_update(incident)
    fanout._notice_updates(clock.now)

    with pytest.raises(LeaseLost):
        fanout._write_chunk(old, clock.now)
    assert Delivery.objects.count() == 200


def test_a_mishap_after_many_good_turns_is_soon_tried_again(
    ana: Member, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fanout, "CHUNKS_PER_TURN", 1)
    monkeypatch.setattr(fanout, "CHUNK", dict.fromkeys(fanout.CHUNK, 20))
    a_published_update(a_reached_incident(ana, affected=customers(300)))
    for _ in range(5):
        fanout.step(clock.now)
    written = Delivery.objects.count()

    with monkeypatch.context() as trouble:
        trouble.setattr(filling, "fill", lambda *_, **__: 1 / 0)
        fanout.step(clock.now)
    clock.move(seconds=10)
    fanout.step(clock.now)

    assert 200 < written < Delivery.objects.count() <= 300


def test_joiners_wait_for_an_update_that_is_about_to_go_to_everybody(ana: Member, clock: HandClock) -> None:
    incident = a_reached_incident(ana, affected=customers(2))
    a_published_update(incident)
    fan_out(clock)
    join(incident, customers(1))
    newest = a_published_update(incident)

    fanout._notice_joiners(clock.now)  # Published after this turn had looked for updates.
    fan_out(clock)

    assert Delivery.objects.filter(notice__update=newest).count() == 3


def test_two_workers_tell_everybody_of_an_update_once_though_the_register_grows(
    ana: Member, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    incident = a_reached_incident(ana, affected=customers(2))
    update = a_published_update(incident)
    monkeypatch.setattr(fanout, "_hold", lambda _: None)
    fanout._notice_update(update, clock.now)
    join(incident, customers(1))

    fanout._notice_update(update, clock.now)  # By a worker that saw the update without a notice.
    fan_out(clock)

    assert Delivery.objects.filter(notice__update=update).count() == 3
    assert Notice.objects.filter(audience=Notice.Audience.CUSTOMERS).count() == 1


@pytest.mark.parametrize("dies_at", range(1, 30, 3))
def test_a_worker_that_dies_at_any_statement_is_continued(ana: Member, clock: HandClock, dies_at: int) -> None:
    [one, *_] = affected = customers(230)
    a_contact_point(customer=one, channel="webhook", address="https://hooks.example/a")
    a_published_update(a_reached_incident(ana, affected=affected))
    statements = 0

    def die(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        nonlocal statements
        statements += 1
        if statements == dies_at:
            raise DatabaseError("killed")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(die), suppress(DatabaseError, LeaseLost):
        fanout.step(clock.now)
    clock.now += timedelta(minutes=10)
    fan_out(clock)

    notice = Notice.objects.get()
    assert (notice.customers, notice.unreachable, notice.doubled) == (230, 0, 1)
    assert Delivery.objects.count() == 231
    assert sum(batch.size for batch in Batch.objects.all()) == 231


def test_the_audience_is_counted_by_the_way_that_each_hears_first(
    ana: Member, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, is_first in (("sms", True), ("voice", False)):
        channel = HandChannel(name)
        channel.is_first_word = is_first
        monkeypatch.setitem(CHANNELS, name, channel)
    both, called, silent = customers(3, points=False)
    a_contact_point(customer=both, channel="sms", address="+4915112345678")
    a_contact_point(customer=both)
    a_contact_point(customer=called, channel="voice", address="+4915112345679")
    hook = a_contact_point(customer=called, channel="webhook", address="https://h.example/")
    incident = a_reached_incident(ana, affected=[both, called, silent])
    a_published_update(incident)

    found = audience.of(incident)
    fan_out(clock)

    assert dict(found.channels) == {"Sms": 1, "Voice": 1, "Webhook": 1}
    assert (found.customers, found.unreachable) == (3, 1)
    in_line = Delivery.objects.filter(state=State.QUEUED).values_list("contact_point__channel", flat=True)
    assert sorted(in_line) == ["sms", "voice", "webhook"]
    assert hook.pk in told_points()
