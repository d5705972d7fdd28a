"""Writes the ledger: deliveries move in groups, and the counts of their batch move with them in one transaction.

Nothing else changes the state of a delivery. A row that is not in the expected state is left alone, so writing the
same results twice changes nothing. Rows that all get the same values are moved by one list of ids; what the far end
answered to each message it took goes into one pack beside them (`answers`).
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.db import connection, transaction
from django.db.models import F, QuerySet

from daylight.reach import answers
from daylight.reach.models import Batch, Delivery, Notice
from daylight.reach.moves import COUNT, TOLD, State, allowed

ANSWER_LENGTH = 300

NOT_TRIED = frozenset({State.SUPPRESSED, State.SUPERSEDED, State.EXPIRED})
"""States to which a delivery comes without being handed to anybody; nor is a receipt a try."""


class Fate(Protocol):
    """What became of one delivery: its new state, or QUEUED when it was tried in vain and stays in line."""

    @property
    def delivery(self) -> int:
        """Its id."""

    @property
    def state(self) -> State:
        """Where it stands now."""

    @property
    def answer(self) -> str:
        """What the far end said, or why."""


@dataclass(frozen=True)
class Result:
    """A fate that comes from elsewhere than the wire."""

    delivery: int
    state: State
    answer: str = ""


@transaction.atomic
def write(batch: Batch, results: Sequence[Fate], *, before: State, at: datetime, provider: int | None = None) -> int:
    """Move deliveries of one batch that stand at `before`; returns how many moved.

    A result that stays at `before` only counts the attempt and keeps the answer. `provider` is who carried them.
    """
    hold(batch)
    groups: dict[State, list[Fate]] = defaultdict(list)
    for result in results:
        if result.state is not before and not allowed(before, result.state):
            raise ValueError(f"{before.label} never becomes {result.state.label}.")
        groups[result.state].append(result)
    changes: dict[str, int] = defaultdict(int)
    for after, group in groups.items():
        told = _told_change(batch, [result.delivery for result in group], before, after)
        moved = _update(batch, group, before=before, after=after, provider=provider, at=at)
        if after is not before:
            changes[COUNT[after]] += moved
            changes[COUNT[before]] -= moved
            changes["told"] += moved * _direction(before, after) if told is None else told
    _count(batch, changes)
    return sum(changes[COUNT[after]] for after in groups if after is not before)


def queued(batch: Batch) -> QuerySet[Delivery]:
    """What still waits, in the order in which it is sent: what was tried least comes first."""
    return Delivery.objects.of_batch(batch).filter(state=State.QUEUED).order_by("attempts", "pk")


def hold(batch: Batch, *, with_notice: bool = False) -> None:
    """Keep others off a batch to the end of the transaction; off its notice too where that counts customers.

    The notice first: a newer update that supersedes it takes the two in the same order.
    """
    if connection.features.has_select_for_update:  # Elsewhere a transaction that writes keeps all others off.
        if with_notice or batch.notice.doubled:
            _lock(Notice.objects.filter(pk=batch.notice_id))
        _lock(Batch.objects.filter(pk=batch.pk))


def _lock(rows: QuerySet[Any]) -> None:
    list(rows.order_by().select_for_update(no_key=True).values_list("pk"))


def move(deliveries: Iterable[int], *, to: State, at: datetime, answer: str = "") -> list[int]:
    """Move these deliveries (by id) as far as their present state allows; returns those that moved."""
    moved: list[int] = []
    rows = Delivery.objects.filter(pk__in=list(deliveries)).values_list("batch_id", "state", "pk")
    groups: dict[tuple[int, State], list[int]] = defaultdict(list)
    for batch_id, state, key in rows:
        if allowed(State(state), to):
            groups[batch_id, State(state)].append(key)
    batches = Batch.objects.select_related("notice").in_bulk({batch_id for batch_id, _ in groups})
    for (batch_id, before), keys in sorted(groups.items()):
        if write(batches[batch_id], [Result(key, to, answer) for key in keys], before=before, at=at):
            moved += keys
    return moved


def move_all(batch: Batch, *, before: State, after: State, at: datetime, answer: str) -> int:
    """Move every delivery of a batch that stands at `before`; only to states in which nobody is told."""
    if not allowed(before, after) or before in TOLD or after in TOLD:
        raise ValueError(f"{before.label} does not become {after.label} for a whole batch.")
    with transaction.atomic():
        hold(batch)
        moved = (
            Delivery.objects.of_batch(batch)
            .filter(state=before)
            .update(state=after, answer=answer[:ANSWER_LENGTH], changed_at=at)
        )
        _count(batch, {COUNT[after]: moved, COUNT[before]: -moved})
    return moved


def _direction(before: State, after: State) -> int:
    return (after in TOLD) - (before in TOLD)


def _told_change(batch: Batch, keys: list[int], before: State, after: State) -> int | None:
    """How many customers become told, or cease to be; None when each delivery is its customer's only one."""
    direction = _direction(before, after)
    if not direction or not batch.notice.doubled:
        return None
    customers = set(_of(batch, keys, before).values_list("customer_id", flat=True))
    told_otherwise = (
        Delivery.objects.of_customers(batch.notice_id, customers)
        .filter(state__in=TOLD)
        .exclude(pk__in=keys)
        .values_list("customer_id", flat=True)
    )
    return direction * len(customers - set(told_otherwise))


def _update(
    batch: Batch, results: Sequence[Fate], *, before: State, after: State, provider: int | None, at: datetime
) -> int:
    moved = 0
    if after in TOLD and before not in TOLD:
        answers.keep(batch, ((result.delivery, result.answer) for result in results), at=at)
        by_answer = {"": [result.delivery for result in results]}
    else:
        by_answer = defaultdict(list)
        for result in results:
            by_answer[result.answer.replace("\x00", "")[:ANSWER_LENGTH]].append(result.delivery)
    is_told = after in TOLD and before not in TOLD
    for answer, keys in by_answer.items():
        moved += _move(batch, keys, before=before, after=after, answer=answer, provider=provider, at=at, told=is_told)
    return moved


def _move(
    batch: Batch,
    keys: Sequence[int],
    *,
    before: State,
    after: State,
    answer: str,
    provider: int | None,
    at: datetime,
    told: bool,
) -> int:
    """One statement for hundreds of rows, by hand: the ORM would take as long to build it as it takes to run."""
    moment = connection.ops.adapt_datetimefield_value(at)
    is_postgres = connection.vendor == "postgresql"
    among = "= ANY(%s)" if is_postgres else "IN (SELECT value FROM json_each(%s))"
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE reach_delivery SET state = %s, changed_at = %s, attempts = attempts + %s, answer = %s,"  # noqa: S608
            " accepted_at = COALESCE(%s, accepted_at), provider_id = COALESCE(%s, provider_id)"
            f" WHERE id {among} AND batch_id = %s AND state = %s",
            [
                after.value,
                moment,
                int(before is State.QUEUED and after not in NOT_TRIED),
                answer,
                moment if told else None,
                provider,
                list(keys) if is_postgres else json.dumps(keys),
                batch.pk,
                before.value,
            ],
        )
        return int(cursor.rowcount)


def _of(batch: Batch, keys: Sequence[int], state: State) -> QuerySet[Delivery]:
    return Delivery.objects.filter(pk__in=keys, batch=batch, state=state)


def _count(batch: Batch, changes: dict[str, int]) -> None:
    real = {name: F(name) + change for name, change in changes.items() if change}
    if real:
        Batch.objects.filter(pk=batch.pk).update(**real)
