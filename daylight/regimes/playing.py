"""Exercises for the demonstration firm: trouble of five kinds, declared with answers and moments, clocks running."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from django.db import transaction

from daylight.accounts.models import Member
from daylight.accounts.roles import Act
from daylight.incidents.declaring import declare
from daylight.incidents.models import Incident
from daylight.regimes import answering, applying


@dataclass(frozen=True)
class Story:
    """One exercise; times are hours before it is played, or after where negative."""

    id: str
    kind: str
    severity: int
    title: str
    summary: str
    occurred: float
    aware: float
    confirmed: float | None = None
    firm: Mapping[str, bool] = field(default_factory=dict)
    answers: Mapping[str, bool] = field(default_factory=dict)
    moments: Mapping[str, float] = field(default_factory=dict)
    places: Mapping[str, list[str]] = field(default_factory=dict)


def _stories() -> Mapping[str, Story]:
    data = tomllib.loads(Path(__file__).with_name("stories.toml").read_text(encoding="utf-8"))
    return MappingProxyType({each["id"]: Story(**each) for each in data["story"]})


STORIES = _stories()


@transaction.atomic
def play(story: Story, *, by: Member, at: datetime) -> Incident:
    """Declare it as an exercise, answer its questions, and say when everything was. Nobody is written to."""

    def before(hours: float) -> datetime:
        return (at - timedelta(hours=hours)).replace(second=0, microsecond=0)

    incident = declare(
        kind=story.kind,
        severity=story.severity,
        title=story.title,
        summary=story.summary,
        by=by,
        at=at,
        lead=by if by.may(Act.LEAD_INCIDENT) else None,
        occurred_at=before(story.occurred),
        aware_at=before(story.aware),
        is_exercise=True,
    )
    answering.answer(incident, {**story.firm, **story.answers}, by=by, at=at)
    if story.confirmed is not None:
        answering.say_when(incident, "confirmed", before(story.confirmed), by=by, at=at)
    for target, hours in story.moments.items():
        pack, _, name = target.partition(":")
        answering.say_when(incident, name, before(hours), pack=pack, by=by, at=at)
    for regime in incident.regimes.standing().filter(pack__in=story.places):
        applying.choose_variants(regime, story.places[regime.pack], by=by, at=at)
    return incident
