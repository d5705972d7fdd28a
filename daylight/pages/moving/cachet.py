"""Reads a page of Cachet, 2.x or 3.x, from its API or from saved JSON.

Both say the same in two forms: rows with fields, and rows with `attributes` in which a time has a `string` and a
status a `value`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

from daylight.incidents.words import ComponentState, Severity, Stage
from daylight.pages.moving import saved
from daylight.pages.moving.asking import Asking, NotAnswered, NotThere
from daylight.pages.moving.moved import (
    Moved,
    MovedComponent,
    MovedIncident,
    MovedSection,
    MovedSubscriber,
    MovedUpdate,
    NotMoved,
    public_id,
)
from daylight.pages.moving.rows import Row, Unreadable, plain
from daylight.reach.models import Subscriber

ORIGIN = "cachet"
STATES = {
    "1": ComponentState.OPERATIONAL,
    "2": ComponentState.DEGRADED,
    "3": ComponentState.PARTIAL_OUTAGE,
    "4": ComponentState.MAJOR_OUTAGE,
    "6": ComponentState.MAINTENANCE,
}
STAGES = {
    "0": Stage.SCHEDULED,
    "1": Stage.INVESTIGATING,
    "2": Stage.IDENTIFIED,
    "3": Stage.MONITORING,
    "4": Stage.RESOLVED,
}
PLANNED = {"0": Stage.SCHEDULED, "1": Stage.IN_PROGRESS, "2": Stage.COMPLETED}
LISTS = {
    "group": ("components/groups", "component-groups"),
    "component": ("components", "components"),
    "incident": ("incidents", "incidents"),
    "schedule": ("schedules", "schedules"),
    "subscriber": ("subscribers", "subscribers"),
}
"""Where each kind stands in 2.x and in 3.x, in the order in which it is taken."""

SEVERITIES = {
    ComponentState.MAJOR_OUTAGE: Severity.MATERIAL,
    ComponentState.PARTIAL_OUTAGE: Severity.NOTICEABLE,
    ComponentState.DEGRADED: Severity.NOTICEABLE,
}
Raw = tuple[str, Any]


def from_api(asking: Asking, url: str) -> Iterator[Raw]:
    """Every row of an installation. Raises NotAnswered."""
    site = url.rstrip("/").removesuffix("/api/v1").removesuffix("/api")
    try:
        asking.get(f"{site}/api/v1/components?per_page=1")
        root, form = f"{site}/api/v1", 0
    except NotThere:
        root, form = f"{site}/api", 1
    for kind, places in LISTS.items():
        try:
            for rows in asking.listed(f"{root}/{places[form]}"):
                for row in rows:
                    yield kind, _with_updates(asking, root, row) if form and kind == "incident" else row
        except NotThere as refused:
            if kind == "component":
                raise NotAnswered(f"There is no Cachet at {site}.") from None
            yield kind, NotMoved(kind, "all", str(refused))


def _with_updates(asking: Asking, root: str, row: Any) -> Any:
    """3.x keeps the updates of an incident at an address of their own."""
    if not isinstance(row, Mapping) or "id" not in row:
        return row
    try:
        return {
            **row,
            "updates": [each for rows in asking.listed(f"{root}/incidents/{row['id']}/updates") for each in rows],
        }
    except NotThere:
        return row


def from_saved(path: Path) -> Iterator[Raw]:
    """Every row of a file or a folder: lists by name, or each file's `data`. Raises saved.NotUsable."""
    found: list[Raw] = []
    for name, said in saved.files(path):
        lists = said if isinstance(said, dict) and "data" not in said else {name: said}
        for each, rows in lists.items():
            listed = rows.get("data") if isinstance(rows, dict) else rows
            found += [(_kind(each), row) for row in (listed if isinstance(listed, list) else []) if _kind(each)]
    if not found:
        raise saved.NotUsable(f"There is nothing of Cachet's in {path}.")
    yield from sorted(found, key=lambda one: list(LISTS).index(one[0]))


def _kind(name: str) -> str:
    plain_name = name.lower().replace("_", "-").replace("components-groups", "component-groups")
    starts = {"component-groups": "group", "groups": "group"} | {f"{kind}s": kind for kind in LISTS}
    return next((kind for start, kind in starts.items() if plain_name.startswith(start)), "")


def read(raw: Iterable[Raw], *, zone: tzinfo = UTC) -> Iterator[Moved]:
    """Everything in the form between."""
    for kind, said in raw:
        if isinstance(said, NotMoved):
            yield said
            continue
        row = Row({})
        try:
            row = Row(_flat(said), zone=zone)
            if "visible" in row and row.text("visible") == "0":
                yield NotMoved(kind, row.known_as(), "It is shown to nobody there.")
            else:
                yield READERS[kind](row)
        except Unreadable as problem:
            yield NotMoved(kind, row.known_as(), str(problem))


