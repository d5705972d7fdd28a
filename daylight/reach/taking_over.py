"""What a dead worker left behind: its journal is settled into the ledger, and its batch goes on.

Answered and not in the ledger: written down as answered. Begun and never answered: *in doubt*, unless the far end
knows a message by its key, so that it may be sent again. Everything else simply stays queued.

When a whole machine vanishes, its journal is out of reach: whatever it may have sent is in doubt, and the rest goes
on elsewhere. When the machine comes back, its journal still decides: what was answered was told, and what was never
begun goes out.
"""

from datetime import datetime, timedelta

from django.db import transaction

from daylight.core.loops import log
from daylight.reach import journal, ledger
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.feeding import WINDOW
from daylight.reach.ledger import Result
from daylight.reach.models import Batch, Delivery, Notice
from daylight.reach.moves import State

LOST_AT_MOST = WINDOW
"""Deliveries at the head of a batch that are in doubt when the journal of its dead worker cannot be read."""

FROM_JOURNAL = "answered before the worker stopped"
DOUBT = "on the wire when the worker stopped"
LOST = "the worker vanished with its journal {}"


def recover(now: datetime) -> None:
    """Settle what dead workers of this machine left behind, and free their batches at once."""
    for name in journal.left_behind():
        try:
            with journal.taken_over(name) as entries:
                batch = Batch.objects.select_related("notice").filter(pk=journal.batch_of(name)).first()
                if batch is not None and entries is not None:
                    _settle_own(batch, name, entries, now)
        except BlockingIOError:
            continue  # Its worker lives.


@transaction.atomic
def _settle_own(batch: Batch, name: str, entries: journal.Entries, now: datetime) -> None:
    """Settle a journal of this machine: of a batch it still holds, or of one that others went on with."""
    if batch.journal != name:
        _settle_late(batch, name, entries, now)
        return
    _settle(batch, entries, now)
    free = {"journal": "", "lease": None, "leased_until": None, "due_at": now}
    Batch.objects.filter(pk=batch.pk, journal=name).update(**free)


def _settle_late(batch: Batch, name: str, entries: journal.Entries, now: datetime) -> None:
    """Decide what was in doubt only because this journal was out of reach."""
    lost = Delivery.objects.of_batch(batch).filter(state=State.IN_DOUBT, answer=LOST.format(name))
    doubtful = set(lost.values_list("pk", flat=True))
    if not doubtful or not entries.is_whole:
        return
    told = {key: state for key, state in entries.answered.items() if key in doubtful and state is not State.QUEUED}
    results = [Result(key, state, FROM_JOURNAL) for key, state in told.items()]
    results += [Result(key, State.QUEUED, "") for key in doubtful - set(told) - set(entries.begun)]
    ledger.write(batch, results, before=State.IN_DOUBT, at=now)
    Batch.objects.filter(pk=batch.pk, due_at__isnull=True).update(due_at=now)
    Notice.objects.filter(pk=batch.notice_id).update(finished_at=None)
    log.warning("Batch %s: a journal that was lost decides %d of %d in doubt.", batch.pk, len(results), len(doubtful))


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
        lost = [Result(key, State.IN_DOUBT, LOST.format(batch.journal)) for key in head]
        ledger.write(batch, lost, before=State.QUEUED, at=now)
    log.warning("Batch %s taken over: %d answered, %d in doubt.", batch.pk, len(known.answered), len(known.begun))
