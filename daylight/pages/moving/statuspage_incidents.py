"""Reads an incident or a maintenance of Statuspage: its updates, what each says of components, its post-mortem."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from daylight.incidents.words import FINAL_STAGES, ComponentState, Stage
from daylight.pages.moving.moved import MovedIncident, MovedReport, MovedUpdate, public_id
from daylight.pages.moving.rows import Row, Unreadable, plain
from daylight.reach.statuspage import forms, table

AS_PLANNED = {
    Stage.INVESTIGATING: Stage.IN_PROGRESS,
    Stage.IDENTIFIED: Stage.IN_PROGRESS,
    Stage.MONITORING: Stage.VERIFYING,
    Stage.RESOLVED: Stage.COMPLETED,
}
AS_UNPLANNED = {
    Stage.SCHEDULED: Stage.INVESTIGATING,
    Stage.IN_PROGRESS: Stage.IDENTIFIED,
    Stage.VERIFYING: Stage.MONITORING,
    Stage.COMPLETED: Stage.RESOLVED,
}
BY_IMPACT = {
    "critical": ComponentState.MAJOR_OUTAGE,
    "major": ComponentState.PARTIAL_OUTAGE,
    "minor": ComponentState.DEGRADED,
    "maintenance": ComponentState.MAINTENANCE,
    "none": ComponentState.OPERATIONAL,
}
"""What an incident says of its components where none of its updates names a state, as in old ones."""


def incident(row: Row) -> MovedIncident:
    """The whole incident. Raises Unreadable."""
    impact = row.text("impact_override", "impact", usual="minor")
    if impact not in table.SEVERITY:
        raise Unreadable(f"The impact {impact!r} is unknown here.")
    planned_from = row.moment("scheduled_for")
    is_planned = planned_from is not None or impact == table.MAINTENANCE
    told = sorted((each for each in row.rows("incident_updates")), key=_at)
    said = [each for each in told if each.text("status") != table.POSTMORTEM]
    if not said:
        raise Unreadable("Nothing was said of it: it has no updates.")
    updates = _updates(said, row, impact, is_planned=is_planned)
    opened = min(row.moment("created_at") or updates[0].at, updates[0].at)
    planned_from = planned_from or (opened if is_planned else None)
    ends = row.moment("scheduled_until")
    return MovedIncident(
        id=public_id(row.needed("id"), "statuspage", "incident"),
        title=row.needed("name"),
        severity=int(table.SEVERITY[impact]),
        began_at=row.moment("started_at") or planned_from or opened,
        opened_at=opened,
        updates=tuple(updates),
        closed_at=_ended(row, updates),
        planned_from=planned_from,
        planned_until=ends if ends and planned_from and ends > planned_from else None,
        names=_names(row, said),
        carried={
            name: row.plain(name) for name, usual in forms.CARRIED.items() if row.plain(name) not in (None, usual)
        },
        report=_report(row, [each for each in told if each.text("status") == table.POSTMORTEM]),
    )


def _at(update: Row) -> datetime:
    at = update.moment("display_at", "created_at")
    if at is None:
        raise Unreadable("An update has no time.")
    return at


def _updates(said: Sequence[Row], row: Row, impact: str, *, is_planned: bool) -> list[MovedUpdate]:
    """Oldest first; what an update does not say of a component stands as it was said before."""
    names_any = any(each.rows("affected_components") for each in said)
    states: dict[str, str] = {}
    found = []
    for each in said:
        stage = _stage(each.needed("status"), is_planned=is_planned)
        if names_any:
            states = states | _states(each)
        else:
            usual = ComponentState.OPERATIONAL if stage in {*FINAL_STAGES, Stage.SCHEDULED} else BY_IMPACT[impact]
            states = dict.fromkeys(_named(row), str(usual))
        found.append(
            MovedUpdate(
                id=public_id(each.needed("id"), "statuspage", "update"),
                stage=stage,
                at=_at(each),
                body=plain(each.text("body")),
                states=dict(states),
            )
        )
    return found


def _stage(status: str, *, is_planned: bool) -> str:
    """Our stage; planned work has stages of its own, whatever it was called."""
    if status not in Stage.values:
        raise Unreadable(f"The status {status!r} is unknown here.")
    stage = Stage(status)
    return str((AS_PLANNED if is_planned else AS_UNPLANNED).get(stage, stage))


def _states(update: Row) -> dict[str, str]:
    said = {}
    for each in update.rows("affected_components"):
        status = each.text("new_status")
        if status not in table.COMPONENT_STATE:
            raise Unreadable(f"The status {status!r} of a component is unknown here.")
        said[_component(each)] = str(table.COMPONENT_STATE[status])
    return said


def _component(row: Row) -> str:
    return public_id(row.needed("code", "id"), "statuspage", "component")


def _named(row: Row) -> list[str]:
    return [_component(each) for each in row.rows("components")]


def _names(row: Row, said: Sequence[Row]) -> Mapping[str, str]:
    every = [*row.rows("components"), *(each for update in said for each in update.rows("affected_components"))]
    return {_component(each): each.text("name") for each in every}


def _ended(row: Row, updates: Sequence[MovedUpdate]) -> datetime | None:
    """When it was over; None while it goes on."""
    if row.text("status") not in {*FINAL_STAGES, table.POSTMORTEM}:
        return None
    last = next((each.at for each in reversed(updates) if each.stage in FINAL_STAGES), updates[-1].at)
    return row.moment("resolved_at") or last


def _report(row: Row, told: Sequence[Row]) -> MovedReport | None:
    """The post-mortem: its body stands with the incident, and in public lists as an update of its own."""
    body = plain(row.text("postmortem_body") or (told[-1].text("body") if told else ""))
    if not body:
        return None
    given = told[-1].needed("id") if told else row.needed("id")
    return MovedReport(
        id=public_id(given, "statuspage", "update") if told else public_id("", "statuspage", "report", given),
        body=body,
        published_at=row.moment("postmortem_published_at") or (_at(told[-1]) if told else None),
    )
