"""What the management API answers with: the public forms, and the fields that only it has."""

from collections.abc import Collection, Mapping
from typing import Any

from daylight.api.statuspage.door import Call
from daylight.incidents.models import Carried, PageOnly, PostMortem
from daylight.pages import reading
from daylight.pages.facts import PageFacts
from daylight.pages.statuspage import rows
from daylight.reach.statuspage import forms, table

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


class World:
    """The page of a call as it stands now, and how its things are written."""

    def __init__(self, call: Call, *, also: Collection[str] = ()) -> None:
        self.facts: PageFacts = reading.read(call.page, now=call.now, also=also)
        self.writer = forms.Writer(page_id=self.facts.site.public_id, zone=self.facts.site.zone)
        self.components = rows.components(self.facts)

    def component(self, row: forms.Component) -> forms.Json:
        """A component, or the row of a group among components."""
        return self.writer.component(row) | {"automation_email": None}

    def group(self, row: forms.Component) -> forms.Json:
        """A group as itself."""
        return {
            "id": row.id,
            "page_id": self.writer.page_id,
            "name": row.name,
            "description": row.description or None,
            "components": list(row.parts or ()),
            "position": str(row.position),
            "created_at": self.writer.moment(row.created_at),
            "updated_at": self.writer.moment(row.changed_at),
        }

    def incidents(self, names: Collection[str]) -> list[forms.Json]:
        """These incidents and maintenances, in the order of `names`."""
        told = {row.id: row for row in self.told()}
        carried = {row.incident.public_id: row.facts for row in _of(Carried, names)}
        reports = {row.incident.public_id: row for row in _of(PostMortem, names)}
        quiet = set(
            PageOnly.objects.filter(update__incident__public_id__in=names).values_list("update__public_id", flat=True)
        )
        return [
            self._incident(told[name], carried.get(name, {}), reports.get(name), quiet)
            for name in names
            if name in told
        ]

    def told(self) -> list[forms.Incident]:
        """All incidents and maintenances; a body is what was written, without the sentence on the next word."""
        return [*rows.incidents(self.facts, says_next=False), *rows.maintenances(self.facts, says_next=False)]

    def update(self, row: forms.Update, *, incident_id: str, quiet: Collection[str] = ()) -> forms.Json:
        """A statement with the fields that only this API has."""
        said = self.writer.update(row, incident_id=incident_id)
        said["deliver_notifications"] = row.id not in quiet
        return said | {"twitter_updated_at": None, "wants_twitter_update": False}

    def _incident(
        self, row: forms.Incident, carried: Mapping[str, Any], report: PostMortem | None, quiet: Collection[str]
    ) -> forms.Json:
        said = self.writer.incident(row)
        moment = self.writer.moment
        kept = {name: carried.get(name, usual) for name, usual in CARRIED.items()}
        published = report if report is not None and report.published_at else None
        said |= {
            "components": [self.component(each) for each in row.components],
            "incident_updates": [self.update(each, incident_id=row.id, quiet=quiet) for each in row.updates],
            "incident_impacts": [],
            "postmortem_body": published.body if published else None,
            "postmortem_body_last_updated_at": moment(published.body_changed_at) if published else None,
            "postmortem_ignored": False,
            "postmortem_notified_subscribers": False,
            "postmortem_notified_twitter": False,
            "postmortem_published_at": moment(published.published_at) if published else None,
            "scheduled_for": moment(row.begins_at),
            "scheduled_until": moment(row.ends_at),
            "scheduled_reminded_at": None,
        }
        said["impact"] = kept["impact_override"] or _impact(row)
        return said | kept


def _impact(row: forms.Incident) -> str:
    return table.MAINTENANCE if row.is_maintenance else row.impact


def _of(model: Any, names: Collection[str]) -> Any:
    return model.objects.filter(incident__public_id__in=names).select_related("incident")
