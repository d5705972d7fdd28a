"""A notice is finished when it is written out and nothing of it waits, whoever comes last."""

import pytest

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.reach import fanout, finishing
from daylight.reach.at_work import LEASE
from daylight.reach.models import Batch, Delivery, Notice
from daylight.reach.moves import State
from daylight.reach.tests.test_sending import an_update

pytestmark = pytest.mark.django_db


def a_sent_batch(ana: Member, clock: HandClock, *, is_written: bool) -> Batch:
    """Of a notice that is written out or not; nothing of it waits."""
    an_update(ana)
    fanout.step(clock.now)
    Delivery.objects.update(state=State.ACCEPTED)
    Notice.objects.update(written_at=clock.now if is_written else None)
    [batch] = Batch.objects.claim(clock.now, lease=LEASE, limit=1)
    return batch


def test_the_last_batch_finishes_a_notice_that_is_written_out(ana: Member, clock: HandClock) -> None:
    finishing.finish(a_sent_batch(ana, clock, is_written=True), clock.now)

    assert Notice.objects.get().finished_at == clock.now


def test_a_notice_that_is_still_being_written_is_finished_by_its_writer(ana: Member, clock: HandClock) -> None:
    finishing.finish(a_sent_batch(ana, clock, is_written=False), clock.now)
    assert Notice.objects.get().finished_at is None

    finishing.conclude(Notice.objects.get().pk, clock.now)
    assert Notice.objects.get().finished_at is None
    Notice.objects.update(written_at=clock.now)
    finishing.conclude(Notice.objects.get().pk, clock.now)

    assert Notice.objects.get().finished_at == clock.now


def test_a_notice_that_was_written_out_while_its_last_batch_ended_is_finished(
    ana: Member, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = a_sent_batch(ana, clock, is_written=False)
    end = Batch.finish

    def end_while_the_writer_ends(row: Batch, **changes: object) -> None:
        end(row, **changes)
        Notice.objects.update(written_at=clock.now)

    monkeypatch.setattr(Batch, "finish", end_while_the_writer_ends)
    finishing.finish(batch, clock.now)

    assert Notice.objects.get().finished_at == clock.now
