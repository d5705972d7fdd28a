"""Which public page somebody stands on who asks to be told, and what may be asked for there."""

from dataclasses import dataclass
from datetime import datetime

from daylight.incidents.models import Component, Incident, Section
from daylight.pages import reading
from daylight.pages.facts import SiteFacts
from daylight.pages.models import Page
from daylight.pages.shelf import shelf
from daylight.reach import subscribers, subscribing


@dataclass(frozen=True)
class Place:
    """A public page in one language, at the moment somebody stands on it."""

    page: Page
    site: SiteFacts
    now: datetime

    def components(self) -> list[Component]:
        """What the page shows, as people read it."""
        return list(reading.shown_components(self.page).as_shown())

    def everything(self) -> list[str]:
        """What "everything" means here, as forms name it: on a page for some components, all that stands on it."""
        if self.page.shows == Page.Shows.ALL:
            return [subscribing.EVERYTHING]
        return [part.name for one in choices(self.components()) for part in one.parts or (one,)]

    def incident(self, public_id: str) -> Incident | None:
        """An open incident of the page by its public name; None for any other."""
        told = reading.public_incidents(self.page).filter(closed_at__isnull=True, public_id=public_id[:20])
        return told.filter(updates__published_at__isnull=False).distinct().first() if public_id else None


def find(host: str, path: str, *, now: datetime) -> Place:
    """The page at an address, in the language that the address names, or its first."""
    found, within = shelf().find(host, path)
    return of(found.slug, within[1:].partition("/")[0], now=now)


def of(slug: str, language: str = "", *, now: datetime) -> Place:
    """The page of this name, by default the one at the root of the installation, in one of its languages."""
    page = Page.objects.filter(slug=slug).first() or Page.main(now)
    return Place(page, reading.site_of(page, language), now)


@dataclass(frozen=True)
class Choice:
    """A section or a component that may be asked for: its name in the form and for people, and what is in it."""

    name: str
    public_id: str
    label: str
    parts: tuple["Choice", ...] = ()


def choices(components: list[Component]) -> list[Choice]:
    """The components of a page under their sections; those without one stand alone."""
    found: dict[Section | None, list[Choice]] = {}
    for one in components:
        choice = Choice(f"{subscribing.COMPONENT}-{one.pk}", one.public_id, one.name)
        found.setdefault(one.section, []).append(choice)
    alone = found.pop(None, [])
    return alone + [
        Choice(f"{subscribing.SECTION}-{section.pk}", section.public_id, section.name, tuple(parts))
        for section, parts in found.items()
        if section is not None
    ]


def named(components: list[Component]) -> dict[str, str]:
    """What may be asked for by its public name, as the form names it."""
    every = choices(components)
    return {one.public_id: one.name for each in every for one in (each, *each.parts)}


def headline(incident: Incident) -> str:
    """What the world reads of an incident."""
    return subscribers.headline_of(incident)
