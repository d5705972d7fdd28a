"""By when a conversation must be answered: by its kind, and by the severity of the incident that it is about."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from daylight.accounts.models import Organisation
from daylight.core.working_time import add_working_time
from daylight.incidents.cadence import WARN_AT, PromiseClock
from daylight.incidents.models import Incident
from daylight.incidents.words import Severity
from daylight.listen.models import Conversation, ReplyTime

NO_INCIDENT = 0
"""In place of a severity: the conversation is about no incident."""

FIELDS = ("answer_due_at", "owed_since", "warn_at")
"""What the clock is made of."""


@dataclass(frozen=True)
class Within:
    """A time to answer in; `in_working_hours` counts from Monday to Friday, 9 to 17, alone, but for holidays."""

    time: timedelta
    in_working_hours: bool = False


DEFAULT = timedelta(hours=4)
"""For a kind without a time of its own."""

BY_KIND: Mapping[str, timedelta] = {
    Conversation.Kind.COMPLAINT: timedelta(hours=2),
    Conversation.Kind.OWN_MISTAKE: timedelta(hours=2),
    Conversation.Kind.IDEA: timedelta(hours=48),
    Conversation.Kind.PRAISE: timedelta(hours=48),
}

AT_MOST: Mapping[int, timedelta] = {
    Severity.HIGHLY_MATERIAL: timedelta(minutes=30),
    Severity.MATERIAL: timedelta(hours=1),
}
"""Whoever writes about a bad incident waits no longer, whatever the kind."""


def usual(kind: str, severity: int) -> Within:
    """What an installation starts with."""
    time = BY_KIND.get(kind, DEFAULT)
    return Within(min(time, AT_MOST.get(severity, time)))


class Times:
    """The times in force, and how bad each open incident is; read once for many conversations."""

    def __init__(
        self,
        chosen: Mapping[tuple[str, int], Within],
        severities: Mapping[int, int],
        zone: ZoneInfo,
        days_off: Container[date] = (),
    ) -> None:
        self._chosen, self._severities, self._zone, self._days_off = chosen, severities, zone, days_off

    @classmethod
    def read(cls) -> Self:
        """As they are set now."""
        chosen = {
            (row.kind, row.severity): Within(timedelta(minutes=row.minutes), row.in_working_hours)
            for row in ReplyTime.objects.all()
        }
        severities = dict(Incident.objects.open().values_list("pk", "severity"))
        ours = Organisation.get()
        return cls(chosen, severities, ZoneInfo(ours.time_zone), ours.days_off)

    def within(self, kind: str, severity: int) -> Within:
        """The time of a kind at a severity: the one set for both, else for the kind where none is set, else ours."""
        return self._chosen.get((kind, severity)) or self._of_kind(kind, severity)

    def due_at(self, conversation: Conversation, *, since: datetime) -> datetime:
        """When an answer is due to what we heard at `since`."""
        within = self.within(conversation.kind, self._severities.get(conversation.incident_id or 0, NO_INCIDENT))
        if within.in_working_hours:
            return add_working_time(since, within.time, self._zone, self._days_off)
        return since + within.time

    def _of_kind(self, kind: str, severity: int) -> Within:
        general, ours = self._chosen.get((kind, NO_INCIDENT)), usual(kind, severity)
        if general is None or (severity in AT_MOST and ours.time < general.time):
            return ours
        return general


def start(conversation: Conversation, times: Times, *, at: datetime) -> None:
    """The customer has the last word: the clock runs, unless it runs already."""
    if conversation.answer_due_at is None:
        conversation.owed_since = at
        reckon(conversation, times)


def promise(conversation: Conversation, *, by: datetime, at: datetime) -> None:
    """Whoever heard them said when they hear from us: that time holds, whatever the kind."""
    conversation.owed_since, conversation.answer_due_at = at, max(by, at)
    conversation.warn_at = next_warning(conversation, after=at)


def reckon(conversation: Conversation, times: Times) -> None:
    """The kind or the incident is another: the time counts anew from when the customer spoke."""
    if conversation.owed_since is None:
        return
    conversation.answer_due_at = times.due_at(conversation, since=conversation.owed_since)
    conversation.warn_at = next_warning(conversation, after=conversation.owed_since)


def stop(conversation: Conversation) -> None:
    """Nothing is owed any more."""
    conversation.answer_due_at = conversation.owed_since = conversation.warn_at = None


def next_warning(conversation: Conversation, *, after: datetime) -> datetime | None:
    """When the crew is warned next: at 50, 80 and 100 % of the time."""
    if conversation.owed_since is None or conversation.answer_due_at is None:
        return None
    clock = PromiseClock(conversation.owed_since, conversation.answer_due_at)
    return next((moment for moment in map(clock.at, WARN_AT) if moment > after), None)


def percent(conversation: Conversation, *, at: datetime) -> int:
    """How much of the time has gone."""
    if conversation.owed_since is None or conversation.answer_due_at is None:
        return 0
    whole = conversation.answer_due_at - conversation.owed_since
    return round((at - conversation.owed_since) / whole * 100) if whole else 100
