"""The next word on an incident, from a body, a status and the states of components."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from daylight.accounts.models import Organisation
from daylight.api.statuspage import components
from daylight.api.statuspage.door import Call
from daylight.api.statuspage.given import Given
from daylight.api.statuspage.refusals import Missing
from daylight.incidents import drafting
from daylight.incidents.models import Incident, PageOnly, Update
from daylight.incidents.statement import Statement, Words
from daylight.incidents.words import ComponentState, Severity, Stage
from daylight.reach.statuspage import table, wording


def last_word(incident: Incident) -> Update:
    """What was said last. Raises Missing where nothing was."""
    found: Update | None = incident.updates.published().last()
    if found is None:
        raise Missing
    return found


def headline_of(update: Update) -> str:
    """The name of the incident by this update."""
    text = update.text_in(Organisation.get().language)
    return text.headline if text else update.incident.title


def impacts_before(update: Update) -> dict[str, str]:
    """What an update says of components, by key."""
    return dict(update.impacts.values_list("component__key", "state"))


def impacts_of(made: Call, given: Given, *, before: Mapping[str, str], is_planned: bool) -> dict[str, str]:
    """What the next update says of components, by key: `components` has a status for each, `component_ids` names them.

    A component that is only named keeps its state; in planned work it is under maintenance.
    """
    said = dict(before)
    names = given.names("component_ids")
    if names is not None:
        usual = ComponentState.MAINTENANCE if is_planned else None
        rows = components.named(made, names)
        said = {row.key: said.get(row.key) or str(usual or row.state) for row in rows}
    statuses = given.inside("components")
    wanted = {name: components.state_of(statuses.text(name, longest=40)) for name in statuses}
    return said | {row.key: wanted[row.public_id] for row in components.named(made, list(wanted))}


def severity_of(given: Given, impacts: Mapping[str, str], *, is_planned: bool) -> int:
    """By the impact that is named, else by the worst component; where nothing is known, what some customers notice."""
    override = given.choice("impact_override", tuple(table.SEVERITY))
    if override:
        return int(table.SEVERITY[override])
    if is_planned:
        return int(Severity.SLIGHT)
    worst = table.impact_of_components(table.COMPONENT_STATUS[ComponentState(state)] for state in impacts.values())
    return int(Severity.NOTICEABLE if worst == "none" else table.SEVERITY[worst])


def reopen_for(made: Call, incident: Incident) -> None:
    """Something more is to be said of what has ended: it is open again, and ends with that word."""
    if not incident.is_open:
        incident.reopen(by=made.by, at=made.now, reason=f"{made.key.actor} has more to say.")
        incident.refresh_from_db()


def say(
    made: Call,
    incident: Incident,
    given: Given,
    *,
    stage: str,
    headline: str,
    body: str,
    impacts: Mapping[str, str],
    is_quiet: bool,
) -> Update:
    """Publish the next update at once: a program does not take back within ten seconds.

    The next word is promised for `next_update_by` if the call names it, else by the rhythm of the incident.
    """
    language = Organisation.get().language
    told = _told(incident)
    words = told.statement().texts.get(language) if told else None
    text = body or wording.unsaid(stage, language)["doing"]
    whole = wording.whole(headline, text, stage=stage, language=language, told=words)
    statement = Statement(
        stage=stage,
        why_known=bool(told and told.why_known and whole.why),
        next_update_by=given.moment("next_update_by") or _next_word(incident, stage, made),
        zone=Organisation.get().time_zone,
        impacts=impacts,
        texts={language: whole},
    )
    return _publish(made, incident, statement, is_quiet=is_quiet)


def correct(made: Call, update: Update, body: str) -> Update:
    """Another update that says what `update` said and what is true: published words themselves never change."""
    incident = update.incident
    reopen_for(made, incident)
    last, language = _told(incident) or update, Organisation.get().language
    told = last.statement()
    words = told.texts.get(language) or Words(headline=headline_of(last))
    leads_with_what = update == _first(incident) or update.stage in {Stage.RESOLVED, Stage.COMPLETED}
    changed = replace(words, what=body) if leads_with_what else replace(words, doing=body)
    statement = replace(
        told,
        next_update_by=_next_word(incident, told.stage, made),
        rhythm=None,
        is_correction=True,
        texts={language: changed},
    )
    return _publish(made, incident, statement, is_quiet=False, corrects=update)


def _publish(
    made: Call, incident: Incident, statement: Statement, *, is_quiet: bool, corrects: Update | None = None
) -> Update:
    draft = drafting.start(incident, by=made.by, at=made.now)
    draft.write(statement, by=made.by, at=made.now, read=_told(incident))
    if corrects is not None:
        Update.objects.filter(pk=draft.pk).update(corrects=corrects)
        draft.refresh_from_db()
    if is_quiet:
        PageOnly.objects.create(update=draft)
    draft.send_off(by=made.by, at=made.now)
    draft.release(at=made.now)
    return draft


def _next_word(incident: Incident, stage: str, made: Call) -> datetime:
    """By the rhythm; before planned work also its beginning. Work that began early is told like any other."""
    if stage == Stage.SCHEDULED:
        return drafting.suggest_next_word(incident, at=made.now)
    return incident.cadence.suggest(made.now, ZoneInfo(Organisation.get().time_zone))


def _told(incident: Incident) -> Update | None:
    found: Update | None = incident.updates.published().with_news().last()
    return found


def _first(incident: Incident) -> Update | None:
    found: Update | None = incident.updates.published().first()
    return found