def _flat(said: Any) -> Any:
    """A row of 3.x as 2.x writes it."""
    if not isinstance(said, Mapping):
        return said
    given = said.get("attributes")
    fields = given if isinstance(given, Mapping) else {}
    flat = {**said, **fields}
    for name, value in fields.items():
        if isinstance(value, Mapping) and "value" in value:
            flat[name] = value["value"]
        elif isinstance(value, Mapping) and "string" in value:
            flat[f"{name}_at"] = value["string"]
    return {name: int(value) if isinstance(value, bool) else value for name, value in flat.items()}


def _id(kind: str, number: str) -> str:
    return public_id(f"{kind} {number}", ORIGIN)


def _section(row: Row) -> MovedSection:
    return MovedSection(_id("group", row.needed("id")), row.needed("name"), position=row.number("order"))


def _component(row: Row) -> MovedComponent:
    group = row.text("group_id", "component_group_id")
    return MovedComponent(
        id=_id("component", row.needed("id")),
        name=row.needed("name"),
        section=_id("group", group) if group not in {"", "0"} else "",
        description=plain(row.text("description")),
        position=row.number("order"),
        state=_state(row.text("status", usual="1")),
        created_at=row.moment("created_at"),
    )


def _state(number: str) -> str:
    return str(STATES.get(number, ComponentState.OPERATIONAL))


def _incident(row: Row) -> MovedIncident:
    """The row itself is what was said first; each update of it came later."""
    began = row.moment("occurred_at", "scheduled_at", "created_at")
    if began is None:
        raise Unreadable("It has no time.")
    later = sorted(
        (Row(_flat(each), zone=row.zone) for each in row.lists("updates")), key=lambda each: _at(each, began)
    )
    first = "1" if later else row.text("status", "latest_status", usual="1")
    state = _state(row.text("component_status", usual="")) if "component_status" in row else ComponentState.DEGRADED
    names = _components(row)
    updates = [_update(row, f"incident {row.needed('id')}", began, first, dict.fromkeys(names, str(state)))]
    for each in later:
        states = dict.fromkeys(names, str(state))
        stage = each.text("status", usual="1")
        updates.append(_update(each, f"update {each.needed('id')}", _at(each, began), stage, states))
    last = updates[-1]
    return MovedIncident(
        id=_id("incident", row.needed("id")),
        title=row.needed("name"),
        severity=int(SEVERITIES.get(ComponentState(state), Severity.SLIGHT)),
        began_at=began,
        opened_at=began,
        updates=tuple(updates),
        closed_at=last.at if last.stage == Stage.RESOLVED else None,
        names=names,
    )


def _at(update: Row, usual: datetime) -> datetime:
    return update.moment("created_at") or usual


def _update(row: Row, name: str, at: datetime, status: str, states: Mapping[str, str]) -> MovedUpdate:
    if status not in STAGES:
        raise Unreadable(f"The status {status!r} is unknown here.")
    stage = Stage.INVESTIGATING if status == "0" else STAGES[status]
    working = dict.fromkeys(states, str(ComponentState.OPERATIONAL))
    return MovedUpdate(
        public_id(name, ORIGIN), stage, at, plain(row.text("message")), working if stage == Stage.RESOLVED else states
    )


def _components(row: Row) -> dict[str, str]:
    """Names by ids of all components that a row touches."""
    named = [Row(_flat(each)) for each in row.lists("components")]
    found = {_id("component", each.needed("component_id", "id")): each.text("name") for each in named}
    one = row.text("component_id")
    return found or ({_id("component", one): ""} if one not in {"", "0"} else {})


def _schedule(row: Row) -> MovedIncident:
    """Planned work: announced when it was written down, over when that was said."""
    begins = row.moment("scheduled_at")
    if begins is None:
        raise Unreadable("scheduled_at is missing.")
    told = min(row.moment("published_at", "created_at") or begins, begins)
    names, number = _components(row), row.needed("id")
    states = dict.fromkeys(names, str(ComponentState.MAINTENANCE))
    ends = row.moment("completed_at")
    updates = [MovedUpdate(_id("schedule", number), Stage.SCHEDULED, told, plain(row.text("message")), states)]
    is_over = PLANNED.get(row.text("status")) == Stage.COMPLETED
    return MovedIncident(
        id=public_id(f"schedule {number}", ORIGIN, "incident"),
        title=row.needed("name"),
        severity=int(Severity.SLIGHT),
        began_at=begins,
        opened_at=told,
        updates=tuple(updates),
        closed_at=(ends or begins) if is_over else None,
        planned_from=begins,
        planned_until=ends if ends and ends > begins else None,
        names=names,
    )


def _subscriber(row: Row) -> MovedSubscriber:
    wishes = [Row(each) for each in row.lists("subscriptions")]
    about = tuple(_id("component", each.needed("component_id")) for each in wishes if "component_id" in each)
    return MovedSubscriber(
        channel="email",
        address=row.needed("email"),
        state=Subscriber.State.ACTIVE if "verified_at" in row else Subscriber.State.WAITING,
        components=() if row.flag("global") else about,
        created_at=row.moment("created_at"),
    )


READERS: dict[str, Callable[[Row], Moved]] = {
    "group": _section,
    "component": _component,
    "incident": _incident,
    "schedule": _schedule,
    "subscriber": _subscriber,
}
