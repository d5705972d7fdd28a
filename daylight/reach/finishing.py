"""Ends a batch of which nothing waits, and its notice when that was the last one.

While a notice is still being written out, the fan-out holds its row for most of the time; a sender that wanted that
row at the end of each batch would stand still. So until then a batch ends alone. Whoever comes last, the fan-out or a
sender, looks again after its own work is committed: at least one of the two then sees that of the other.
"""

from datetime import datetime

from django.db import connection, transaction

from daylight.reach import ledger
from daylight.reach.models import Batch, Notice


def finish(batch: Batch, now: datetime) -> None:
    """Nothing of the batch waits, unless somebody put a delivery back in line just now; nor perhaps of the notice."""
    is_written = _is_written(batch.notice_id)
    with transaction.atomic():
        ledger.hold(batch, with_notice=is_written)
        if ledger.queued(batch).exists():
            batch.put_off(until=now, journal="")
            return
        batch.finish(journal="")
        if is_written:
            _conclude(batch.notice_id, now)
    if not is_written and _is_written(batch.notice_id):
        conclude(batch.notice_id, now)


@transaction.atomic
def conclude(notice_id: int, now: datetime) -> None:
    """A notice that is written out, and of which no batch waits, is finished."""
    if connection.features.has_select_for_update:
        list(Notice.objects.filter(pk=notice_id).select_for_update(no_key=True).values_list("pk"))
    _conclude(notice_id, now)


def _conclude(notice_id: int, now: datetime) -> None:
    if not Batch.objects.filter(notice=notice_id, due_at__isnull=False).exists():
        Notice.objects.filter(pk=notice_id, written_at__isnull=False).update(finished_at=now)


def _is_written(notice_id: int) -> bool:
    return Notice.objects.filter(pk=notice_id, written_at__isnull=False).exists()
