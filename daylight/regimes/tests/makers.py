"""Makes incidents under regimes for tests, by the same verbs that the product uses."""

from datetime import datetime
from typing import Any

from conftest import START
from daylight.incidents.models import Incident
from daylight.incidents.tests.makers import an_incident, somebody
from daylight.incidents.words import Kind
from daylight.regimes import answering
from daylight.regimes.models import RegimeClock

A_BREACH = {"eu_people": True, "personal_data": True}


def a_breach(*, at: datetime = START, answers: dict[str, bool] | None = None, **facts: Any) -> Incident:
    """A data breach, known since `at`, of a firm with customers in the European Union."""
    incident = an_incident(kind=Kind.DATA_BREACH, title="A file with addresses was taken", at=at, **facts)
    answering.answer(incident, A_BREACH if answers is None else answers, by=somebody(), at=at)
    return incident


def the_clock(incident: Incident, key: str, variant: str = "") -> RegimeClock:
    """The clock with that id."""
    found: RegimeClock = RegimeClock.objects.of(incident).get(clock=key, variant=variant)
    return found
