"""How long components were out, from what was published: the same record as the history on the page."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from daylight.accounts.roles import Act
from daylight.api.statuspage.components import the_component, the_group
from daylight.api.statuspage.door import Answer, Call, call
from daylight.api.statuspage.incidents import told
from daylight.api.statuspage.refusals import Invalid
from daylight.incidents.words import ComponentState
from daylight.pages import reading
from daylight.pages.facts import PageFacts
from daylight.pages.history import Spell
from daylight.reach.statuspage import forms

LONGEST = timedelta(days=184)
"""Six calendar months, as Statuspage allows."""

USUAL = timedelta(days=90)
PARTLY = 0.3
"""A second of a partial outage counts as so much of a second of downtime."""


@call("GET", "pages/{page}/components/{component}/uptime", Act.READ)
def component_uptime(made: Call) -> Answer:
    """The uptime of one component."""
    component = the_component(made)
    return _uptime(made, [component.key], component.public_id, component.name)


@call("GET", "pages/{page}/component-groups/{group}/uptime", Act.READ)
def group_uptime(made: Call) -> Answer:
    """The uptime of a group: the mean of its components."""
    group = the_group(made)
    return _uptime(made, list(group.components.values_list("key", flat=True)), group.public_id, group.name)


def _uptime(made: Call, keys: Sequence[str], public_id: str, name: str) -> forms.Json:
    start, end = _range(made)
    touched = told(made).filter(Q(closed_at__isnull=True) | Q(closed_at__gt=start), occurred_at__lt=end)
    names = list(touched.values_list("public_id", flat=True))
    facts = reading.read(made.page, now=made.now, also=names)
    spells = {key: rows for key, rows in reading.spells(facts.incidents).items() if key in keys}
    partly, wholly = (
        sum(_seconds(spells.get(key, ()), state, start, end) for key in keys) / max(1, len(keys))
        for state in (ComponentState.PARTIAL_OUTAGE, ComponentState.MAJOR_OUTAGE)
    )
    length = max(1.0, (end - start).total_seconds())
    moment = forms.Writer(page_id=facts.site.public_id, zone=facts.site.zone).moment
    related = _related(facts, keys, names)
    return {
        "range_start": moment(start),
        "range_end": moment(end),
        "uptime_percentage": round(100 * (1 - min(1.0, (wholly + PARTLY * partly) / length)), 5),
        "major_outage": round(wholly),
        "partial_outage": round(partly),
        "warnings": None,
        "id": public_id,
        "name": name,
        "related_events": {"id": related[0] if related else None, "incidents": [{"id": each} for each in related]},
    }


def _range(made: Call) -> tuple[datetime, datetime]:
    end = min(made.query.moment("end") or made.now, made.now)
    start = made.query.moment("start") or end - USUAL
    if start >= end:
        raise Invalid("start must come before end.")
    if end - start > LONGEST:
        raise Invalid("start and end may lie at most six months apart.")
    return start, end


def _seconds(spells: Iterable[Spell], state: ComponentState, start: datetime, end: datetime) -> float:
    """Seconds in which the component was in this state; two incidents at once count once."""
    stretches = sorted(
        (max(spell.since, start), min(spell.until or end, end)) for spell in spells if spell.state == state
    )
    total, covered = 0.0, start
    for since, until in stretches:
        if until > covered:
            total, covered = total + (until - max(since, covered)).total_seconds(), until
    return total


def _related(facts: PageFacts, keys: Sequence[str], names: Sequence[str]) -> list[str]:
    return [
        incident.public_id
        for incident in facts.incidents
        if incident.public_id in names
        and any(impact.key in keys for update in incident.updates for impact in update.impacts)
    ]
