"""Reads a repository of Upptime: the sites it watches, how they are, and its issues as GitHub's API has them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.utils.text import slugify

from daylight.incidents.words import ComponentState, Severity, Stage
from daylight.pages.moving import saved
from daylight.pages.moving.asking import Asking
from daylight.pages.moving.moved import (
    Moved,
    MovedComponent,
    MovedIncident,
    MovedPage,
    MovedUpdate,
    NotMoved,
    public_id,
)
from daylight.pages.moving.rows import Row, Unreadable, moment, plain, yaml_of

ORIGIN = "upptime"
API = "https://api.github.com"
STATES = {"up": ComponentState.OPERATIONAL, "degraded": ComponentState.DEGRADED, "down": ComponentState.MAJOR_OUTAGE}
HARM = {
    ComponentState.DEGRADED: Severity.NOTICEABLE,
    ComponentState.MAJOR_OUTAGE: Severity.MATERIAL,
    ComponentState.MAINTENANCE: Severity.SLIGHT,
}
LABEL, PLANNED = "status", "maintenance"
COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
SETTING = re.compile(r"^\s*(start|end|expectedDown|expectedDegraded):\s*(.+?)\s*$", re.MULTILINE)
RESOLVED = re.compile(r"^\s*\*\*Resolved:\*\*\s*")


def from_saved(folder: Path) -> tuple[list[Any], list[Any]]:
    """Issues and comments that were saved as issues*.json and comments*.json in the folder of the repository."""
    found: dict[str, list[Any]] = {"issues": [], "comments": []}
    for name in found:
        for path in sorted(folder.glob(f"{name}*.json")):
            rows = saved.load(path)
            found[name] += rows if isinstance(rows, list) else []
    return found["issues"], found["comments"]


def from_api(asking: Asking, repository: str, *, base: str = API) -> tuple[list[Any], list[Any]]:
    """Issues and comments of "owner/name". Raises NotAnswered."""
    root = f"{base.rstrip('/')}/repos/{repository}"
    issues = [row for rows in asking.listed(f"{root}/issues?state=all") for row in rows]
    return issues, [row for rows in asking.listed(f"{root}/issues/comments?sort=created") for row in rows]


def read(folder: Path, issues: Iterable[Any], comments: Iterable[Any]) -> Iterator[Moved]:
    """Everything in the form between. Raises saved.NotUsable."""
    config = _config(folder)
    website = Row(config.plain("status-website") or {})
    yield MovedPage(id="", title=website.text("name"))
    slugs = {}
    for position, site in enumerate(config.rows("sites"), start=1):
        slug = site.text("slug") or slugify(site.text("name"))
        slugs[slug] = site.needed("name")
        yield _component(folder, slug, site, position)
    said: dict[str, list[Row]] = {}
    for each in comments:
        row = Row(each)
        said.setdefault(row.text("issue_url").rpartition("/")[2], []).append(row)
    for each in issues:
        yield from _of_issue(each, said, slugs)


def _config(folder: Path) -> Row:
    path = folder / ".upptimerc.yml"
    try:
        return Row(yaml_of(saved.text(path)))
    except Unreadable as problem:
        raise saved.NotUsable(f"{path}: {problem}") from None


def _component(folder: Path, slug: str, site: Row, position: int) -> Moved:
    name, path = site.needed("name"), folder / "history" / f"{slug}.yml"
    try:
        history = Row(yaml_of(saved.text(path)) if path.is_file() else {})
        since = history.moment("startTime")
    except Unreadable as problem:
        return NotMoved("component", name, f"{path.name}: {problem}")
    state = STATES.get(history.text("status"), ComponentState.OPERATIONAL)
    return MovedComponent(component_id(slug), name, position=position, state=str(state), created_at=since)


def component_id(slug: str) -> str:
    """A site has no name but its slug."""
    return public_id(f"site {slug}", ORIGIN)


def _of_issue(said: Any, comments: Mapping[str, list[Row]], slugs: Mapping[str, str]) -> Iterator[Moved]:
    row = Row({})
    try:
        row = Row(said)
        labels = {label.removeprefix(f"{LABEL}/") for label in _labels(row)}
        if "pull_request" in row or not labels & {LABEL, PLANNED, *slugs}:
            return
        yield issue(row, labels, comments.get(row.needed("number"), []), slugs)
    except Unreadable as problem:
        yield NotMoved("incident", row.known_as(), str(problem))


def _labels(row: Row) -> list[str]:
    labels = row.lists("labels")
    return [Row(each).text("name") if isinstance(each, Mapping) else str(each) for each in labels]


def issue(row: Row, labels: set[str], comments: list[Row], slugs: Mapping[str, str]) -> MovedIncident:
    """One issue with its comments. Raises Unreadable."""
    number, opened, closed = row.needed("number"), row.moment("created_at"), row.moment("closed_at")
    if opened is None:
        raise Unreadable("created_at is missing.")
    facts = dict(SETTING.findall(next(iter(COMMENT.findall(row.text("body"))), "")))
    planned = moment(facts["start"]) if PLANNED in labels and "start" in facts else None
    named = {slug.strip() for key in ("expectedDown", "expectedDegraded") for slug in facts.get(key, "").split(",")}
    names = {component_id(slug): name for slug, name in slugs.items() if slug in labels | named}
    state = _state(row.text("title"), is_planned=planned is not None)
    states = dict.fromkeys(names, str(state))
    first = Stage.SCHEDULED if planned else Stage.INVESTIGATING
    updates = [MovedUpdate(public_id(f"issue {number}", ORIGIN, "update"), first, opened, _text(row), states)]
    later = sorted(comments, key=lambda each: each.moment("created_at") or opened)
    updates += [_comment(each, states, is_planned=planned is not None) for each in later]
    ends = moment(facts["end"]) if planned and "end" in facts else None
    return MovedIncident(
        id=public_id(f"issue {number}", ORIGIN),
        title=re.sub(r"^[^\w]+", "", row.needed("title")),
        severity=int(HARM[state]),
        began_at=planned or opened,
        opened_at=opened,
        updates=tuple(updates),
        closed_at=closed if row.text("state") == "closed" else None,
        planned_from=planned,
        planned_until=ends if planned and ends and ends > planned else None,
        names=names,
    )


def _state(title: str, *, is_planned: bool) -> ComponentState:
    if is_planned:
        return ComponentState.MAINTENANCE
    return ComponentState.DEGRADED if "degraded" in title else ComponentState.MAJOR_OUTAGE


def _text(row: Row) -> str:
    return plain(COMMENT.sub("", row.text("body")))


def _comment(row: Row, states: Mapping[str, str], *, is_planned: bool) -> MovedUpdate:
    at, text = row.moment("created_at"), _text(row)
    if at is None:
        raise Unreadable("A comment has no time.")
    is_over = bool(RESOLVED.match(text))
    if is_planned:
        stage = Stage.COMPLETED if is_over else Stage.IN_PROGRESS
    else:
        stage = Stage.RESOLVED if is_over else Stage.IDENTIFIED
    working = dict.fromkeys(states, str(ComponentState.OPERATIONAL))
    body = RESOLVED.sub("", text)
    return MovedUpdate(
        public_id(f"comment {row.needed('id')}", ORIGIN), stage, at, body, working if is_over else states
    )
