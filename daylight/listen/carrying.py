"""Carries answers that go the same way by one session; a journal says what is on the wire.

Some are begun in one statement, and written down in one when they are carried, because on SQLite each statement waits
for its turn to write. When the worker dies in between, the journal tells which were answered, which are in doubt, and
which never began and simply go again.
"""

import logging
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, Value, When

from daylight.core.due import LeaseLost
from daylight.listen.models import Sending
from daylight.reach import journal
from daylight.reach.channels.base import (
    AddressRejected,
    ChannelBroken,
    Message,
    MessageRejected,
    Session,
    TryLater,
    Unanswered,
)
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.moves import State

TOGETHER = 20
"""So many are begun and written down at once."""

FOLDER = "answers"
"""Where their journals are."""

WAITS = tuple(timedelta(seconds=seconds) for seconds in (5, 20, 60, 300, 900))
GIVE_UP_AFTER = timedelta(days=1)
"""An answer that nobody could carry for so long says something about another day."""

DOUBT = "A worker stopped while this left; look whether it arrived."
REFUSED = "It was refused just before the worker stopped."

log = logging.getLogger("daylight.listen")


@dataclass(frozen=True)
class Load:
    """One answer to be carried: by which channel, to which address, and how to compose it."""

    row: Sending
    channel: str
    address: str
    compose: Callable[[], Message]


@dataclass(frozen=True)
class _Fate:
    """What became of one; QUEUED when it stays in line."""

    row: Sending
    state: State
    reference: str = ""
    problem: Exception | None = None


def carry(loads: Sequence[Load], open_session: Callable[[], Session], now: datetime) -> None:
    """Carry all of these by one session."""
    left = list(loads)
    try:
        with closing(open_session()) as session:
            while left:
                part = left[:TOGETHER]
                del left[:TOGETHER]
                _carry_part(part, session, now)
    except (ChannelBroken, TryLater) as problem:
        for load in left:
            _keep(_Fate(load.row, State.QUEUED, problem=problem), now)


def _carry_part(part: Sequence[Load], session: Session, now: datetime) -> None:
    book = journal.Journal(0, deliveries=len(part), folder=FOLDER)
    try:
        _begin(part, book.name, now)
    except LeaseLost as lost:
        log.warning("Lease lost on %s; another worker goes on with it.", lost)
        book.remove()
        return
    try:
        fates = _send_each(part, session, book)
        _write(fates, book.name, now)
    except BaseException:
        book.close()  # Whoever works next reads it.
        raise
    book.remove()
    broken = next((fate.problem for fate in fates if isinstance(fate.problem, ChannelBroken)), None)
    if broken is not None:
        raise broken


def _begin(part: Sequence[Load], name: str, now: datetime) -> None:
    address = Case(*(When(pk=load.row.pk, then=Value(load.address[:400])) for load in part))
    rows = Sending.objects.filter(pk__in=[load.row.pk for load in part], lease=part[0].row.lease)
    with transaction.atomic():
        if rows.update(begun_at=now, journal=name, channel=part[0].channel, address=address) != len(part):
            raise LeaseLost(f"one of {len(part)} answers")


def _send_each(part: Sequence[Load], session: Session, book: journal.Journal) -> list[_Fate]:
    """Send one after the other; once the channel is broken the rest stays in line."""
    fates: list[_Fate] = []
    for load in part:
        before = fates[-1].problem if fates else None
        if isinstance(before, ChannelBroken):
            fates.append(_Fate(load.row, State.QUEUED, problem=before))
            continue
        fates.append(_send(load, session, book))
        book.answered(load.row.pk, fates[-1].state)
        book.flush()
    return fates


def _send(load: Load, session: Session, book: journal.Journal) -> _Fate:
    row = load.row
    try:
        composed = load.compose()
    except MessageRejected as problem:
        return _Fate(row, State.FAILED, problem=problem)
    except Exception as bug:  # A bug in one answer is put off with its key, and the others go.
        log.exception("Message %s of a conversation cannot be composed.", row.message_id)
        return _Fate(row, State.QUEUED, problem=TryLater(f"{type(bug).__name__}: {bug}"))
    book.begin(row.pk)
    try:
        accepted = session.send(composed, idempotency_key=row.message.external_id)
    except (TryLater, ChannelBroken) as problem:
        return _Fate(row, State.QUEUED, problem=problem)
    except (AddressRejected, MessageRejected) as problem:
        return _Fate(row, State.FAILED, problem=problem)
    except Exception as problem:  # No answer, or a bug of ours: in both cases nobody knows whether it left.
        if not isinstance(problem, Unanswered):
            log.exception("Message %s of a conversation met a bug on its way.", row.message_id)
        return _Fate(row, State.IN_DOUBT, problem=problem)
    return _Fate(row, State.ACCEPTED, reference=accepted.reference[:200])


