"""Reads from the rows what a webhook in Statuspage's form says of an update: the incident up to it, and the page."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from django.conf import settings

from daylight.accounts.models import Organisation
from daylight.incidents.models import Component, Impact, Incident, Update, UpdateText
from daylight.incidents.statement import taken_back
from daylight.incidents.words import FINAL_STAGES, ComponentState, Severity, Stage
from daylight.reach.statuspage import forms, table, telling
from daylight.reach.words import zone_of


def event(update: Update, *, language: str, page_id: str, shortlink: str) -> forms.Json:
    """What happened with `update`: `page` and `incident`, and one of `component_updates` for each state it changed."""
    zone = zone_of(Organisation.get().time_zone)
    writer = forms.Writer(page_id=page_id, zone=zone)
    told = _told(update, language=language, shortlink=shortlink)
    row = telling.incident(told, zone=zone)
    rolled = _roll_up()
    at = update.published_at or update.written_at
    return {
        "generated_at": writer.moment(at),
        "documentation": settings.SITE_URL,
        "page": {"id": page_id, "status_indicator": rolled.indicator, "status_description": rolled.description},
        "incident": writer.managed_incident(row),
        "component_updates": _component_updates(row, writer, at),
    }


def _told(update: Update, *, language: str, shortlink: str) -> telling.Told:
    incident = update.incident
    said = list(
        incident.updates.published()
        .filter(number__lte=update.number or 0)
        .select_related("corrects")
        .prefetch_related("texts", "corrects__texts")
    )
    public = Impact.objects.filter(update__in=said, component__is_public=True).select_related("component__section")
    impacts: dict[int, dict[str, str]] = {each.pk: {} for each in said}
    components: dict[str, Component] = {}
    for impact in public.order_by("component__position", "component__name"):
        impacts[impact.update_id][impact.component.public_id] = impact.state
        components[impact.component.public_id] = impact.component
    return telling.Told(
        id=incident.public_id,
        severity=incident.severity,
        occurred_at=incident.occurred_at,
        opened_at=incident.opened_at,
        closed_at=update.published_at if update.stage in FINAL_STAGES else None,
        planned_from=incident.planned_from,
        planned_until=incident.planned_until,
        shortlink=shortlink,
        updates=tuple(_said(each, impacts[each.pk], language) for each in said),
        names={key: component.name for key, component in components.items()},
        components=tuple(_component(row, said[-1], impacts[said[-1].pk]) for row in components.values()),
    )


def _said(update: Update, impacts: Mapping[str, str], language: str) -> telling.Said:
    text = update.text_in(language) or UpdateText(update=update, language=language)
    words = vars(text.words())
    return telling.Said(
        id=update.public_id,
        stage=update.stage,
        published_at=update.published_at or update.written_at,
        language=text.language,
        words=words if update.why_known else words | {"why": ""},
        impacts=impacts,
        said_before=tuple(_taken_back(update, text, language)),
    )


def _taken_back(update: Update, text: UpdateText, language: str) -> list[str]:
    corrected = update.corrects
    before = corrected.text_in(language) if corrected is not None else None
    if corrected is None or before is None:
        return []
    said = taken_back(before.words(), text.words(), was_why_known=corrected.why_known, is_why_known=update.why_known)
    return list(said.values())


def _component(row: Component, last: Update, impacts: Mapping[str, str]) -> forms.Component:
    """A component as the last update leaves it."""
    stands = ComponentState.OPERATIONAL
    if last.stage not in FINAL_STAGES:
        stands = ComponentState(impacts.get(row.public_id, ComponentState.OPERATIONAL))
    return forms.Component(
        id=row.public_id,
        name=row.name,
        status=table.COMPONENT_STATUS[stands],
        description=row.description,
        position=row.position,
        created_at=row.created_at,
        changed_at=row.changed_at,
        group_id=row.section.public_id if row.section else None,
    )


def _roll_up() -> table.RollUp:
    states = Component.objects.in_use().filter(is_public=True).values_list("state", flat=True)
    open_ = Incident.objects.public().open().filter(updates__state=Update.State.PUBLISHED).distinct()
    impacts = [
        table.MAINTENANCE if begins is not None else table.IMPACT[Severity(severity)]
        for begins, severity in open_.exclude(updates__stage=Stage.SCHEDULED).values_list("planned_from", "severity")
    ]
    return table.roll_up([table.COMPONENT_STATUS[ComponentState(state)] for state in states], impacts)


def _component_updates(row: forms.Incident, writer: forms.Writer, at: datetime) -> list[forms.Json]:
    newest = row.updates[0]
    by_id = {component.id: component for component in row.components}
    return [
        {
            "component": writer.component(by_id[change.code]),
            "component_update": {
                "old_status": change.old_status,
                "new_status": change.new_status,
                "created_at": writer.moment(at),
                "component_type": "Component",
                "state": "sn_created",
                "id": hashlib.sha256(f"{newest.id} {change.code}".encode()).hexdigest()[:12],
                "component_id": change.code,
            },
        }
        for change in newest.affected
        if change.old_status != change.new_status
    ]
