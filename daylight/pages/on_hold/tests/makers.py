"""Makes facts of a page without a database."""

from datetime import UTC, datetime, timedelta
from typing import Any

from daylight.incidents.models import Promise, Update
from daylight.incidents.words import Kind, Stage
from daylight.pages.facts import IncidentFacts, PageFacts, PromiseFacts, SiteFacts, UpdateFacts, Words

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
"""14:00 in Berlin."""


def a_site(language: str = "en", **more: Any) -> SiteFacts:
    given = {
        "slug": "status",
        "title": "Nordlicht",
        "organisation": "Nordlicht",
        "introduction": "",
        "public_id": "page00000001",
        "language": language,
        "languages": (language,),
        "root": "",
        "home": "https://status.firm.example",
        "time_zone": "Europe/Berlin",
        "reach_a_person": "",
    }
    return SiteFacts(**{**given, **more})


def words(headline: str = "Checkout fails for card payments", language: str = "en", **parts: str) -> Words:
    given = dict.fromkeys(("what", "who", "why", "doing", "meanwhile"), "") | parts
    return Words(language=language, headline=headline, **given)


def an_incident(
    number: int = 1, *, promised_in: int | None = 30, told: Words | None = None, is_told: bool = True, **more: Any
) -> IncidentFacts:
    promise = (
        PromiseFacts(NOW + timedelta(minutes=promised_in), Promise.State.OPEN, None)
        if promised_in is not None
        else None
    )
    update = UpdateFacts(
        public_id=f"u{number:011}",
        number=1,
        kind=more.pop("update_kind", Update.Kind.UPDATE),
        stage=Stage.INVESTIGATING,
        published_at=NOW,
        why_known=False,
        words=told or words(),
        promise=promise,
    )
    given: dict[str, Any] = {
        "public_id": f"{number:012}",
        "number": number,
        "kind": Kind.OUTAGE,
        "severity": 2,
        "is_planned": False,
        "occurred_at": NOW,
        "opened_at": NOW,
        "made_public_at": NOW,
        "closed_at": None,
        "planned_from": None,
        "planned_until": None,
        "first_word_due_at": None,
        "updates": (update,) if is_told else (),
    }
    return IncidentFacts(**{**given, **more})


def a_page(*incidents: IncidentFacts, language: str = "en", **more: Any) -> PageFacts:
    return PageFacts(**{"now": NOW, "site": a_site(language), "components": (), "incidents": incidents, **more})
