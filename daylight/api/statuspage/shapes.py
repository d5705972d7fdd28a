"""What the management API answers with: the public forms, and the fields that only it has."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from daylight.api.statuspage.door import Call
from daylight.incidents.models import Carried, PageOnly, PostMortem
from daylight.pages import reading
from daylight.pages.facts import PageFacts
from daylight.pages.statuspage import rows
from daylight.reach.statuspage import forms


class World:
    """The page of a call as it stands now, and how its things are written."""

    def __init__(self, call: Call, *, also: Collection[str] = ()) -> None:
        self.facts: PageFacts = reading.read(call.page, now=call.now, also=also)
        self.writer = forms.Writer(page_id=self.facts.site.public_id, zone=self.facts.site.zone)
        self.components = rows.components(self.facts)

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
        published = _of(PostMortem, names).filter(published_at__isnull=False)
        reports = {
            row.incident.public_id: forms.Report(row.body, row.body_changed_at, row.published_at) for row in published
        }
        quiet = set(
            PageOnly.objects.filter(update__incident__public_id__in=names).values_list("update__public_id", flat=True)
        )
        return [
            self.writer.managed_incident(
                _with_quiet(told[name], quiet), carried=carried.get(name, {}), report=reports.get(name)
            )
            for name in names
            if name in told
        ]

    def told(self) -> list[forms.Incident]:
        """All incidents and maintenances; a body is what was written, without the sentence on the next word."""
        return [*rows.incidents(self.facts, says_next=False), *rows.maintenances(self.facts, says_next=False)]


def _with_quiet(row: forms.Incident, quiet: Collection[str]) -> forms.Incident:
    return replace(row, updates=tuple(replace(each, is_delivered=each.id not in quiet) for each in row.updates))


def _of(model: Any, names: Collection[str]) -> Any:
    return model.objects.filter(incident__public_id__in=names).select_related("incident")
