from datetime import timedelta
from itertools import permutations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.reach import keys, ledger, suppressing
from daylight.reach.channels.inbound import BounceReason, SaidKind, SaidReceipt, SaidStop
from daylight.reach.inbound import early, taking_in
from daylight.reach.inbound.tests.makers import (
    a_provider,
    a_receipt,
    counts,
    deliveries_that_left,
    in_ledger,
    key_of,
    name_by_reference,
)
from daylight.reach.models import Delivery, EarlyWord, Receipt, Suppression
from daylight.reach.moves import State

pytestmark = pytest.mark.django_db

DELIVERED, BOUNCED, SPAM = SaidKind.DELIVERED, SaidKind.BOUNCED, SaidKind.SPAM_REPORT


def _take_in(*said: SaidReceipt | SaidStop, clock: HandClock) -> None:
    taking_in.take_in(said, provider=None, at=clock.now)


def test_delivered_is_counted_once(ana: Member, clock: HandClock) -> None:
    one, *_ = deliveries_that_left(ana, 3, at=clock.now)

    for _ in range(2):
        _take_in(a_receipt(one, DELIVERED, clock.now), clock=clock)

    assert counts() == {"accepted": 2, "delivered": 1, "told": 3}
    assert in_ledger() == {"accepted": 2, "delivered": 1}
    assert Receipt.objects.count() == 1
    assert not suppressing.is_suppressed(one.contact_point)


def test_a_permanent_bounce_stops_us_and_its_customer_is_not_told(ana: Member, clock: HandClock) -> None:
    one, *_ = deliveries_that_left(ana, 3, at=clock.now)
    bounce = a_receipt(
        one, BOUNCED, clock.now, details="550 no such user", is_permanent=True, reason=BounceReason.NO_SUCH_ADDRESS
    )

    _take_in(bounce, clock=clock)

    one.refresh_from_db()
    assert one.answer == "There is no such address"
    assert counts() == {"accepted": 2, "bounced": 1, "told": 2}
    row = Suppression.objects.standing().get()
    assert (row.contact_point, row.reason, row.details) == (
        one.contact_point,
        Suppression.Reason.BOUNCED,
        "550 no such user",
    )


def test_a_passing_bounce_stops_nothing(ana: Member, clock: HandClock) -> None:
    one, *_ = deliveries_that_left(ana, 1, at=clock.now)

    _take_in(a_receipt(one, BOUNCED, clock.now, reason=BounceReason.FULL), clock=clock)

    assert counts() == {"bounced": 1}
    assert not suppressing.is_suppressed(one.contact_point)


def test_a_spam_report_means_it_arrived_and_is_a_wish(ana: Member, clock: HandClock) -> None:
    one, *_ = deliveries_that_left(ana, 1, at=clock.now)
    suppressing.suppress(one.contact_point, reason=Suppression.Reason.BOUNCED, at=clock.now)

    _take_in(a_receipt(one, SPAM, clock.now), clock=clock)

    assert counts() == {"delivered": 1, "told": 1}
    assert Suppression.objects.standing().get().reason == Suppression.Reason.SPAM_REPORT


@pytest.mark.parametrize("order", list(permutations([DELIVERED, BOUNCED, SPAM])))
def test_the_order_in_which_receipts_come_does_not_matter(
    order: tuple[SaidKind, ...], ana: Member, clock: HandClock
) -> None:
    one, *_ = deliveries_that_left(ana, 1, at=clock.now)

    for kind in order:
        _take_in(a_receipt(one, kind, clock.now), clock=clock)
        clock.move(minutes=1)

    assert counts() == {"bounced": 1}
    assert Receipt.objects.count() == 3


def test_a_receipt_that_comes_again_does_not_undo_what_a_member_lifted(ana: Member, clock: HandClock) -> None:
    one, *_ = deliveries_that_left(ana, 1, at=clock.now)
    bounce = a_receipt(one, BOUNCED, clock.now, is_permanent=True)
    _take_in(bounce, clock=clock)
    suppressing.lift(one.contact_point, by="Ana", at=clock.now)

    _take_in(bounce, clock=clock)

    assert not suppressing.is_suppressed(one.contact_point)


@pytest.mark.parametrize("key", ["", "x", "1.2.forged", "1.2", "ÿ.ÿ.ÿ", "1.2." + "a" * 500])
def test_a_key_that_is_not_ours_changes_nothing(key: str, ana: Member, clock: HandClock) -> None:
    deliveries_that_left(ana, 1, at=clock.now)

    _take_in(SaidReceipt(kind=BOUNCED, said_at=clock.now, key=key, is_permanent=True), clock=clock)

    assert (counts(), Receipt.objects.count(), EarlyWord.objects.count()) == ({"accepted": 1, "told": 1}, 0, 0)


