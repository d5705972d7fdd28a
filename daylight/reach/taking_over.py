"""What a dead worker left behind: its journal is settled into the ledger, and its batch goes on.

Answered and not in the ledger: written down as answered. Begun and never answered: *in doubt*, unless the far end
knows a message by its key, so that it may be sent again. Everything else simply stays queued.
"""

from datetime import datetime, timedelta

from django.db import transaction

from daylight.core.loops import log
from daylight.reach import journal, ledger
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.ledger import Result
from daylight.reach.models import Batch
from daylight.reach.moves import State

LOST_AT_MOST = 2_000
"""Deliveries at the head of a batch that are in doubt when the journal of its dead worker cannot be read."""

FROM_JOURNAL = "answered before the worker stopped"
DOUBT = "on the wire when the worker stopped"


def recover(now: datetime) -> None:
    """Settle what dead workers of this machine left behind, and free their batches at once."""
    for name in journal.left_behind():
        try:
            with journal.taken_over(name) as entries:
                batch = Batch.objects.select_related("notice").filter(journal=name).first()
                if batch is not None and entries is not None:
                    with transaction.atomic():
                        _settle(batch, entries, now)
                        free = {"journal": "", "lease": None, "leased_until": None, "due_at": now}
                        Batch.objects.filter(pk=batch.pk, journal=name).update(**free)
        except BlockingIOError:
            continue  # Its worker lives.


def take_over(batch: Batch, *, lease: timedelta, now: datetime) -> bool:
    """Settle what the last holder of this batch left; False when it is still at work on this machine."""
    try:
        with journal.taken_over(batch.journal) as entries, transaction.atomic():
            _settle(batch, entries, now)
            batch.renew(until=now + lease)
            Batch.objects.filter(pk=batch.pk).update(journal="")
    except BlockingIOError:
        batch.put_off(until=now + timedelta(seconds=5), problem="Another worker still has it in hand.")
        return False
    return True


def _settle(batch: Batch, entries: journal.Entries | None, now: datetime) -> None:
    """Write into the ledger what a journal knows; without a whole one, whatever may have gone out is in doubt."""
    resend = CHANNELS[batch.channel].resend_when_in_doubt
    known = entries or journal.Entries(answered={}, begun=[], is_whole=False)
    results = [Result(key, state, FROM_JOURNAL) for key, state in known.answered.items() if state is not State.QUEUED]
    if not resend:
        results += [Result(key, State.IN_DOUBT, DOUBT) for key in known.begun]
    ledger.write(batch, results, before=State.QUEUED, at=now)
    if not known.is_whole and not resend:
        head = ledger.queued(batch).values_list("pk", flat=True)[:LOST_AT_MOST]
        lost = [Result(key, State.IN_DOUBT, "the worker's journal is lost") for key in head]
        ledger.write(batch, lost, before=State.QUEUED, at=now)
    log.warning("Batch %s taken over: %d answered, %d in doubt.", batch.pk, len(known.answered), len(known.begun))
