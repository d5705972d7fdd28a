import pytest

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.reach import fanout, keys, ledger, receipts, suppressing
from daylight.reach.models import Batch, Delivery, Receipt, Suppression
from daylight.reach.moves import State
from daylight.reach.receipts import UnknownDelivery
from daylight.reach.tests.makers import a_published_update, a_reached_incident, customers

pytestmark = pytest.mark.django_db
Kind = Receipt.Kind


@pytest.fixture
def delivery(ana: Member, clock: HandClock) -> Delivery:
    """A delivery that the provider accepted."""
    a_published_update(a_reached_incident(ana, affected=customers(3)))
    fanout.step(clock.now)
    row = Delivery.objects.order_by("pk")[0]
    ledger.move([row.pk], to=State.ACCEPTED, at=clock.now)
    return row


def _receive(delivery: Delivery, kind: Kind, clock: HandClock, *, is_permanent: bool = False) -> Receipt:
    key = keys.delivery_key(delivery.notice_id, delivery.contact_point_id)
    return receipts.receive(
        key, kind=kind, said_at=clock.now, at=clock.now, details="550 no such user", is_permanent=is_permanent
    )


def _state(delivery: Delivery) -> tuple[str, int, int, int]:
    delivery.refresh_from_db()
    batch = Batch.objects.get()
    return delivery.get_state_display(), batch.accepted, batch.delivered, batch.bounced


def test_delivered_is_counted_once(delivery: Delivery, clock: HandClock) -> None:
    assert _state(delivery) == ("accepted", 1, 0, 0)

    _receive(delivery, Kind.DELIVERED, clock)
    _receive(delivery, Kind.DELIVERED, clock)

    assert _state(delivery) == ("delivered", 0, 1, 0)
    assert Receipt.objects.count() == 1
    assert not suppressing.is_suppressed(delivery.contact_point)


def test_a_permanent_bounce_stops_us(delivery: Delivery, clock: HandClock) -> None:
    _receive(delivery, Kind.BOUNCED, clock, is_permanent=True)

    assert _state(delivery) == ("bounced", 0, 0, 1)
    row = Suppression.objects.standing().get()
    assert (row.reason, row.details) == (Suppression.Reason.BOUNCED, "550 no such user")


def test_a_passing_bounce_stops_nothing(delivery: Delivery, clock: HandClock) -> None:
    _receive(delivery, Kind.BOUNCED, clock)

    assert _state(delivery) == ("bounced", 0, 0, 1)
    assert not suppressing.is_suppressed(delivery.contact_point)


def test_a_spam_report_means_it_arrived_and_is_a_wish(delivery: Delivery, clock: HandClock) -> None:
    _receive(delivery, Kind.SPAM_REPORT, clock)

    assert _state(delivery) == ("delivered", 0, 1, 0)
    assert Suppression.objects.standing().get().reason == Suppression.Reason.SPAM_REPORT


def test_a_bounce_after_delivery_counts_and_a_delivery_after_a_bounce_does_not(
    delivery: Delivery, clock: HandClock
) -> None:
    _receive(delivery, Kind.DELIVERED, clock)
    _receive(delivery, Kind.BOUNCED, clock)
    _receive(delivery, Kind.DELIVERED, clock)
    clock.move(minutes=1)
    _receive(delivery, Kind.DELIVERED, clock)

    assert _state(delivery) == ("bounced", 0, 0, 1)
    assert Receipt.objects.count() == 3


@pytest.mark.parametrize("key", ["", "x", "1.2.forged", "1.2", "ÿ.ÿ.ÿ", "1.2." + "a" * 500])
def test_a_key_that_is_not_ours_is_refused(clock: HandClock, key: str) -> None:
    with pytest.raises(UnknownDelivery):
        receipts.receive(key, kind=Kind.DELIVERED, said_at=clock.now, at=clock.now)


def test_a_key_of_ours_without_a_delivery_is_refused(clock: HandClock) -> None:
    with pytest.raises(UnknownDelivery):
        receipts.receive(keys.delivery_key(1, 1), kind=Kind.DELIVERED, said_at=clock.now, at=clock.now)
