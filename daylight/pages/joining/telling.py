"""How we tell customers when we fail, in frozen form: read from the settings that really hold, and from the record."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count

from daylight.incidents.models import Cadence, Promise
from daylight.incidents.models.incident import IncidentQuerySet
from daylight.incidents.words import Severity
from daylight.pages.facts import PageFacts, Record, Rhythm, Span, TellingFacts
from daylight.pages.models import HowWeTell, Page
from daylight.reach import providers, signing_up

RECORD_OF = timedelta(days=90)


def fingerprint(page: Page) -> list[Any]:
    """Changes whenever the page would say otherwise though nothing happened."""
    rhythms = Cadence.objects.order_by("pk").values_list("severity", "kind", "first_word", "rhythm")
    own = HowWeTell.objects.filter(page=page).order_by("pk").values_list("changed_at")
    return [list(rhythms), list(own), [channel.name for channel in providers.connected()]]


def with_telling(facts: PageFacts, page: Page, incidents: IncidentQuerySet) -> PageFacts:
    """The facts with how we tell, in their language; the record is of these incidents."""
    own = HowWeTell.objects.filter(page=page, language=facts.site.language).first()
    told = TellingFacts(
        channels=tuple(channel.name for channel in providers.connected()),
        offered=tuple(channel.name for channel in signing_up.offered()),
        rhythms=_rhythms(),
        record=record(incidents, now=facts.now),
        promise=own.promise if own else "",
        when_late=own.when_late if own else "",
    )
    return replace(facts, telling=told)


def record(incidents: IncidentQuerySet, *, now: datetime) -> Record:
    """What became of the promises whose time came in the last 90 days."""
    due = Promise.objects.filter(incident__in=incidents, promised_for__gt=now - RECORD_OF, promised_for__lte=now)
    counts = dict(due.order_by().values_list("state").annotate(Count("pk")))
    state = Promise.State
    return Record(
        kept=counts.get(state.KEPT, 0),
        late=counts.get(state.KEPT_LATE, 0),
        missed=counts.get(state.MISSED, 0) + counts.get(state.LATE, 0) + counts.get(state.OPEN, 0),
    )


def _rhythms() -> tuple[Rhythm, ...]:
    found = []
    for severity in Severity:
        rhythm = Cadence.objects.rhythm_for(severity=severity, kind="")
        found.append(Rhythm(int(severity), Span.of(rhythm.first_word), Span.of(rhythm.between)))
    return tuple(found)
