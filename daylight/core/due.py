"""Later is a row: what must happen later has a `due_at`, and whoever claims it holds a lease, never a lock.

A conditional UPDATE decides who wins a row, so the same code is right on SQLite and on PostgreSQL, where
SKIP LOCKED only keeps claimers out of each other's way. A worker that dies keeps nothing: its lease runs out.
A finished row has no `due_at` and so leaves the partial index.
"""

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Self, TypeVar

from django.db import connections, models, transaction
from django.db.models import F, Min, Q

from daylight.core.loops import Step, log

PROBLEM_LENGTH = 500
"""Characters of a problem kept on a row; the log has the rest."""

LONGEST_WAIT = timedelta(hours=1)
"""A row that keeps failing is tried again at least this often: a mended fault must not wait for a person."""


class LeaseLost(Exception):
    """Another worker owns this row now: stop, and write nothing more about it."""


RowT = TypeVar("RowT", bound="DueRow")


class DueQuerySet(models.QuerySet[RowT]):
    """Questions about, and claims on, rows that wait for their time."""

    def waiting(self) -> Self:
        """Rows that still have something to happen."""
        return self.filter(due_at__isnull=False)

    def due(self, now: datetime) -> Self:
        """Rows whose time has come and which nobody holds."""
        return self.filter(due_at__lte=now).filter(Q(leased_until__isnull=True) | Q(leased_until__lte=now))

    def stuck(self) -> Self:
        """Rows whose last try failed and which still wait: the desk shows them."""
        return self.waiting().exclude(problem="")

    def oldest_due_at(self) -> datetime | None:
        """The time of the row that has waited longest or will come first, or None when nothing waits."""
        oldest: datetime | None = self.waiting().aggregate(oldest=Min("due_at"))["oldest"]
        return oldest

    def claim(self, now: datetime, *, lease: timedelta, limit: int) -> list[RowT]:
        """Take up to `limit` due rows for `lease`, oldest first; nobody else gets them until it ends."""
        if not self.due(now).exists():  # An idle loop must not take SQLite's one write lock every second.
            return []
        token = uuid.uuid4()
        with transaction.atomic(using=self.db):
            candidates = self.due(now).order_by("due_at", "pk")
            if connections[self.db].features.has_select_for_update_skip_locked:
                candidates = candidates.select_for_update(skip_locked=True, of=("self",))
            keys = list(candidates.values_list("pk", flat=True)[:limit])
            self.model._base_manager.using(self.db).filter(pk__in=keys).filter(
                Q(leased_until__isnull=True) | Q(leased_until__lte=now)
            ).update(lease=token, leased_until=now + lease, attempts=F("attempts") + 1)
        return list(self.filter(lease=token).order_by("due_at", "pk"))


class DueRow(models.Model):
    """A row with something still to happen at `due_at`; None once it has."""

    due_at = models.DateTimeField(null=True)
    lease = models.UUIDField(null=True, editable=False)
    leased_until = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveIntegerField(default=0, editable=False)
    problem = models.CharField(max_length=PROBLEM_LENGTH, blank=True, default="", editable=False)

    class Meta:
        abstract = True

    def finish(self, **changes: Any) -> None:
        """Nothing more will happen here; `changes` are written in the same statement. Raises LeaseLost."""
        self._move(due_at=None, leased_until=None, problem="", **changes)

    def put_off(self, *, until: datetime, problem: str = "", **changes: Any) -> None:
        """Back in line until `until`, saying why. Raises LeaseLost."""
        self._move(due_at=until, leased_until=None, problem=problem[:PROBLEM_LENGTH], **changes)

    def renew(self, *, until: datetime) -> None:
        """Hold the row longer, for work that takes longer than its lease. Raises LeaseLost."""
        self._move(leased_until=until)

    def _move(self, **changes: Any) -> None:
        mine = type(self)._base_manager.filter(pk=self.pk, lease=self.lease)
        if not mine.update(**changes):
            raise LeaseLost(f"{self._meta.label} {self.pk}")
        for name, value in changes.items():
            setattr(self, name, value)


def finish_all(rows: Sequence[DueRow], **changes: Any) -> None:
    """`finish` for rows of one claim, in one statement, all or none. Raises LeaseLost."""
    first = rows[0]
    mine = type(first)._base_manager.filter(pk__in=[row.pk for row in rows], lease=first.lease)
    with transaction.atomic():
        if mine.update(due_at=None, leased_until=None, problem="", **changes) != len(rows):
            raise LeaseLost(f"{first._meta.label}: one of {len(rows)} rows")


def due_index(name: str) -> models.Index:
    """The partial index that every due row's table carries: it holds only what still waits."""
    return models.Index(fields=["due_at"], name=name, condition=Q(due_at__isnull=False))


def work_through(
    rows: DueQuerySet[RowT],
    now: datetime,
    act: Callable[[RowT, datetime], None],
    *,
    lease: timedelta = timedelta(minutes=2),
    limit: int = 20,
) -> Step:
    """Claim due rows and call `act(row, now)` on each; `act` must finish or put off its row.

    A row whose act fails with something unforeseen is our bug: it is logged with its key, put off with a growing
    wait, and the rest of the line goes on.
    """
    claimed = rows.claim(now, lease=lease, limit=limit)
    for row in claimed:
        try:
            act(row, now)
        except LeaseLost:
            log.warning("Lease lost on %s %s; another worker goes on with it.", row._meta.label, row.pk)
        except Exception as problem:  # The one place that must survive everything: a bad row never blocks the line.
            log.exception("%s %s failed and is put off.", row._meta.label, row.pk)
            wait = min(timedelta(seconds=5 * 2 ** min(row.attempts, 10)), LONGEST_WAIT)
            row.put_off(until=now + wait, problem=f"{type(problem).__name__}: {problem}")
    return Step(handled=len(claimed))
