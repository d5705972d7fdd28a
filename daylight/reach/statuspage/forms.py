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


def affected(
    before: Mapping[str, str], after: Mapping[str, str], names: Mapping[str, str], *, working: str
) -> tuple[Affected, ...]:
    """What changed between two statements, by the components' names for the world; what is not named is working."""
    every = sorted({*before, *after}, key=lambda code: names[code])
    return tuple(Affected(code, names[code], before.get(code, working), after.get(code, working)) for code in every)


def newest(rows: Sequence[Incident], number: int = 50) -> list[Incident]:
    """The most recent ones, newest first."""
    return sorted(rows, key=lambda row: (row.created_at, row.id), reverse=True)[:number]
