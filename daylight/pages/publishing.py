"""From rows to files: notices that a page would read otherwise now, renders it and puts it in place.

Called every half second by the loop; most calls ask a handful of small questions and end. Every process that has the
folder may call it: the folder's lock lets one write, and the files of two writers would be the same.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction

from daylight.core import waking
from daylight.pages import reading, rendering, wrapping
from daylight.pages.facts import IncidentFacts, PageFacts, SiteFacts
from daylight.pages.folder import Busy, PageFolder, Version
from daylight.pages.models import Page, Publication, Target
from daylight.pages.on_hold import reading as on_hold
from daylight.pages.places import Place
from daylight.pages.reading import Stamp
from daylight.pages.rendering import Month
from daylight.pages.shelf import Shelf
from daylight.pages.targets.base import PUBLICATION

CONFIRMED_EVERY = timedelta(minutes=1)
"""The page says at which time it was true; nothing new is news too, so it is rendered again after this time."""

CHANGED = "page.changed"
"""What the worker hears when the crew changed what a page shows."""

ARCHIVE_AT_ONCE = 200
"""Older incidents rendered in one turn, so that a new look of a long archive does not hold up the news."""

WARM = timedelta(days=14)
"""Incidents that ended within this time are held in memory by every web process, as the open ones are."""


def refresh(now: datetime) -> int:
    """Publish every page that would read otherwise now; how many."""
    return sum(publish(page, now) for page in put_on_shelf(now))


def put_on_shelf(now: datetime) -> list[Page]:
    """Tell every web process which pages there are, where and for whom; what stood of others goes."""
    main = Page.main(now)
    pages = [main, *Page.objects.exclude(pk=main.pk).order_by("pk")]
    shelf = Shelf.ours()
    shelf.write([Place(page.slug, page.host, page.is_private) for page in pages])
    shelf.clear_all_but({page.slug for page in pages})
    return pages


def set_anew(now: datetime) -> None:
    """A page was added, changed or removed: web processes know at once, and the worker is told to look."""
    put_on_shelf(now)
    waking.wake(CHANGED)


def publish(page: Page, now: datetime) -> bool:
    """Publish a page if it would read otherwise now; whether it did."""
    folder = PageFolder.of(page.slug)
    fingerprint = reading.fingerprint(page)
    standing = folder.version()
    if standing is not None and _stands(standing, fingerprint, now):
        return False
    try:
        with folder.writing():
            _publish(page, fingerprint, now=now, folder=folder)
    except Busy:
        return False
    if Target.objects.filter(page=page, is_paused=False).update(due_at=now):
        waking.wake("page.published")
    return True


def next_at() -> datetime | None:
    """When a page must be rendered again at the latest."""
    standing = [PageFolder.of(slug).version() for slug in Page.objects.values_list("slug", flat=True)]
    return min((min(each.changes_at, each.made_at + CONFIRMED_EVERY) for each in standing if each), default=None)


def _stands(standing: Version, fingerprint: str, now: datetime) -> bool:
    return (
        standing.is_whole
        and standing.fingerprint == fingerprint
        and standing.look == rendering.look()
        and standing.made_at <= now < min(standing.changes_at, standing.made_at + CONFIRMED_EVERY)
    )


@dataclass(frozen=True)
class _Archive:
    """What of the archive must be rendered: some months, newest first, with all their incidents."""

    stamps: Mapping[str, Stamp]
    months: Mapping[date, Sequence[str]]
    month_words: Mapping[date, str]
    to_do: Sequence[date]
    is_whole: bool

    @property
    def newest(self) -> date | None:
        """The month that the history begins with."""
        return max(self.months, default=None)

    @property
    def public_ids(self) -> list[str]:
        """The incidents to read: those of the months to do, and of the newest, which is rendered every time."""
        return [public_id for month in {*self.to_do, self.newest} if month for public_id in self.months[month]]

    def month(self, first: date) -> Month:
        """A month with its neighbours."""
        firsts = sorted(self.months)
        place = firsts.index(first)
        older = firsts[place - 1] if place else None
        return Month(first, newer=firsts[place + 1] if place + 1 < len(firsts) else None, older=older)

    def leaves(self, folder: str) -> list[str]:
        """The folders of all incidents and months, in a language's folder of the site."""
        incidents = [f"{folder}incidents/{public_id}" for public_id in self.stamps]
        return [*incidents, *(f"{folder}history/{first:%Y-%m}" for first in self.months)]


def _publish(page: Page, fingerprint: str, *, now: datetime, folder: PageFolder) -> None:
    with transaction.atomic():
        sites = reading.sites_of(page)
        before = _stamps_for(sites, folder)
        archive = _archive(page, before.get("months", {}), sites[0])
        wanted = archive.public_ids
        told = [reading.read(page, now=now, language=site.language, also=wanted) for site in sites]
        for facts in told:
            on_hold.note(page, facts, at=now)
        number = _publication(page, fingerprint, now)
    rendered = dict(wrapping.assets(sites[0]))
    for facts in told:
        rendered.update(_in_one_language(facts, archive, before.get("incidents", {})))
    facts = told[0]
    warm = [each.public_id for each in facts.incidents if each.closed_at is None or each.closed_at > now - WARM]
    version = Version(
        number=number,
        fingerprint=fingerprint,
        look=rendering.look(),
        made_at=now,
        changes_at=changes_at(facts),
        is_whole=archive.is_whole,
    )
    rendered[PUBLICATION] = json.dumps({"version": number, "made_at": now.isoformat()}).encode()
    folder.publish(
        rendered,
        version,
        stamps=_stamps_after(before, archive, facts) | {"base": _base(sites)},
        keep=[leaf for each in told for leaf in archive.leaves(each.site.folder)],
        warm=[f"{each.site.folder}incidents/{public_id}" for each in told for public_id in warm],
    )


