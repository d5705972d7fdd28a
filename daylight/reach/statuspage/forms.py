"""The JSON of Statuspage: which fields, in which order, and what is null."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

Json = dict[str, Any]


@dataclass(frozen=True)
class Component:
    """A component, or with `parts` (the names of its components) a group of them."""

    id: str
    name: str
    status: str
    description: str
    position: int
    created_at: datetime
    changed_at: datetime
    group_id: str | None = None
    parts: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Affected:
    """What an update changed about a component."""

    code: str
    name: str
    old_status: str
    new_status: str


@dataclass(frozen=True)
class Update:
    """One published statement."""

    id: str
    status: str
    body: str
    at: datetime
    affected: tuple[Affected, ...] = ()
    is_delivered: bool = True


@dataclass(frozen=True)
class Incident:
    """An incident or, with `begins_at`, a maintenance; its updates newest first."""

    id: str
    name: str
    status: str
    impact: str
    created_at: datetime
    updated_at: datetime
    started_at: datetime
    shortlink: str
    monitoring_at: datetime | None = None
    resolved_at: datetime | None = None
    begins_at: datetime | None = None
    ends_at: datetime | None = None
    updates: tuple[Update, ...] = ()
    components: tuple[Component, ...] = ()

    @property
    def is_maintenance(self) -> bool:
        """Whether it is planned work."""
        return self.begins_at is not None


@dataclass(frozen=True)
class Report:
    """A published post-mortem, as the management API shows it with its incident."""

    body: str
    changed_at: datetime | None
    published_at: datetime | None


CARRIED: Mapping[str, Any] = {
    "metadata": {},
    "impact_override": None,
    "reminder_intervals": None,
    "scheduled_auto_completed": False,
    "scheduled_auto_in_progress": False,
    "scheduled_remind_prior": False,
    "auto_transition_deliver_notifications_at_end": None,
    "auto_transition_deliver_notifications_at_start": None,
    "auto_transition_to_maintenance_state": None,
    "auto_transition_to_operational_state": None,
    "backfilled": False,
}
"""What a program may leave with an incident and gets back, with what stands there while it left nothing."""


class Writer:
    """Writes the JSON of one page."""

    def __init__(self, *, page_id: str, zone: ZoneInfo) -> None:
        self.page_id, self._zone = page_id, zone

    def moment(self, at: datetime | None) -> str | None:
        """A time with milliseconds, in the page's time zone."""
        if at is None:
            return None
        return at.astimezone(self._zone).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def component(self, row: Component) -> Json:
        """A component; of a group also the names of its parts."""
        said = {
            "id": row.id,
            "name": row.name,
            "status": row.status,
            "created_at": self.moment(row.created_at),
            "updated_at": self.moment(row.changed_at),
            "position": row.position,
            "description": row.description or None,
            "showcase": False,
            "start_date": None,
            "group_id": row.group_id,
            "page_id": self.page_id,
            "group": row.parts is not None,
            "only_show_if_degraded": False,
        }
        return said if row.parts is None else said | {"components": list(row.parts)}

    def update(self, row: Update, *, incident_id: str) -> Json:
        """One statement of an incident."""
        at = self.moment(row.at)
        affected = [vars(each) for each in row.affected] or None
        return {
            "id": row.id,
            "status": row.status,
            "body": row.body,
            "incident_id": incident_id,
            "created_at": at,
            "updated_at": at,
            "display_at": at,
            "affected_components": affected,
            "deliver_notifications": row.is_delivered,
            "custom_tweet": None,
            "tweet_id": None,
        }

    def incident(self, row: Incident) -> Json:
        """An incident or a maintenance, with all its updates and components."""
        said = {
            "id": row.id,
            "name": row.name,
            "status": row.status,
            "created_at": self.moment(row.created_at),
            "updated_at": self.moment(row.updated_at),
            "monitoring_at": self.moment(row.monitoring_at),
            "resolved_at": self.moment(row.resolved_at),
            "impact": row.impact,
            "shortlink": row.shortlink,
            "started_at": self.moment(row.started_at),
            "page_id": self.page_id,
            "incident_updates": [self.update(each, incident_id=row.id) for each in row.updates],
            "components": [self.component(each) for each in row.components],
        }
        if row.is_maintenance:
            said |= {"scheduled_for": self.moment(row.begins_at), "scheduled_until": self.moment(row.ends_at)}
        return said

    def managed_component(self, row: Component) -> Json:
        """A component, or the row of a group among components, as its owner reads it."""
        return self.component(row) | {"automation_email": None}

    def managed_update(self, row: Update, *, incident_id: str) -> Json:
        """A statement as its owner reads it."""
        return self.update(row, incident_id=incident_id) | {"twitter_updated_at": None, "wants_twitter_update": False}

    def managed_incident(
        self, row: Incident, *, carried: Mapping[str, Any] = CARRIED, report: Report | None = None
    ) -> Json:
        """An incident or a maintenance with the fields that only its owner and webhooks get."""
        kept = {name: carried.get(name, usual) for name, usual in CARRIED.items()}
        said = self.incident(row) | {
            "components": [self.managed_component(each) for each in row.components],
            "incident_updates": [self.managed_update(each, incident_id=row.id) for each in row.updates],
            "incident_impacts": [],
            "postmortem_body": report.body if report else None,
            "postmortem_body_last_updated_at": self.moment(report.changed_at) if report else None,
            "postmortem_ignored": False,
            "postmortem_notified_subscribers": False,
            "postmortem_notified_twitter": False,
            "postmortem_published_at": self.moment(report.published_at) if report else None,
            "scheduled_for": self.moment(row.begins_at),
            "scheduled_until": self.moment(row.ends_at),
            "scheduled_reminded_at": None,
        }
        return said | kept | {"impact": kept["impact_override"] or row.impact}


def affected(
    before: Mapping[str, str], after: Mapping[str, str], names: Mapping[str, str], *, working: str
) -> tuple[Affected, ...]:
    """What changed between two statements, by the components' names for the world; what is not named is working."""
    every = sorted({*before, *after}, key=lambda code: names[code])
    return tuple(Affected(code, names[code], before.get(code, working), after.get(code, working)) for code in every)


def newest(rows: Sequence[Incident], number: int = 50) -> list[Incident]:
    """The most recent ones, newest first."""
    return sorted(rows, key=lambda row: (row.created_at, row.id), reverse=True)[:number]
