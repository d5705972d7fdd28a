import pytest

from conftest import HandClock
from daylight.reach import suppressing
from daylight.reach.models import Suppression
from daylight.reach.tests.makers import a_contact_point

pytestmark = pytest.mark.django_db
Reason = Suppression.Reason


def test_a_suppressed_contact_point_is_suppressed_once(clock: HandClock) -> None:
    point = a_contact_point()

    suppressing.suppress(point, reason=Reason.BOUNCED, at=clock.now, details="550 no such user")
    suppressing.suppress(point, reason=Reason.REJECTED, at=clock.move(minutes=5))

    assert suppressing.is_suppressed(point)
    assert [row.reason for row in Suppression.objects.all()] == [Reason.BOUNCED]


def test_a_wish_replaces_a_fact_and_no_fact_replaces_a_wish(clock: HandClock) -> None:
    point = a_contact_point()

    suppressing.suppress(point, reason=Reason.BOUNCED, at=clock.now)
    suppressing.suppress(point, reason=Reason.UNSUBSCRIBED, at=clock.move(minutes=5))
    suppressing.suppress(point, reason=Reason.BOUNCED, at=clock.move(minutes=5))

    assert [row.reason for row in Suppression.objects.standing()] == [Reason.UNSUBSCRIBED]
    assert Suppression.objects.count() == 2


def test_lifting_leaves_a_record(clock: HandClock) -> None:
    point = a_contact_point()
    suppressing.suppress(point, reason=Reason.BY_HAND, at=clock.now)

    assert suppressing.lift(point, by="Ana", at=clock.move(hours=1))
    assert not suppressing.lift(point, by="Ana", at=clock.now)

    row = Suppression.objects.get()
    assert (row.lifted_by, row.lifted_at) == ("Ana", clock.now)
    assert not suppressing.is_suppressed(point)


def test_a_suppression_is_found_by_address_and_by_name(clock: HandClock) -> None:
    point = a_contact_point(address="zoe@shop.example", name="Zoë Adler")
    suppressing.suppress(point, reason=Reason.BY_HAND, at=clock.now)

    assert Suppression.objects.search("zoe@shop").count() == 1
    assert Suppression.objects.search("Adler").count() == 1
    assert Suppression.objects.search("Berg").count() == 0
