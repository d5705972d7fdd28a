"""Facts as the rows of Statuspage's forms: components, groups, incidents, maintenances."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from daylight.incidents.words import ComponentState
from daylight.pages.facts import ComponentFacts, IncidentFacts, PageFacts, SectionFacts, SiteFacts, UpdateFacts
from daylight.reach.statuspage import forms, table, telling


def components(facts: PageFacts) -> list[forms.Component]:
    """All components and groups, in the order of the page: places are counted through, groups before their parts."""
    rows: list[forms.Component] = []
    sections = {section.public_id: section for section in facts.sections}
    for component in facts.components:
        section = sections.pop(component.section_id, None)
        if section is not None:
            rows.append(_group(section, [each for each in facts.components if each.section_id == section.public_id]))
        rows.append(_component(component))
    return rows


def incidents(facts: PageFacts, *, most: int | None = None, says_next: bool = True) -> list[forms.Incident]:
    """What was told of everything that is no planned work, newest first: all of it, or `most` and what is open.

    With `says_next` a body ends with the time at which we speak next.
    """
    return _told(facts, most, is_planned=False, says_next=says_next)


def maintenances(facts: PageFacts, *, most: int | None = None, says_next: bool = True) -> list[forms.Incident]:
    """The same of planned work."""
    return _told(facts, most, is_planned=True, says_next=says_next)


def changed_at(facts: PageFacts, told: Iterable[forms.Incident]) -> datetime:
    """When something of what is shown last changed; not the time of rendering, so that unchanged files stay equal."""
    moments = [component.changed_at for component in facts.components]
    moments += [section.changed_at for section in facts.sections]
    moments += [row.updated_at for row in told]
    return max(moments, default=facts.now.replace(hour=0, minute=0, second=0, microsecond=0))


def _told(facts: PageFacts, most: int | None, *, is_planned: bool, says_next: bool) -> list[forms.Incident]:
    by_id = {component.public_id: _component(component) for component in facts.components}
    told = [each for each in facts.incidents if each.updates and (each.planned_from is not None) == is_planned]
    return [
        telling.incident(_incident(facts.site, incident, by_id, says_next=says_next), zone=facts.site.zone)
        for place, incident in enumerate(told)
        if most is None or place < most or incident.is_open
    ]


def _component(row: ComponentFacts) -> forms.Component:
    return forms.Component(
        id=row.public_id,
        name=row.name,
        status=table.COMPONENT_STATUS[row.state],
        description=row.description,
        position=row.position,
        created_at=row.created_at,
        changed_at=row.changed_at,
        group_id=row.section_id or None,
    )


def _group(section: SectionFacts, parts: Sequence[ComponentFacts]) -> forms.Component:
    worst = max((part.state for part in parts), key=ComponentState.values.index)
    return forms.Component(
        id=section.public_id,
        name=section.name,
        status=table.COMPONENT_STATUS[worst],
        description=section.description,
        position=section.position,
        created_at=section.created_at,
        changed_at=max([section.changed_at, *(part.changed_at for part in parts)]),
        parts=tuple(part.public_id for part in parts),
    )


def _incident(
    site: SiteFacts, facts: IncidentFacts, components: Mapping[str, forms.Component], *, says_next: bool
) -> telling.Told:
    updates = list(reversed(facts.updates))
    shown = [impact for update in updates for impact in update.impacts if impact.public_id in components]
    names = {impact.public_id: impact.name for impact in shown}
    review = facts.review
    return telling.Told(
        id=facts.public_id,
        severity=facts.severity,
        occurred_at=facts.occurred_at,
        opened_at=facts.opened_at,
        closed_at=facts.closed_at,
        planned_from=facts.planned_from,
        planned_until=facts.planned_until,
        shortlink=f"{site.url}/incidents/{facts.public_id}/",
        updates=tuple(_said(update, facts, names, says_next=says_next) for update in updates),
        names=names,
        components=tuple(components[key] for key in names),
        review=telling.Review(review.public_id, review.body, review.published_at) if review else None,
    )


def _said(update: UpdateFacts, incident: IncidentFacts, names: Mapping[str, str], *, says_next: bool) -> telling.Said:
    """An update, as far as it speaks of components of this page."""
    words, promise = vars(update.words), update.promise
    return telling.Said(
        id=update.public_id,
        stage=str(update.stage),
        published_at=update.published_at,
        language=update.words.language,
        words=words if update.why_known else words | {"why": ""},
        impacts={impact.public_id: impact.state for impact in update.impacts if impact.public_id in names},
        said_before=tuple(each.words for each in update.said_before),
        next_by=promise.promised_for if says_next and promise is not None and promise == incident.promise else None,
    )
