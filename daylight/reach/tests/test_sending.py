"""What becomes of each delivery, and what the ledger says when a worker dies."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError
from pytest_django import Settings

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.customers.models import Consent
from daylight.incidents.models import Incident, Update
from daylight.reach import at_work, fanout, finishing, journal, providers, sending, suppressing, taking_over
from daylight.reach.channels.base import (
    Accepted,
    AddressRejected,
    ChannelBroken,
    Message,
    MessageRejected,
    TryLater,
    Unanswered,
    nothing,
)
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.journal import Journal
from daylight.reach.keys import delivery_key
from daylight.reach.models import Alarm, Batch, Delivery, Notice, Suppression
from daylight.reach.moves import COUNT, State
from daylight.reach.progress import Progress
from daylight.reach.tests.makers import (
    HandChannel,
    a_contact_point,
    a_published_update,
    a_reached_incident,
    customers,
)

pytestmark = pytest.mark.django_db


class Postman(HandChannel):
    """A channel that does with each address what the test says."""

    def __init__(self) -> None:
        super().__init__()
        self.moods: dict[str, Exception] = {}
        self.on_send: list[str] = []

    def send(self, message: Message, *, idempotency_key: str, on_wire: Callable[[], None] = nothing) -> Accepted:
        self.on_send.append(message.address)
        if message.address in self.moods:
            raise self.moods[message.address]
        return super().send(message, idempotency_key=idempotency_key, on_wire=on_wire)


@pytest.fixture
def postman(monkeypatch: pytest.MonkeyPatch, tmp_path, settings) -> Postman:  # type: ignore[no-untyped-def]
    settings.DATA_DIR = tmp_path
    channel = Postman()
    monkeypatch.setitem(CHANNELS, "email", channel)
    sending._probed_at.clear()
    return channel


def send(clock: HandClock, channel: str = "email") -> None:
    while fanout.step(clock.now).handled:
        pass
    for _ in range(20):  # What was put back in line waits for the time that the senders themselves have used.
        soon = Batch.objects.due(clock.now + timedelta(seconds=4)).filter(channel=channel)
        if not sending.step(clock.now, channel=channel).handled and not soon.exists():
            break
        clock.move(seconds=1)


def states() -> dict[str, State]:
    rows = Delivery.objects.select_related("contact_point")
    return {row.contact_point.address: State(row.state) for row in rows}


def assert_counts_agree() -> None:
    """The counts of every batch are those of its rows, and customers told are those with an accepted delivery."""
    for batch in Batch.objects.all():
        rows = list(batch.deliveries.values_list("state", flat=True))
        assert {name: getattr(batch, name) for name in COUNT.values()} == {
            name: rows.count(state) for state, name in COUNT.items()
        }
    for notice in Notice.objects.all():
        told = Delivery.objects.filter(notice=notice, state__in=[State.ACCEPTED, State.DELIVERED])
        assert sum(batch.told for batch in notice.batches.all()) == told.values("customer").distinct().count()


def an_update(by: Member, number: int = 3, **facts: object) -> tuple[Incident, list[str]]:
    affected = customers(number)
    incident = a_reached_incident(by, affected=affected, **facts)
    a_published_update(incident)
    return incident, [customer.contact_points.get().address for customer in affected]


def test_every_affected_customer_is_sent_the_update_once(ana: Member, clock: HandClock, postman: Postman) -> None:
    _, addresses = an_update(ana, 250)

    send(clock)
    send(clock)

    assert sorted(postman.on_send) == sorted(addresses)
    assert set(states().values()) == {State.ACCEPTED}
    assert Notice.objects.get().finished_at is not None
    assert all(batch.due_at is None and not batch.journal for batch in Batch.objects.all())
    assert journal.left_behind() == []
    assert_counts_agree()


def test_an_address_that_does_not_exist_is_suppressed(ana: Member, clock: HandClock, postman: Postman) -> None:
    _, addresses = an_update(ana)
    postman.moods[addresses[1]] = AddressRejected("550 5.1.1 no such user")

    send(clock)

    assert states() == {
        addresses[0]: State.ACCEPTED,
        addresses[1]: State.FAILED,
        addresses[2]: State.ACCEPTED,
    }
    suppression = Suppression.objects.get()
    assert (suppression.contact_point.address, suppression.reason) == (addresses[1], "rejected")
    assert_counts_agree()


def test_try_later_waits_in_line_until_it_expires(ana: Member, clock: HandClock, postman: Postman) -> None:
    _, addresses = an_update(ana)
    postman.moods[addresses[0]] = TryLater("450 greylisted")

    send(clock)
    batch = Batch.objects.get()
    assert states()[addresses[0]] is State.QUEUED
    assert batch.due_at is not None
    assert clock.now - timedelta(seconds=2) < batch.due_at <= clock.now + timedelta(seconds=6)

    del postman.moods[addresses[0]]
    clock.move(seconds=10)
    send(clock)
    assert states()[addresses[0]] is State.ACCEPTED
    assert Delivery.objects.get(contact_point__address=addresses[0]).attempts == 2
    assert postman.on_send.count(addresses[1]) == 1
    assert_counts_agree()


def test_what_nobody_takes_expires(ana: Member, clock: HandClock, postman: Postman) -> None:
    an_update(ana)
    postman.refuses_to_open = TryLater("connection refused")

    send(clock)
    assert "connection refused" in Batch.objects.get().problem
    clock.move(hours=25)
    send(clock)

    assert set(states().values()) == {State.EXPIRED}
    assert Notice.objects.get().finished_at is not None
    assert_counts_agree()


def test_a_refused_text_stops_the_notice_and_alarms_the_author(ana: Member, clock: HandClock, postman: Postman) -> None:
    _, addresses = an_update(ana, 300)
    Update.objects.update(sent_off_by=ana)
    for address in addresses:
        postman.moods[address] = MessageRejected("554 5.7.1 looks like spam")

    send(clock)

    assert set(states().values()) == {State.FAILED}
    assert Notice.objects.get().stopped == {"email": "554 5.7.1 looks like spam"}
    assert [alarm.member for alarm in Alarm.objects.all()] == [ana]
    assert_counts_agree()


def test_the_odd_refusal_stops_nothing(ana: Member, clock: HandClock, postman: Postman) -> None:
    _, addresses = an_update(ana, 30)
    postman.moods[addresses[0]] = MessageRejected("554 I do not like it")

    send(clock)

    assert list(states().values()).count(State.ACCEPTED) == 29
    assert Notice.objects.get().stopped == {}


def test_a_broken_channel_pauses_and_goes_on_when_mended(ana: Member, clock: HandClock, postman: Postman) -> None:
    an_update(ana)
    postman.refuses_to_open = ChannelBroken("535 wrong password")

    send(clock)
    assert providers.is_paused("email")
    assert set(states().values()) == {State.QUEUED}
    assert Alarm.objects.count() == 1

    clock.move(minutes=1)
    send(clock)
    assert Alarm.objects.count() == 1

    postman.refuses_to_open = None
    clock.move(minutes=1)
    send(clock)
    assert not providers.is_paused("email")
    assert set(states().values()) == {State.ACCEPTED}
    assert_counts_agree()


def test_what_was_sent_and_not_answered_is_in_doubt_until_a_person_decides(
    ana: Member, clock: HandClock, postman: Postman
) -> None:
    _, addresses = an_update(ana)
    postman.moods[addresses[0]] = Unanswered("connection lost")

    send(clock)
    send(clock)
    assert states()[addresses[0]] is State.IN_DOUBT
    assert postman.on_send.count(addresses[0]) == 1

    del postman.moods[addresses[0]]
    [doubtful] = Delivery.objects.filter(state=State.IN_DOUBT)
    assert sending.send_again([doubtful.pk], at=clock.now) == 1
    send(clock)
    assert states()[addresses[0]] is State.ACCEPTED
    keys = [message.headers["key"] for message in postman.sent if message.address == addresses[0]]
    assert keys == [delivery_key(doubtful.notice_id, doubtful.contact_point_id)]
    assert_counts_agree()


def test_where_the_far_end_knows_the_key_doubt_is_sent_again(ana: Member, clock: HandClock, postman: Postman) -> None:
    _, addresses = an_update(ana)
    postman.resend_when_in_doubt = True
    postman.moods[addresses[0]] = Unanswered("connection lost")

    send(clock)

    assert states()[addresses[0]] is State.QUEUED


def test_a_newer_update_supersedes_what_still_waits(ana: Member, clock: HandClock, postman: Postman) -> None:
    incident, addresses = an_update(ana)
    postman.moods[addresses[0]] = TryLater("450 later")
    send(clock)

    postman.moods.clear()
    a_published_update(incident, at=clock.move(minutes=1))
    send(clock)

    old, new = Notice.objects.order_by("update__number")
    assert Delivery.objects.get(notice=old, contact_point__address=addresses[0]).state == State.SUPERSEDED
    assert set(Delivery.objects.filter(notice=new).values_list("state", flat=True)) == {State.ACCEPTED}
    assert old.finished_at is not None
    assert_counts_agree()


def test_an_exercise_walks_the_whole_road_and_sends_nothing(ana: Member, clock: HandClock, postman: Postman) -> None:
    an_update(ana, is_exercise=True)

    send(clock)

    assert postman.on_send == []
    assert set(states().values()) == {State.SEALED}
    assert_counts_agree()


def test_nothing_is_sent_to_an_address_suppressed_after_fan_out(
    ana: Member, clock: HandClock, postman: Postman
) -> None:
    _, addresses = an_update(ana)
    fanout.step(clock.now)
    point = Delivery.objects.get(contact_point__address=addresses[0]).contact_point
    suppressing.suppress(point, reason=Suppression.Reason.UNSUBSCRIBED, at=clock.now)

    send(clock)

    assert states()[addresses[0]] is State.SUPPRESSED
    assert addresses[0] not in postman.on_send


def test_a_customer_with_two_points_is_told_once(ana: Member, clock: HandClock, postman: Postman) -> None:
    hook = HandChannel("webhook")
    hook.tells_every_point = True
    CHANNELS["webhook"], before = hook, CHANNELS["webhook"]
    try:
        affected = customers(3)
        a_contact_point(customer=affected[0], channel="webhook", address="https://hooks.example/a")
        a_published_update(a_reached_incident(ana, affected=affected))
        send(clock)
        send(clock, "webhook")
    finally:
        CHANNELS["webhook"] = before

    assert len(hook.sent) == 1
    assert sum(batch.told for batch in Batch.objects.all()) == 3
    assert_counts_agree()


def a_dead_workers_batch(clock: HandClock, *, begun: int, answered: int) -> tuple[Batch, Journal]:
    """A batch whose worker died: the first were answered, then some were on the wire, nothing in the ledger."""
    while fanout.step(clock.now).handled:
        pass
    [batch] = Batch.objects.claim(clock.now, lease=at_work.LEASE, limit=1)
    book = Journal(batch.pk)
    Batch.objects.filter(pk=batch.pk).update(journal=book.name)
    keys = list(batch.deliveries.order_by("pk").values_list("pk", flat=True))
    for key in keys[: answered + begun]:
        book.begin(key)
    for key in keys[:answered]:
        book.answered(key, State.ACCEPTED)
    return batch, book


def test_a_dead_workers_batch_is_taken_over_at_once(ana: Member, clock: HandClock, postman: Postman) -> None:
    an_update(ana, 50)
    batch, book = a_dead_workers_batch(clock, answered=20, begun=4)
    book.close()

    send(clock)

    batch.refresh_from_db()
    assert (batch.accepted, batch.in_doubt, batch.queued) == (46, 4, 0)
    assert len(postman.on_send) == 26
    assert journal.left_behind() == []
    assert_counts_agree()


def test_a_batch_whose_worker_lives_is_left_to_it(ana: Member, clock: HandClock, postman: Postman) -> None:
    an_update(ana, 10)
    _, book = a_dead_workers_batch(clock, answered=0, begun=1)

    send(clock)
    clock.move(minutes=5)  # The lease has ended, but the worker's hand is still on the file.
    sending.step(clock.now, channel="email")

    assert postman.on_send == []
    book.close()
    clock.move(seconds=10)
    send(clock)
    assert len(postman.on_send) == 9
    assert_counts_agree()


def test_without_a_journal_the_head_of_the_batch_is_in_doubt(
    ana: Member, clock: HandClock, postman: Postman, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking_over, "LOST_AT_MOST", 5)
    an_update(ana, 20)
    batch, book = a_dead_workers_batch(clock, answered=3, begun=1)
    book.remove()

    send(clock)
    assert postman.on_send == []
    clock.move(seconds=61)
    send(clock)

    batch.refresh_from_db()
    assert (batch.in_doubt, batch.accepted) == (5, 15)


def test_a_machine_that_comes_back_decides_what_was_in_doubt(
    ana: Member, clock: HandClock, postman: Postman, settings: Settings, tmp_path: Path
) -> None:
    an_update(ana, 20)
    batch, book = a_dead_workers_batch(clock, answered=3, begun=1)
    book.close()
    settings.DATA_DIR = tmp_path / "another machine"
    settings.DATA_DIR.mkdir()
    clock.move(seconds=61)
    send(clock)
    batch.refresh_from_db()
    assert (batch.accepted, batch.in_doubt) == (0, 20)

    settings.DATA_DIR = tmp_path
    send(clock)

    batch.refresh_from_db()
    assert (batch.accepted, batch.in_doubt, batch.queued) == (19, 1, 0)
    assert len(postman.on_send) == 16
    assert_counts_agree()


def test_what_a_member_sent_again_is_not_decided_by_a_late_journal(
    ana: Member, clock: HandClock, postman: Postman, settings: Settings, tmp_path: Path
) -> None:
    an_update(ana, 5)
    batch, book = a_dead_workers_batch(clock, answered=2, begun=1)
    book.close()
    settings.DATA_DIR = tmp_path / "another machine"
    settings.DATA_DIR.mkdir()
    clock.move(seconds=61)
    send(clock)
    sending.send_again(list(Delivery.objects.values_list("pk", flat=True)), at=clock.now)
    send(clock)
    assert len(postman.on_send) == 5

    settings.DATA_DIR = tmp_path
    send(clock)

    batch.refresh_from_db()
    assert (batch.accepted, batch.in_doubt, len(postman.on_send)) == (5, 0, 5)


def test_a_torn_journal_after_a_power_cut_is_not_trusted(
    ana: Member, clock: HandClock, postman: Postman, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking_over, "LOST_AT_MOST", 5)
    an_update(ana, 20)
    batch, book = a_dead_workers_batch(clock, answered=3, begun=1)
    book.close()
    monkeypatch.setattr(journal, "_boot", lambda: "another boot")

    send(clock)

    batch.refresh_from_db()
    assert (batch.accepted, batch.in_doubt) == (3 + 11, 1 + 5)


def test_a_bug_in_composing_one_message_does_not_stop_the_others(
    ana: Member, clock: HandClock, postman: Postman, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, addresses = an_update(ana)
    compose = postman.compose

    def stumbling(notification, *, to, key):  # type: ignore[no-untyped-def]
        if to.address == addresses[0]:
            raise RuntimeError("out of ink")
        return compose(notification, to=to, key=key)

    monkeypatch.setattr(postman, "compose", stumbling)
    send(clock)

    assert states()[addresses[0]] is State.QUEUED
    assert list(states().values()).count(State.ACCEPTED) == 2
    assert "out of ink" in Delivery.objects.get(contact_point__address=addresses[0]).answer


def test_who_wants_no_more_after_fan_out_and_has_no_other_way_is_unreachable(
    ana: Member, clock: HandClock, postman: Postman
) -> None:
    incident, addresses = an_update(ana)
    fanout.step(clock.now)
    point = Delivery.objects.get(contact_point__address=addresses[0]).contact_point
    Consent.withdraw(point, by="the customer", at=clock.now)

    send(clock)

    progress = Progress.of(incident)
    assert (progress.told, progress.failed, progress.unreachable) == (2, 0, 1)
    assert_counts_agree()


def test_a_batch_is_not_finished_while_something_was_put_back_in_line(
    ana: Member, clock: HandClock, postman: Postman
) -> None:
    an_update(ana)
    fanout.step(clock.now)
    [batch] = Batch.objects.claim(clock.now, lease=at_work.LEASE, limit=1)

    finishing.finish(batch, clock.now)

    assert Batch.objects.get().due_at == clock.now
    send(clock)
    assert set(states().values()) == {State.ACCEPTED}


def test_a_journal_full_of_rubbish_after_a_crash_of_the_machine_stops_nobody(
    ana: Member, clock: HandClock, postman: Postman
) -> None:
    an_update(ana)
    fanout.step(clock.now)
    [batch] = Batch.objects.claim(clock.now, lease=at_work.LEASE, limit=1)
    book = Journal(batch.pk)
    book.begin(Delivery.objects.order_by("pk")[0].pk)
    Batch.objects.update(journal=book.name)
    book.close()
    with (journal._folder() / book.name).open("ab") as file:
        file.write(b"\0\0\0\nb \na 5\nz")

    taking_over.recover(clock.now)

    assert set(states().values()) == {State.IN_DOUBT}
    assert journal.left_behind() == []


def test_a_batch_that_could_not_be_ended_is_free_for_the_next_pass(
    ana: Member, clock: HandClock, postman: Postman, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, addresses = an_update(ana)
    fanout.step(clock.now)
    with monkeypatch.context() as trouble:

        def fail(batch: Batch, now: object) -> None:
            raise OperationalError("database or disk is full")

        trouble.setattr(finishing, "finish", fail)
        with pytest.raises(OperationalError):
            sending.step(clock.now, channel="email")
    clock.move(seconds=1)
    send(clock)

    assert postman.on_send == addresses
    assert set(states().values()) == {State.ACCEPTED}
    assert journal.left_behind() == []
    assert Notice.objects.get().finished_at is not None