def test_a_key_of_ours_without_a_delivery_changes_nothing(clock: HandClock) -> None:
    _take_in(SaidReceipt(kind=DELIVERED, said_at=clock.now, key=keys.delivery_key(1, 1)), clock=clock)

    assert (Receipt.objects.count(), EarlyWord.objects.count()) == (0, 0)


def test_a_delivery_is_found_by_the_name_its_own_provider_gave(ana: Member, clock: HandClock) -> None:
    one, two = deliveries_that_left(ana, 2, at=clock.now)
    ours, other = a_provider(), a_provider(name="Another house")
    name_by_reference(one, ours, "abc")
    name_by_reference(two, other, "abc")

    taking_in.take_in([SaidReceipt(kind=DELIVERED, said_at=clock.now, reference="abc")], provider=other, at=clock.now)

    assert [row.pk for row in Delivery.objects.filter(state=State.DELIVERED)] == [two.pk]


def test_a_receipt_before_our_own_ledger_is_not_lost(ana: Member, clock: HandClock) -> None:
    """The provider is quicker than the group in which results are written."""
    one, *_ = deliveries_that_left(ana, 1, at=clock.now, state=State.QUEUED)
    _take_in(a_receipt(one, BOUNCED, clock.now, is_permanent=True), clock=clock)
    assert counts() == {"queued": 1}
    assert suppressing.is_suppressed(one.contact_point)

    taking_in.step(clock.move(seconds=2))
    assert (counts(), EarlyWord.objects.count()) == ({"queued": 1}, 1)
    ledger.move([one.pk], to=State.ACCEPTED, at=clock.now)
    taking_in.step(clock.move(seconds=5))

    assert (counts(), EarlyWord.objects.count()) == ({"bounced": 1}, 0)
    assert Receipt.objects.count() == 1


def test_a_name_that_is_not_in_the_ledger_yet_is_tried_again_for_a_day(ana: Member, clock: HandClock) -> None:
    one, *_ = deliveries_that_left(ana, 1, at=clock.now)
    provider = a_provider()
    early_one, never = (SaidReceipt(kind=DELIVERED, said_at=clock.now, reference=name) for name in ("abc", "other"))
    taking_in.take_in([early_one, never], provider=provider, at=clock.now)

    name_by_reference(one, provider, "abc")
    taking_in.step(clock.move(seconds=2))
    assert counts() == {"delivered": 1, "told": 1}
    assert EarlyWord.objects.get().said["reference"] == "other"

    for _ in range(200):
        row = EarlyWord.objects.first()
        if row is None:
            break
        assert row.due_at is not None
        clock.now = max(clock.now, row.due_at)
        taking_in.step(clock.now)
    assert not EarlyWord.objects.exists()
    assert early.KEPT_FOR <= clock.now - early_one.said_at <= early.KEPT_FOR + timedelta(minutes=10)


def test_a_word_that_cannot_be_taken_in_does_not_hold_up_the_others(ana: Member, clock: HandClock) -> None:
    one, *_ = deliveries_that_left(ana, 1, at=clock.now)
    good = a_receipt(one, DELIVERED, clock.now)
    early.keep([good, good], provider=None, at=clock.now)
    EarlyWord.objects.filter(pk=EarlyWord.objects.earliest("pk").pk).update(said={"type": "Nonsense"})

    taking_in.step(clock.move(seconds=2))

    assert counts() == {"delivered": 1, "told": 1}
    assert "KeyError" in EarlyWord.objects.get().problem


def test_a_reader_who_stopped_us_at_the_provider_is_not_written_to(ana: Member, clock: HandClock) -> None:
    one, *_ = deliveries_that_left(ana, 1, at=clock.now)

    _take_in(SaidStop(said_at=clock.now, key=key_of(one)), clock=clock)

    assert Suppression.objects.standing().get().reason == Suppression.Reason.UNSUBSCRIBED


def test_a_thousand_receipts_are_taken_in_with_few_statements(ana: Member, clock: HandClock) -> None:
    rows = deliveries_that_left(ana, 1_000, at=clock.now)
    said = [
        a_receipt(row, BOUNCED, clock.now, details=f"550 <{row.pk}> unknown", is_permanent=True)
        if place % 10 == 0
        else a_receipt(row, DELIVERED, clock.now)
        for place, row in enumerate(rows)
    ]

    with CaptureQueriesContext(connection) as asked:
        _take_in(*said, clock=clock)

    assert counts() == {"delivered": 900, "bounced": 100, "told": 900}
    assert in_ledger() == {"delivered": 900, "bounced": 100}
    assert Suppression.objects.standing().count() == 100
    assert len(asked) < 60
