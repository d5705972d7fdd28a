"""The time by which we said we would speak again, and what became of it."""

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models

from daylight.core.due import DueQuerySet, DueRow, due_index
from daylight.incidents.cadence import PromiseClock
from daylight.incidents.models.incident import Incident

if TYPE_CHECKING:
    from daylight.incidents.models.update import Update


class PromiseQuerySet(DueQuerySet["Promise"]):
    """Questions about promises."""

    def undecided(self) -> Self:
        """Promises that wait for word: open, or late already."""
        return self.filter(state__in=[Promise.State.OPEN, Promise.State.LATE])

    def broken(self) -> Self:
        """Promises that were not kept in time, whatever came after."""
        return self.filter(state__in=[Promise.State.LATE, Promise.State.KEPT_LATE, Promise.State.MISSED])


class Promise(DueRow):
    """The "next update by" that an update gave.

    Its state is a fact written when it happens: open → kept when word came in time (`kept_by`, a holding update
    among them), open → late when the time passed in silence, late → kept_late when word came after, late → missed
    when a whole further rhythm passed (`lapses_at`), or the incident ended, without any.
    """

    class State(models.TextChoices):
        """What became of it."""

        OPEN = "open", "Open"
        KEPT = "kept", "Kept"
        LATE = "late", "Late"
        KEPT_LATE = "kept_late", "Kept late"
        MISSED = "missed", "Missed"

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="promises")
    update = models.OneToOneField("incidents.Update", on_delete=models.CASCADE, related_name="promise")
    given_at = models.DateTimeField()
    promised_for = models.DateTimeField()
    lapses_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    late_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    kept_by = models.ForeignKey("incidents.Update", on_delete=models.PROTECT, null=True, related_name="kept_promises")

    objects: ClassVar = PromiseQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["incident"], condition=models.Q(state__in=["open", "late"]), name="incidents_one_open_promise"
            ),
            models.CheckConstraint(
                condition=models.Q(promised_for__gt=models.F("given_at")), name="incidents_promise_in_the_future"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["open", "late"], decided_at__isnull=True)
                | models.Q(state__in=["kept", "kept_late", "missed"], decided_at__isnull=False),
                name="incidents_promise_decided_once",
            ),
        ]
        indexes: ClassVar = [due_index("incidents_promise_due")]

    def __str__(self) -> str:
        return f"{self.incident}: next word by {self.promised_for:%Y-%m-%d %H:%M} UTC"

    @property
    def clock(self) -> PromiseClock:
        """The promise as time."""
        return PromiseClock(self.given_at, self.promised_for)

    @property
    def is_late(self) -> bool:
        """Whether its time passed in silence and no word has come since."""
        return self.state == self.State.LATE

    def keep(self, *, by: "Update", said_at: datetime) -> None:
        """Word came at `said_at`: kept in time, kept late, or too late to count as kept at all.

        Word of the very instant that was promised is in time, also where the loop had just called it late.
        """
        if said_at <= self.promised_for:
            self._decide(self.State.KEPT, at=said_at, kept_by=by, late_at=None)
        elif said_at < self.lapses_at:
            self._decide(self.State.KEPT_LATE, at=said_at, kept_by=by, late_at=self.promised_for)
        else:
            self._decide(self.State.MISSED, at=self.lapses_at, late_at=self.promised_for)

    def become_late(self) -> None:
        """The time passed in silence; one whole further rhythm is left before the promise counts as missed."""
        if self.state == self.State.OPEN:
            self._write(state=self.State.LATE, late_at=self.promised_for, due_at=self.lapses_at, leased_until=None)

    def miss(self, *, at: datetime) -> None:
        """No word came, and none will count any more."""
        late = {"late_at": self.promised_for} if at > self.promised_for else {}
        self._decide(self.State.MISSED, at=at, **late)

    def _decide(self, state: State, *, at: datetime, **facts: object) -> None:
        if self.decided_at is None:
            self._write(state=state, decided_at=at, due_at=None, **facts)
            self.reminders.drop_waiting(at=at)

    def _write(self, **changes: object) -> None:
        undecided = type(self).objects.filter(pk=self.pk, decided_at__isnull=True)
        if undecided.update(**changes):
            for name, value in changes.items():
                setattr(self, name, value)
