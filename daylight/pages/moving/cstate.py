"""Reads a site of cState: `config.yml` and one Markdown file per issue, as its documentation has them."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from daylight.incidents.words import ComponentState, Severity, Stage
from daylight.pages.moving import saved
from daylight.pages.moving.moved import (
    Moved,
    MovedComponent,
    MovedIncident,
    MovedPage,
    MovedSection,
    MovedUpdate,
    NotMoved,
    public_id,
)
from daylight.pages.moving.rows import Row, Unreadable, moment, plain, yaml_of

ORIGIN = "cstate"
HARM = {
    "notice": (Severity.SLIGHT, ComponentState.OPERATIONAL),
    "disrupted": (Severity.NOTICEABLE, ComponentState.DEGRADED),
    "down": (Severity.MATERIAL, ComponentState.MAJOR_OUTAGE),
}
TRACK = re.compile(r"\{\{[<%]\s*track\s+[\"'“]?([^\"'”}]+?)[\"'”]?\s*[>%]\}\}")
SHORTCODE = re.compile(r"\{\{[<%].*?[>%]\}\}")
LEAD = re.compile(r"^\s*[*_]{1,3}([A-Za-z ]+?)[*_]{1,3}\s*[-:\u2013\u2014]*\s*")
MATTER = re.compile(r"\A---\s*\n(.*?)\n---\s*(?:\n|\Z)(.*)", re.DOTALL)
STAGES = {
    "investigating": Stage.INVESTIGATING,
    "identified": Stage.IDENTIFIED,
    "monitoring": Stage.MONITORING,
    "watching": Stage.MONITORING,
    "resolved": Stage.RESOLVED,
    "fixed": Stage.RESOLVED,
    "completed": Stage.RESOLVED,
}


def read(folder: Path, *, zone: tzinfo = UTC) -> Iterator[Moved]:
    """Everything in the form between. Raises saved.NotUsable."""
    config = _config(folder)
    yield MovedPage(id="", title=config.text("title"))
    params = Row(config.plain("params") or {}, zone=zone)
    yield from _parts(params)
    for path in sorted((folder / "content" / "issues").rglob("*.md")):
        if path.stem == "_index":
            continue
        try:
            yield issue(path, zone)
        except (Unreadable, saved.NotUsable) as problem:
            yield NotMoved("incident", path.name, str(problem))


def _config(folder: Path) -> Row:
    for name in ("config.yml", "config.yaml", "hugo.yml", "hugo.yaml"):
        if (folder / name).is_file():
            try:
                return Row(yaml_of(saved.text(folder / name)))
            except Unreadable as problem:
                raise saved.NotUsable(f"{folder / name}: {problem}") from None
    raise saved.NotUsable(f"{folder} is no site of cState: it has no config.yml.")


def _parts(params: Row) -> Iterator[Moved]:
    for position, row in enumerate(params.rows("categories"), start=1):
        name = row.needed("name")
        yield MovedSection(_id("category", name), name, plain(row.text("description")), position)
    for position, row in enumerate(params.rows("systems"), start=1):
        name, category = row.needed("name"), row.text("category")
        yield MovedComponent(
            id=component_id(name),
            name=name,
            section=_id("category", category) if category and category != "Uncategorized" else "",
            description=plain(row.text("description")),
            position=position,
        )


def component_id(name: str) -> str:
    """Systems have no names but those that people read."""
    return _id("system", name)


def _id(kind: str, name: str) -> str:
    return public_id(f"{kind} {name}", ORIGIN)


def issue(path: Path, zone: tzinfo) -> MovedIncident:
    """One issue. Raises Unreadable and saved.NotUsable."""
    found = MATTER.match(saved.text(path).replace("\r\n", "\n"))
    if found is None:
        raise Unreadable("It has no front matter between two lines of ---.")
    row = Row(yaml_of(found[1]), zone=zone)
    began = row.moment("date")
    if began is None:
        raise Unreadable("date is missing.")
    severity, state = HARM.get(row.text("severity"), HARM["disrupted"])
    names = {component_id(name): name for name in row.names("affected")}
    said = _said(found[2], began, zone)
    updates = [
        MovedUpdate(
            id=public_id(f"{path.stem} {at.isoformat()}", ORIGIN),
            stage=stage,
            at=at,
            body=body,
            states=dict.fromkeys(names, str(ComponentState.OPERATIONAL if stage == Stage.RESOLVED else state)),
        )
        for at, stage, body in said
    ]
    closed = (row.moment("resolvedWhen") or said[-1][0]) if row.flag("resolved") else None
    return MovedIncident(
        id=public_id(path.stem, ORIGIN, "issue"),
        title=row.needed("title"),
        severity=int(severity),
        began_at=began,
        opened_at=min(began, said[0][0]),
        updates=tuple(updates),
        closed_at=closed,
        names=names,
    )


def _said(body: str, began: datetime, zone: tzinfo) -> list[tuple[datetime, str, str]]:
    """Each text that ends with the time at which it was written; newest stand first. What has no time stands at the
    beginning of the issue."""
    parts = TRACK.split(body)
    said = [(moment(at, zone), _text(text)) for text, at in zip(parts[::2], parts[1::2], strict=False)]
    rest = _text(parts[-1])
    if rest or not said:
        said.append((began, rest))
    stage: str = Stage.INVESTIGATING
    found = []
    for at, text in sorted(said, key=lambda one: one[0]):
        lead = LEAD.match(text)
        known = STAGES.get(lead[1].strip().lower()) if lead else None
        stage = str(known or (Stage.MONITORING if stage == Stage.RESOLVED else stage))
        found.append((at, stage, text[lead.end() :] if lead and known else text))
    return found


def _text(markdown: str) -> str:
    return plain(SHORTCODE.sub("", markdown)).strip()