def _in_one_language(facts: PageFacts, archive: _Archive, before: Mapping[str, str]) -> dict[str, bytes]:
    """The files of one language: those that tell of now, and of the archive those that changed."""
    rendered = dict(rendering.first_page(facts))
    for incident in facts.incidents:
        stamp = archive.stamps.get(incident.public_id)
        if stamp and (incident.is_open or before.get(incident.public_id) != stamp.word):
            rendered.update(rendering.incident_page(facts.site, incident, facts.now))
    return rendered | _history(archive, facts)


def _stamps_after(before: Mapping[str, Any], archive: _Archive, facts: PageFacts) -> dict[str, Any]:
    """What each incident and month of the new tree was rendered from."""
    done = {incident.public_id for incident in facts.incidents}
    incidents, months = before.get("incidents", {}), before.get("months", {})
    return {
        "incidents": {
            public_id: stamp.word if public_id in done else incidents.get(public_id, "")
            for public_id, stamp in archive.stamps.items()
        },
        "months": {
            f"{first:%Y-%m}": word if first in archive.to_do else months.get(f"{first:%Y-%m}", "")
            for first, word in archive.month_words.items()
        },
    }


def changes_at(facts: PageFacts) -> datetime:
    """When the page will read otherwise though no row changes: a promise runs out, planned work begins, a day ends."""
    local = facts.now.astimezone(facts.site.zone)
    midnight = datetime.combine(local.date() + timedelta(days=1), time(), tzinfo=facts.site.zone)
    moments = [midnight]
    for incident in facts.incidents:
        if incident.is_open:
            promised = incident.promise.promised_for if incident.promise else None
            known = (promised, incident.planned_from, incident.planned_until, incident.first_word_due_at)
            moments.extend(moment for moment in known if moment is not None and moment > facts.now)
    return min(moments)


def _base(sites: Sequence[SiteFacts]) -> str:
    """Changes when every page must be rendered again."""
    return hashlib.sha256(repr((sites, rendering.look())).encode()).hexdigest()[:16]


def _stamps_for(sites: Sequence[SiteFacts], folder: PageFolder) -> dict[str, Any]:
    """What the standing tree was rendered from; nothing when all must be rendered again, or the tree is broken."""
    before = folder.stamps()
    return before if before.get("base") == _base(sites) and folder.tree() is not None else {}


def _archive(page: Page, before: Mapping[str, str], site: SiteFacts) -> _Archive:
    zone = site.zone
    stamps = reading.stamps(page)
    months: dict[date, list[str]] = {}
    for public_id, stamp in stamps.items():
        months.setdefault(stamp.opened_at.astimezone(zone).date().replace(day=1), []).append(public_id)
    words = {}
    firsts = sorted(months)
    for place, first in enumerate(firsts):
        neighbours = firsts[max(0, place - 1) : place + 2]
        seen = repr((neighbours, [(public_id, stamps[public_id].word) for public_id in months[first]]))
        words[first] = hashlib.sha256(seen.encode()).hexdigest()[:12]
    changed = [first for first in reversed(firsts) if before.get(f"{first:%Y-%m}") != words[first]]
    to_do: list[date] = []
    for first in changed:
        if to_do and sum(len(months[each]) for each in [*to_do, first]) > ARCHIVE_AT_ONCE:
            break
        to_do.append(first)
    return _Archive(stamps, months, words, to_do, is_whole=len(to_do) == len(changed))


def _history(archive: _Archive, facts: PageFacts) -> dict[str, bytes]:
    """The months that changed, and the newest one again as the first page of the history."""
    by_id: dict[str, IncidentFacts] = {incident.public_id: incident for incident in facts.incidents}

    def page(first: date) -> bytes:
        shown = [by_id[public_id] for public_id in archive.months[first] if public_id in by_id]
        return rendering.month_page(facts.site, archive.month(first), shown, facts.now)

    folder = facts.site.folder
    if archive.newest is None:
        return {f"{folder}history/index.html": rendering.empty_history(facts.site, facts.now)}
    months = {f"{folder}history/{first:%Y-%m}/index.html": page(first) for first in archive.to_do}
    return {f"{folder}history/index.html": page(archive.newest), **months}


def _publication(page: Page, fingerprint: str, now: datetime) -> int:
    """The number of the publication with these facts: the last one while nothing changed, else a new row."""
    last = page.publications.order_by("-version").first()
    if last is not None and last.facts_fingerprint == fingerprint:
        return last.version
    number = last.version + 1 if last else 1
    made, _ = Publication.objects.get_or_create(
        page=page, version=number, defaults={"made_at": now, "facts_fingerprint": fingerprint}
    )
    return made.version
