"""Writes what was moved into our rows. What is here already stays as it is, so that a second run changes nothing."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction

from daylight.accounts import audit
from daylight.incidents.models import Component, IncidentTemplate
from daylight.incidents.words import Stage
from daylight.pages.models import Page
from daylight.pages.moving import writing_components, writing_incidents, writing_people
from daylight.pages.moving.moved import (
    Moved,
    MovedComponent,
    MovedIncident,
    MovedPage,
    MovedSection,
    MovedSubscriber,
    MovedTemplate,
    NotMoved,
)
from daylight.pages.moving.taking import NEW, SAME, CannotTake, Target, clipped

WORDS = {
    MovedPage: "page",
    MovedSection: "section",
    MovedComponent: "component",
    MovedIncident: "incident",
    MovedTemplate: "template",
    MovedSubscriber: "subscriber",
}
"""What each is called in a summary."""

Tell = Callable[["Taken"], None]


@dataclass
class Taken:
    """What came of it so far: how many of each were new, changed or the same, and what could not be taken."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    faults: list[NotMoved] = field(default_factory=list)

    @property
    def seen(self) -> int:
        """How many were looked at."""
        return sum(self.counts.values()) + len(self.faults)


def take(items: Iterable[Moved], target: Target, *, tell: Tell) -> Taken:
    """Write everything, each in a transaction of its own, so that a run that breaks off is gone on with by another."""
    taken = Taken(faults=target.faults)
    for item in items:
        _take_one(item, target, taken)
        tell(taken)
    news = {what: number for (what, verdict), number in taken.counts.items() if verdict == NEW}
    if news:
        audit.record(
            at=target.at, actor=target.actor, act="page.move", subject=target.page.slug, origin=target.origin, **news
        )
    return taken


def try_out(items: Iterable[Moved], target: Target, *, tell: Tell) -> Taken:
    """What `take` would do; nothing stays."""
    everything = list(items)
    with transaction.atomic():
        taken = take(everything, target, tell=tell)
        transaction.set_rollback(True)
    return taken


def _take_one(item: Moved, target: Target, taken: Taken) -> None:
    if isinstance(item, NotMoved):
        taken.faults.append(item)
        return
    what = WORDS[type(item)]
    try:
        with transaction.atomic():
            verdict = _write(item, target)
    except CannotTake as refused:
        taken.faults.append(NotMoved(what, _name(item), str(refused)))
    except IntegrityError as problem:
        taken.faults.append(NotMoved(what, _name(item), f"The database refuses it: {str(problem).splitlines()[0]}"))
    else:
        taken.counts[what, verdict] += 1


def _write(item: Moved, target: Target) -> str:
    match item:
        case MovedPage():
            return _page(item, target)
        case MovedSection():
            return writing_components.section(item, target)
        case MovedComponent():
            return writing_components.component(item, target)
        case MovedIncident():
            return writing_incidents.write(item, target)
        case MovedTemplate():
            return _template(item, target)
        case MovedSubscriber():
            return writing_people.write(item, target)
        case NotMoved():
            raise CannotTake(item.reason)


def _name(item: Moved) -> str:
    for name in ("name", "title", "address", "id"):
        if value := getattr(item, name, ""):
            return str(value)
    return ""


def _page(item: MovedPage, target: Target) -> str:
    """The page takes the name that programs know, and the title unless it has one."""
    page = target.page
    before = (page.public_id, page.title, page.kept_since)
    if item.id and not Page.objects.filter(public_id=item.id).exists():
        page.public_id = item.id[:12]
    page.title = page.title or item.title[:120]
    page.kept_since = min(page.kept_since, item.since or page.kept_since)
    if before == (page.public_id, page.title, page.kept_since):
        return SAME
    page.save(update_fields=["public_id", "title", "kept_since"])
    return NEW


def _template(item: MovedTemplate, target: Target) -> str:
    if IncidentTemplate.objects.filter(public_id=item.id).exists():
        return SAME
    row = IncidentTemplate.objects.create(
        public_id=item.id,
        name=clipped(item.name, 120, "template", target),
        title=clipped(item.title, 160, "template", target),
        body=item.body,
        group_id=item.group[:40],
        stage=item.stage if item.stage in Stage.values else "",
        tells_customers=item.tells_customers,
        created_at=target.at,
    )
    row.components.set(Component.objects.filter(public_id__in=item.components))
    return NEW
