"""The public API v2 of Statuspage, file by file."""

import json

from daylight.pages.facts import PageFacts
from daylight.pages.statuspage import rows
from daylight.reach.statuspage import forms, table

MOST = 50
"""Incidents, and maintenances, in a list; older ones are on the history pages."""


def api_files(facts: PageFacts) -> dict[str, bytes]:
    """Everything below `api/v2/`."""
    shown = _Shown(facts)
    unresolved = [row for row in shown.incidents if row.status in table.UNRESOLVED]
    active = [row for row in shown.maintenances if row.status in table.ACTIVE]
    upcoming = [row for row in shown.maintenances if row.status == table.UPCOMING]
    components: forms.Json = {"components": [shown.writer.component(row) for row in shown.components]}
    status: forms.Json = {"status": vars(shown.roll_up())}
    said: dict[str, forms.Json] = {
        "summary": components
        | {"incidents": shown.list(unresolved), "scheduled_maintenances": shown.list([*active, *upcoming])}
        | status,
        "status": status,
        "components": components,
        "incidents": {"incidents": shown.list(shown.incidents)},
        "incidents/unresolved": {"incidents": shown.list(unresolved)},
        "scheduled-maintenances": {"scheduled_maintenances": shown.list(shown.maintenances)},
        "scheduled-maintenances/active": {"scheduled_maintenances": shown.list(active)},
        "scheduled-maintenances/upcoming": {"scheduled_maintenances": shown.list(upcoming)},
    }
    return {f"api/v2/{name}.json": _bytes({"page": shown.page} | inside) for name, inside in said.items()}


class _Shown:
    """What a page shows, and how it is written."""

    def __init__(self, facts: PageFacts) -> None:
        site = facts.site
        self.writer = forms.Writer(page_id=site.public_id, zone=site.zone)
        self.components = rows.components(facts)
        self.incidents, self.maintenances = (read(facts, most=MOST) for read in (rows.incidents, rows.maintenances))
        self.page = {
            "id": site.public_id,
            "name": site.title,
            "url": site.url,
            "time_zone": site.time_zone,
            "updated_at": self.writer.moment(rows.changed_at(facts, [*self.incidents, *self.maintenances])),
        }

    def roll_up(self) -> table.RollUp:
        """How everything is doing, by components and by what is open."""
        statuses = [row.status for row in self.components if row.parts is None]
        impacts = [row.impact for row in self.incidents if row.status in table.UNRESOLVED]
        impacts += [table.MAINTENANCE for row in self.maintenances if row.status in table.ACTIVE]
        return table.roll_up(statuses, impacts)

    def list(self, incidents: list[forms.Incident]) -> list[forms.Json]:
        """The newest of them, written."""
        return [self.writer.incident(row) for row in forms.newest(incidents, MOST)]


def _bytes(said: forms.Json) -> bytes:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
