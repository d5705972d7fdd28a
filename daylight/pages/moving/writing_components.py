"""Writes sections and components."""

from daylight.incidents.models import Component, Section
from daylight.pages.moving.moved import MovedComponent, MovedSection
from daylight.pages.moving.taking import NEW, SAME, Target, clipped


def section(item: MovedSection, target: Target) -> str:
    """A section; one of the same name serves."""
    name = clipped(item.name, 120, "section", target)
    here = Section.objects.filter(public_id=item.id).first() or Section.objects.filter(name=name).first()
    if here is not None:
        target.sections[item.id] = here
        return SAME
    target.sections[item.id] = Section.objects.create(
        public_id=item.id,
        name=name,
        description=clipped(item.description, 300, "section", target),
        position=item.position,
        created_at=item.created_at or target.at,
        changed_at=item.changed_at or target.at,
    )
    return NEW


def component(item: MovedComponent, target: Target) -> str:
    """A component in the state that it had elsewhere."""
    if Component.objects.filter(public_id=item.id).exists():
        return SAME
    Component.objects.create(
        public_id=item.id,
        key=Component.objects.free_key(item.name),
        name=clipped(item.name, 120, "component", target),
        section=target.sections.get(item.section),
        description=clipped(item.description, 300, "component", target),
        position=item.position,
        state=item.state,
        created_at=item.created_at or target.at,
        changed_at=item.changed_at or target.at,
    )
    return NEW
