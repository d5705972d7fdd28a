"""Reads a page of Statuspage, from its management API or from JSON that was saved from there or from `/api/v2/`."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from daylight.pages.moving import saved, statuspage_incidents
from daylight.pages.moving.asking import Asking, NotAnswered, NotThere
from daylight.pages.moving.moved import (
    Moved,
    MovedComponent,
    MovedPage,
    MovedSection,
    MovedSubscriber,
    MovedTemplate,
    NotMoved,
    public_id,
)
from daylight.pages.moving.rows import Row, Unreadable, plain
from daylight.reach.models import Subscriber
from daylight.reach.statuspage import table

BASE = "https://api.statuspage.io/v1"
STATES = {
    "active": Subscriber.State.ACTIVE,
    "unconfirmed": Subscriber.State.WAITING,
    "quarantined": Subscriber.State.BOUNCED,
}
STATE = "state"
KINDS = ("page", "group", "component", "incident", "template", "subscriber")
"""In the order in which they are taken."""

LISTS = {
    "component_groups": "group",
    "components": "component",
    "incidents": "incident",
    "scheduled_maintenances": "incident",
    "incident_templates": "template",
    "subscribers": "subscriber",
}
Raw = tuple[str, Any]


def from_api(asking: Asking, *, page: str, base: str = BASE) -> Iterator[Raw]:
    """Every row of a page, kind by kind."""
    root = f"{base.rstrip('/')}/pages/{quote(page, safe='')}"
    try:
        yield "page", asking.get(root)
    except NotThere:
        raise NotAnswered(f"There is no page {page} for this key at {base}.") from None
    yield from _optional(asking, f"{root}/component-groups", "group")
    yield from _optional(asking, f"{root}/components", "component")
    yield from _optional(asking, f"{root}/incidents", "incident")
    yield from _optional(asking, f"{root}/incident_templates", "template")
    for state in STATES:
        # Of subscribers the first page is page 0.
        for kind, row in _optional(asking, f"{root}/subscribers?state={state}", "subscriber", first=0):
            yield kind, {**row, STATE: state} if isinstance(row, dict) else row


def _optional(asking: Asking, url: str, kind: str, *, first: int = 1) -> Iterator[Raw]:
    """The rows at `url`; what this key may not read is said as something that was not moved."""
    try:
        for rows in asking.listed(url, first=first):
            yield from ((kind, row) for row in rows)
    except NotThere as refused:
        yield kind, NotMoved(kind, "all", str(refused))


def from_saved(path: Path) -> Iterator[Raw]:
    """Every row of a file or folder, kind by kind. Raises saved.NotUsable."""
    found: list[Raw] = []
    for name, said in saved.files(path):
        mine = list(_of_list(name, said) if isinstance(said, list) else _of_object(said))
        if not mine:
            raise saved.NotUsable(f"{path}: there is nothing of Statuspage's in {name}.json.")
        found += mine
    yield from sorted(found, key=lambda one: KINDS.index(one[0]))


def _of_list(name: str, rows: list[Any]) -> Iterator[Raw]:
    """A list without a name of its own is named by its file, as incidents-2.json or subscribers-unconfirmed.json."""
    name = name.replace("-", "_")
    kind = next((LISTS[each] for each in sorted(LISTS, key=len, reverse=True) if name.startswith(each)), "")
    state = next((each for each in STATES if kind == "subscriber" and each in name), "")
    for row in rows if kind else []:
        yield kind, {STATE: state, **row} if state and isinstance(row, dict) else row


def _of_object(said: Any) -> Iterator[Raw]:
    if not isinstance(said, dict):
        return
    if isinstance(said.get("page"), dict):
        yield "page", said["page"]
    for name, kind in LISTS.items():
        rows = said.get(name)
        yield from ((kind, row) for row in (rows if isinstance(rows, list) else []))


def read(raw: Iterable[Raw]) -> Iterator[Moved]:
    """Everything in the form between; each id once."""
    seen: set[tuple[str, str]] = set()
    for listed_as, said in raw:
        if isinstance(said, NotMoved):
            yield said
            continue
        try:
            row = Row(said)
            kind = "group" if listed_as == "component" and row.flag("group") else listed_as
            key = (kind, row.text("id"))
        except Unreadable as problem:
            yield NotMoved(listed_as, "(unreadable)", str(problem))
            continue
        if key[1] and key in seen:
            continue
        seen.add(key)
        yield _read_one(kind, row)


def _read_one(kind: str, row: Row) -> Moved:
    try:
        return READERS[kind](row)
    except Unreadable as problem:
        return NotMoved(kind, row.known_as(), str(problem))


def _page(row: Row) -> MovedPage:
    return MovedPage(id=row.text("id"), title=row.text("name"), since=row.moment("created_at"))


def _section(row: Row) -> MovedSection:
    return MovedSection(
        id=_id(row, "group"),
        name=row.needed("name"),
        description=plain(row.text("description")),
        position=row.number("position"),
        created_at=row.moment("created_at"),
        changed_at=row.moment("updated_at"),
    )


def _component(row: Row) -> MovedComponent:
    status = row.text("status")
    if status not in table.COMPONENT_STATE:
        raise Unreadable(f"The status {status!r} is unknown here.")
    group = row.text("group_id")
    return MovedComponent(
        id=_id(row, "component"),
        name=row.needed("name"),
        section=public_id(group, "statuspage", "group") if group else "",
        description=plain(row.text("description")),
        position=row.number("position"),
        state=table.COMPONENT_STATE[status],
        created_at=row.moment("created_at"),
        changed_at=row.moment("updated_at"),
    )


def _template(row: Row) -> MovedTemplate:
    return MovedTemplate(
        id=_id(row, "template"),
        name=row.needed("name"),
        title=row.text("title") or row.needed("name"),
        body=plain(row.text("body")),
        stage=row.text("update_status"),
        components=tuple(public_id(name, "statuspage", "component") for name in row.names("components")),
        tells_customers="should_send_notifications" not in row or row.flag("should_send_notifications"),
        group=row.text("group_id"),
    )


def _subscriber(row: Row) -> MovedSubscriber:
    channel = row.text("mode") or _channel(row)
    given = {"email": "email", "sms": "phone_number", "webhook": "endpoint"}.get(channel, "endpoint")
    if given == "endpoint" and given not in row:
        room = " in ".join(filter(None, [row.text("obfuscated_channel_name"), row.text("workspace_name")]))
        raise Unreadable(
            f"Statuspage does not give the address of {room or 'this room'}: its owner must connect it anew."
        )
    state = row.text(STATE) or ("quarantined" if "quarantined_at" in row else "active")
    return MovedSubscriber(
        channel=channel,
        address=row.needed(given),
        country=row.text("phone_country"),
        state=STATES.get(state, Subscriber.State.ACTIVE),
        components=tuple(public_id(name, "statuspage", "component") for name in row.names("components")),
        created_at=row.moment("created_at"),
    )


def _channel(row: Row) -> str:
    """Older lists do not name the type."""
    return next((name for name, field in (("webhook", "endpoint"), ("sms", "phone_number")) if field in row), "email")


def _id(row: Row, kind: str) -> str:
    return public_id(row.needed("id"), "statuspage", kind)


READERS: dict[str, Callable[[Row], Moved]] = {
    "page": _page,
    "group": _section,
    "component": _component,
    "incident": statuspage_incidents.incident,
    "template": _template,
    "subscriber": _subscriber,
}
