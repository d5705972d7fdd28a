"""From rows to files: notices that the page would read otherwise now, renders it and writes it.

Called every half second by the loop; most calls ask a handful of small questions and end. Every process that has the
folder may call it: the folder's lock lets one write, and the files of two writers would be the same.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from daylight.pages import reading, rendering
from daylight.pages.facts import IncidentFacts, PageFacts
from daylight.pages.folder import Busy, PageFolder, Version
from daylight.pages.models import Page, Publication
from daylight.pages.reading import Stamp
from daylight.pages.rendering import Month

CONFIRMED_EVERY = timedelta(minutes=1)
"""The page says at which time it was true; nothing new is news too, so it is rendered again after this time."""

ARCHIVE_AT_ONCE = 200
"""Older incidents rendered in one turn, so that a new look of a long archive does not hold up the news."""


def refresh(now: datetime, *, folder: PageFolder | None = None) -> bool:
    """Publish the page if it would read otherwise now; whether it did."""
    folder = folder or PageFolder.main()
    page = Page.main(now)
    fingerprint = reading.fingerprint(page)
    standing = folder.version()
    if standing is not None and _stands(standing, fingerprint, now):
        return False
    try:
        with folder.writing():
            _publish(page, fingerprint, now=now, folder=folder)
    except Busy:
        return False
    return True


def next_at() -> datetime | None:
    """When the page must be rendered again at the latest."""
    standing = PageFolder.main().version()
    return min(standing.changes_at, standing.made_at + CONFIRMED_EVERY) if standing else None


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
    def public_ids(self) -> list[str]:
        return [public_id for month in self.to_do for public_id in self.months[month]]

    def month(self, first: date) -> Month:
        """A month with its neighbours."""
        firsts = sorted(self.months)
        place = firsts.index(first)
        older = firsts[place - 1] if place else None
        return Month(first, newer=firsts[place + 1] if place + 1 < len(firsts) else None, older=older)


def _publish(page: Page, fingerprint: str, *, now: datetime, folder: PageFolder) -> None:
    with transaction.atomic():
        before = _stamps_for(page, folder)
        archive = _archive(before.get("months", {}), zone=_zone(page))
        facts = reading.read(page, now=now, also=archive.public_ids)
        number = _publication(page, fingerprint, now)
    rendered = {**rendering.assets(), **rendering.first_page(facts)}
    incidents = before.get("incidents", {})
    for incident in facts.incidents:
        stamp = archive.stamps.get(incident.public_id)
        if stamp and (incident.is_open or incidents.get(incident.public_id) != stamp.word):
            rendered.update(rendering.incident_page(facts.site, incident, now))
    rendered.update(_history(archive, facts, now))
    folder.put(rendered)
    folder.remove_others("incidents", keep=archive.stamps.keys())
    folder.remove_others("history", keep={f"{first:%Y-%m}" for first in archive.months})
    done = {incident.public_id for incident in facts.incidents}
    folder.close(
        Version(
            number=number,
            fingerprint=fingerprint,
            look=rendering.look(),
            made_at=now,
            changes_at=changes_at(facts),
            is_whole=archive.is_whole,
        ),
        stamps={
            "base": _base(page),
            "incidents": {
                public_id: stamp.word if public_id in done else incidents.get(public_id, "")
                for public_id, stamp in archive.stamps.items()
            },
            "months": {
                f"{first:%Y-%m}": word if first in archive.to_do else before.get("months", {}).get(f"{first:%Y-%m}", "")
                for first, word in archive.month_words.items()
            },
        },
        stale_notice=rendering.stale_notice(facts),
    )


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


def _base(page: Page) -> str:
    """Changes when every page must be rendered again."""
    seen = repr((reading.site_of(page), rendering.look()))
    return hashlib.sha256(seen.encode()).hexdigest()[:16]


def _stamps_for(page: Page, folder: PageFolder) -> dict[str, Any]:
    before = folder.stamps()
    return before if before.get("base") == _base(page) else {}


def _zone(page: Page) -> ZoneInfo:
    return reading.site_of(page).zone


def _archive(before: Mapping[str, str], *, zone: ZoneInfo) -> _Archive:
    stamps = reading.stamps()
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


def _history(archive: _Archive, facts: PageFacts, now: datetime) -> dict[str, bytes]:
    by_id: dict[str, IncidentFacts] = {incident.public_id: incident for incident in facts.incidents}
    rendered = {}
    for first in archive.to_do:
        shown = [by_id[public_id] for public_id in archive.months[first] if public_id in by_id]
        rendered.update(rendering.month_page(facts.site, archive.month(first), shown, now))
    newest = max(archive.months, default=None)
    if newest is None:
        return rendering.empty_history(facts.site, now)
    if newest in archive.to_do:
        rendered["history/index.html"] = rendered[archive.month(newest).path]
    return rendered


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
