"""Facts made by hand, without a database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from daylight.incidents.models import Promise, Update
from daylight.incidents.words import Kind, Stage
from daylight.pages.facts import IncidentFacts, PageFacts, PromiseFacts, SiteFacts, UpdateFacts, Words

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)

SITE = SiteFacts(
    slug="status",
    title="Northwind",
    organisation="Northwind Traders",
    introduction="",
    language="en",
    time_zone="Europe/Berlin",
    reach_a_person="+49 30 901820",
    public_id="northwindsts",
    languages=("en",),
    root="",
    home="https://status.northwind.example",
)


def a_site(**more: Any) -> SiteFacts:
    return replace(SITE, **more)


def said(number: int = 1, *, minutes_ago: float = 10, **more: Any) -> UpdateFacts:
    """An update; words by their names, a promise by `promised_in` minutes from now."""
    parts = {
        "headline": "Card payments fail",
        "what": "Cards <b>fail</b> & more; we see it, too.",
        "who": "",
        "why": "",
    }
    parts |= {"doing": "", "meanwhile": "", "language": "en"}
    promised = more.pop("promised_in", None)
    words = Words(**{name: more.pop(name, default) for name, default in parts.items()})
    promise = PromiseFacts(NOW + timedelta(minutes=promised), Promise.State.OPEN, None) if promised else None
    facts: dict[str, Any] = {
        "public_id": f"update{number:06}",
        "number": number,
        "kind": Update.Kind.UPDATE,
        "stage": Stage.INVESTIGATING,
        "published_at": NOW - timedelta(minutes=minutes_ago),
        "why_known": False,
        "words": words,
        "promise": promise,
    }
    return UpdateFacts(**{**facts, **more})


def an_incident(*updates: UpdateFacts, number: int = 7, **more: Any) -> IncidentFacts:
    """An incident, its updates newest first; an open outage with one update when nothing else is said."""
    began = NOW - timedelta(minutes=30)
    facts: dict[str, Any] = {
        "public_id": f"{number:012x}",
        "number": number,
        "kind": Kind.OUTAGE,
        "severity": 2,
        "is_planned": False,
        "occurred_at": began,
        "opened_at": began,
        "made_public_at": began,
        "closed_at": None,
        "planned_from": None,
        "planned_until": None,
        "first_word_due_at": None,
    }
    return IncidentFacts(**{**facts, **more}, updates=updates or (said(promised_in=20),))


def planned_work(*updates: UpdateFacts, hours: float = 24, **more: Any) -> IncidentFacts:
    """Planned work that begins in so many hours and takes two."""
    told = updates or (said(stage=Stage.SCHEDULED, headline="We move the database"),)
    begins = NOW + timedelta(hours=hours)
    window = {"planned_from": begins, "planned_until": begins + timedelta(hours=2)}
    return an_incident(*told, **{"kind": Kind.MAINTENANCE, "is_planned": True, "number": 8, **window, **more})


def ended(*updates: UpdateFacts, **more: Any) -> IncidentFacts:
    """An incident that is over."""
    told = updates or (said(2, stage=Stage.RESOLVED, headline="Cards work again"), said(1, minutes_ago=60))
    return an_incident(*told, **{"closed_at": told[0].published_at, "number": 6, **more})


def a_page(*incidents: IncidentFacts, site: SiteFacts = SITE) -> PageFacts:
    return PageFacts(now=NOW, site=site, components=(), incidents=incidents)
