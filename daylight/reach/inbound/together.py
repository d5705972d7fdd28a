"""Works on due rows together, because one statement for hundreds is cheap; and one by one where that fails."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction

from daylight.core.due import LONGEST_WAIT, DueQuerySet, DueRow, LeaseLost
from daylight.core.loops import Step, log

RowT = TypeVar("RowT", bound=DueRow)

Act = Callable[[Sequence[RowT], datetime], None]
"""Handles rows in one transaction: each of them it finishes, deletes or puts off."""


def work_together(
    rows: DueQuerySet[RowT],
    now: datetime,
    act: Act[RowT],
    *,
    lease: timedelta,
    limit: int,
    group: Callable[[RowT], Hashable] = lambda row: None,
    ahead: Callable[[Sequence[RowT]], None] = lambda rows: None,
) -> Step:
    """Claim due rows and let `act` handle those of each group at once.

    `ahead` does what needs no transaction: while one is open on SQLite, nobody else can write.
    Where it fails, each row is handled alone, so that a bad one is put off and the others go on; as `work_through`.
    """
    claimed = rows.claim(now, lease=lease, limit=limit)
    groups: dict[Hashable, list[RowT]] = defaultdict(list)
    for row in claimed:
        groups[group(row)].append(row)
    for together in groups.values():
        try:
            ahead(together)
            with transaction.atomic():
                act(together, now)
        except Exception:  # As in `work_through`: a bad row never blocks the line.
            log.exception("%s: %d rows are handled one by one.", rows.model._meta.label, len(together))
            for row in together:
                _alone(row, now, act)
    return Step(handled=len(claimed))


def _alone(row: RowT, now: datetime, act: Act[RowT]) -> None:
    try:
        with transaction.atomic():
            act([row], now)
    except LeaseLost:
        log.warning("Lease lost on %s %s; another worker goes on with it.", row._meta.label, row.pk)
    except Exception as problem:
        log.exception("%s %s failed and is put off.", row._meta.label, row.pk)
        wait = min(timedelta(seconds=5 * 2 ** min(row.attempts, 10)), LONGEST_WAIT)
        row.put_off(until=now + wait, problem=f"{type(problem).__name__}: {problem}")
