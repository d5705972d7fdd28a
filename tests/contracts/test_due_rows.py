"""A due row is won by one claimer, comes back when its lease ends, and never blocks the line."""

from datetime import timedelta

import pytest

from conftest import HandClock
from daylight.core.due import LeaseLost, work_through
from daylight.customers.models import Import

LEASE = timedelta(minutes=2)


def an_import(clock: HandClock) -> Import:
    return Import.objects.create(kind="customers", file_name="a.csv", path="a", made_at=clock.now, due_at=clock.now)


@pytest.mark.django_db
def test_a_claimed_row_is_nobody_elses_until_its_lease_ends(clock: HandClock) -> None:
    row = an_import(clock)

    assert Import.objects.claim(clock.now, lease=LEASE, limit=9) == [row]
    assert Import.objects.claim(clock.now, lease=LEASE, limit=9) == []
    clock.move(minutes=2)
    assert Import.objects.claim(clock.now, lease=LEASE, limit=9) == [row]


@pytest.mark.django_db
def test_a_worker_that_lost_its_lease_writes_nothing(clock: HandClock) -> None:
    an_import(clock)
    [slow] = Import.objects.claim(clock.now, lease=LEASE, limit=1)
    clock.move(minutes=3)
    [quick] = Import.objects.claim(clock.now, lease=LEASE, limit=1)

    with pytest.raises(LeaseLost):
        slow.finish()
    quick.finish()
    assert Import.objects.waiting().count() == 0


@pytest.mark.django_db
def test_a_bad_row_is_put_off_and_the_line_goes_on(clock: HandClock) -> None:
    bad, good = an_import(clock), an_import(clock)

    def act(row: Import, now: object) -> None:
        if row == bad:
            raise RuntimeError("out of paper")
        row.finish()

    step = work_through(Import.objects.all(), clock.now, act)

    assert step.handled == 2
    assert list(Import.objects.stuck()) == [bad]
    bad.refresh_from_db()
    good.refresh_from_db()
    assert "out of paper" in bad.problem
    assert bad.due_at is not None
    assert bad.due_at > clock.now
    assert good.due_at is None
