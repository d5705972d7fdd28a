"""Components, and groups of them: our sections."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Max

from daylight.accounts import audit
from daylight.accounts.roles import Act
from daylight.api.statuspage.door import Answer, Call, Status, call
from daylight.api.statuspage.given import Given
from daylight.api.statuspage.refusals import Invalid, Missing
from daylight.api.statuspage.shapes import World
from daylight.incidents.models import Component, Section
from daylight.incidents.words import ComponentState
from daylight.pages import reading
from daylight.reach.statuspage import forms, table

GIVES = {"showcase", "only_show_if_degraded", "automation_email", "start_date"}
"""Fields of Statuspage's that we take and do not keep: they change nothing that a customer reads."""


@call("GET", "pages/{page}/components", Act.READ)
def list_components(made: Call) -> Answer:
    """All components and groups of a page."""
    world = World(made)
    first, last = _stretch(made.query)
    return [world.writer.managed_component(row) for row in world.components][first:last]


@call("POST", "pages/{page}/components", Act.SET_UP)
def create_component(made: Call) -> Answer:
    """Add a component."""
    given, page = made.given("component"), made.page
    name = given.text("name", longest=120, is_needed=True)
    last: int | None = Component.objects.aggregate(last=Max("position"))["last"]
    row = Component(name=name, key=Component.objects.free_key(name), position=(last or 0) + 1, created_at=made.now)
    _change(row, given, made)
    row.save()
    _record(made, "component.make", row.key)
    page.hidden_components.remove(row)
    return Status(201, _one(made, row.public_id))


@call("GET", "pages/{page}/components/{component}", Act.READ)
def get_component(made: Call) -> Answer:
    """One component, or the row of a group."""
    return _one(made, made.ids["component"])


@call("PATCH PUT", "pages/{page}/components/{component}", Act.SET_UP)
def change_component(made: Call) -> Answer:
    """Change a component; its state stands until an update of an open incident says otherwise, as at the desk."""
    row, given = the_component(made), made.given("component")
    row.name = given.text("name", longest=120, default=row.name) or row.name
    _change(row, given, made)
    row.save()
    _record(made, "component.change", row.key)
    return _one(made, row.public_id)


@call("DELETE", "pages/{page}/components/{component}", Act.SET_UP)
def delete_component(made: Call) -> Answer:
    """Retire a component; what was said of it stays."""
    row = the_component(made)
    Component.objects.filter(pk=row.pk).update(retired_at=made.now)
    _record(made, "component.retire", row.key)
    return Status(204)


@call("GET", "pages/{page}/component-groups", Act.READ)
def list_groups(made: Call) -> Answer:
    """All groups that have components on the page."""
    world = World(made)
    first, last = _stretch(made.query)
    return [world.group(row) for row in world.components if row.parts is not None][first:last]


@call("POST", "pages/{page}/component-groups", Act.SET_UP)
def create_group(made: Call) -> Answer:
    """Make a group of components."""
    given = made.given("component_group")
    name = given.text("name", longest=120, is_needed=True)
    if Section.objects.filter(name=name).exists():
        raise Invalid("name is that of another group.")
    parts = _parts(made, given)
    if not parts:
        raise Invalid("components must name at least one component.")
    section = Section.objects.named(name)
    if section is None:
        raise Invalid("name can't be blank.")
    _fill(section, parts, given, made)
    return Status(201, _group(made, section.public_id))


@call("GET", "pages/{page}/component-groups/{group}", Act.READ)
def get_group(made: Call) -> Answer:
    """One group."""
    return _group(made, made.ids["group"])


@call("PATCH PUT", "pages/{page}/component-groups/{group}", Act.SET_UP)
def change_group(made: Call) -> Answer:
    """Rename a group, or say anew which components it holds."""
    section, given = the_group(made), made.given("component_group")
    name = given.text("name", longest=120, default=section.name) or section.name
    if Section.objects.filter(name=name).exclude(pk=section.pk).exists():
        raise Invalid("name is that of another group.")
    section.name = name
    _fill(section, _parts(made, given), given, made)
    return _group(made, section.public_id)