@transaction.atomic
def _write(fates: Sequence[_Fate], name: str, now: datetime) -> None:
    """Write down what became of each that still bears our journal's name, even where its lease ran out meanwhile."""
    ours = Sending.objects.filter(journal=name)
    sent = [fate for fate in fates if fate.state is State.ACCEPTED]
    if sent:
        reference = Case(*(When(pk=fate.row.pk, then=Value(fate.reference)) for fate in sent))
        written = ours.filter(pk__in=[fate.row.pk for fate in sent]).update(
            **_done(Sending.State.SENT), sent_at=now, reference=reference, failure=""
        )
        if written != len(sent):
            log.warning("%d answers left while others took them over.", len(sent) - written)
    others = [fate for fate in fates if fate.state is not State.ACCEPTED]
    if others:
        again_ours = ours.filter(pk__in=[fate.row.pk for fate in others])
        again_ours.update(lease=others[0].row.lease, state=Sending.State.QUEUED, failure="")
    for fate in others:
        _keep(fate, now)


def _keep(fate: _Fate, now: datetime) -> None:
    try:
        if fate.state is State.QUEUED and fate.problem is not None:
            wait(fate.row, fate.problem, now)
        elif fate.state is State.FAILED:
            fail(fate.row, str(fate.problem))
        elif fate.state is State.IN_DOUBT:
            doubt(fate.row)
    except LeaseLost as lost:
        log.warning("Lease lost on %s; another worker goes on with it.", lost)


def _done(state: Sending.State) -> dict[str, object]:
    return {"state": state, "due_at": None, "lease": None, "leased_until": None, "problem": "", "journal": ""}


def wait(row: Sending, problem: Exception, now: datetime) -> None:
    """Back in line for a while; given up after a day."""
    if now - row.queued_at >= GIVE_UP_AFTER:
        fail(row, f"Nobody could carry it for a day: {problem}")
        return
    asked = problem.after if isinstance(problem, TryLater) else None
    until = now + (asked or WAITS[min(row.attempts, len(WAITS)) - 1])
    row.put_off(until=until, problem=str(problem), begun_at=None, journal="")


def fail(row: Sending, why: str) -> None:
    """It was refused, for a person to see."""
    log.warning("Message %s of a conversation was not sent: %s", row.message_id, why)
    row.finish(state=Sending.State.FAILED, failure=why[:400], journal="")


def doubt(row: Sending) -> None:
    """Nobody here knows whether it left: a person decides, or the machine that has the journal."""
    row.finish(state=Sending.State.IN_DOUBT, failure=DOUBT)


def is_in_hand(row: Sending) -> bool:
    """Whether a worker of this machine has it on the wire, or left a journal that `recover` has yet to read."""
    return bool(row.journal) and journal.is_here(row.journal, folder=FOLDER)


def recover(now: datetime) -> None:
    """Settle what dead workers of this machine left behind, at once."""
    for name in journal.left_behind(folder=FOLDER):
        try:
            with journal.taken_over(name, folder=FOLDER) as entries:
                if entries is not None:
                    _settle(name, entries, now)
        except BlockingIOError:
            continue  # Its worker lives.


@transaction.atomic
def _settle(name: str, entries: journal.Entries, now: datetime) -> None:
    rows = Sending.objects.filter(journal=name, state__in=[Sending.State.QUEUED, Sending.State.IN_DOUBT])
    for row in rows.select_for_update(no_key=True):
        state = entries.answered.get(row.pk, State.QUEUED)
        if row.pk in entries.begun or (row.pk not in entries.answered and not entries.is_whole):
            state = State.QUEUED if CHANNELS[row.channel].resend_when_in_doubt else State.IN_DOUBT
        Sending.objects.filter(pk=row.pk).update(**_settled(state, now))
    log.warning("A dead worker's answers are settled: %d answered.", len(entries.answered))


def _settled(state: State, now: datetime) -> dict[str, object]:
    if state is State.ACCEPTED:
        return _done(Sending.State.SENT) | {"sent_at": now, "failure": ""}
    if state is State.FAILED:
        return _done(Sending.State.FAILED) | {"failure": REFUSED}
    if state is State.IN_DOUBT:
        return _done(Sending.State.IN_DOUBT) | {"failure": DOUBT}
    return _done(Sending.State.QUEUED) | {"due_at": now, "begun_at": None, "failure": ""}