@call("DELETE", "pages/{page}/component-groups/{group}", Act.SET_UP)
def delete_group(made: Call) -> Answer:
    """Take a group away; its components stand alone. Answers with the group as it was."""
    section = the_group(made)
    said = _group(made, section.public_id)
    section.delete()
    _record(made, "section.remove", section.name)
    return said


def the_component(made: Call) -> Component:
    """The component that the address names. Raises Missing."""
    found: Component | None = reading.shown_components(made.page).filter(public_id=made.ids["component"]).first()
    if found is None:
        raise Missing("There is no component of this name on this page.")
    return found


def the_group(made: Call) -> Section:
    """The group that the address names. Raises Missing."""
    found: Section | None = Section.objects.filter(public_id=made.ids["group"]).first()
    if found is None:
        raise Missing("There is no component group of this name.")
    return found


def named(made: Call, names: Sequence[str]) -> list[Component]:
    """The components of these names, in their order. Raises Invalid for one that is not on the page."""
    found = {row.public_id: row for row in reading.shown_components(made.page).filter(public_id__in=names)}
    unknown = sorted(set(names) - set(found))
    if unknown:
        raise Invalid(f"No component of this page has the id {', '.join(unknown[:5])}.")
    return [found[name] for name in dict.fromkeys(names)]


def state_of(status: str) -> str:
    """Our state for their status. Raises Invalid."""
    if status not in table.COMPONENT_STATE:
        raise Invalid(f"A component's status must be one of {', '.join(filter(None, table.COMPONENT_STATE))}.")
    return str(table.COMPONENT_STATE[status])


def _change(row: Component, given: Given, made: Call) -> None:
    row.description = given.text("description", longest=300, default=row.description)
    if "status" in given:
        row.state = state_of(given.text("status", longest=40))
    if "group_id" in given:
        group = given.text("group_id", longest=64)
        row.section = Section.objects.filter(public_id=group).first()
        if group and row.section is None:
            raise Invalid("group_id is that of no component group.")
    row.changed_at = made.now


def _parts(made: Call, given: Given) -> list[Component] | None:
    names = given.names("components")
    return None if names is None else named(made, names)


def _fill(section: Section, parts: list[Component] | None, given: Given, made: Call) -> None:
    section.description = given.text("description", longest=300, default=section.description)
    section.changed_at = made.now
    section.save()
    if parts is not None:
        section.components.exclude(pk__in=[part.pk for part in parts]).update(section=None, changed_at=made.now)
        Component.objects.filter(pk__in=[part.pk for part in parts]).update(section=section, changed_at=made.now)
    _record(made, "section.change", section.name)


def _one(made: Call, public_id: str) -> forms.Json:
    world = World(made)
    for row in world.components:
        if row.id == public_id:
            return world.writer.managed_component(row)
    raise Missing("There is no component of this name on this page.")


def _group(made: Call, public_id: str) -> forms.Json:
    world = World(made)
    for row in world.components:
        if row.id == public_id and row.parts is not None:
            return world.group(row)
    section = the_group(made)
    empty = forms.Component(
        id=section.public_id,
        name=section.name,
        status=table.COMPONENT_STATUS[ComponentState.OPERATIONAL],
        description=section.description,
        position=section.position,
        created_at=section.created_at,
        changed_at=section.changed_at,
        parts=(),
    )
    return world.group(empty)


def _stretch(query: Given) -> tuple[int, int]:
    size = query.number("per_page", default=100, least=1, most=100)
    first = (query.number("page", default=1, least=1, most=10**6) - 1) * size
    return first, first + size


def _record(made: Call, act: str, subject: str, **details: Any) -> None:
    audit.record(at=made.now, actor=made.key.actor, act=act, subject=subject, **details)
