"""What the record knows of an incident, as the candour checker takes it: a draft is held against these facts."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from daylight.accounts.models import Organisation
from daylight.candour import Facts, Said
from daylight.incidents import drafting
from daylight.incidents.as_read import as_read
from daylight.incidents.models import Component, Incident, RegisterRule, RegisterVersion, Update
from daylight.incidents.statement import Statement, Words
from daylight.incidents.words import FINAL_STAGES, ComponentState

MOST_EARLIER = 12
"""Published words that a draft is held against, the latest ones."""

SHORTEST_NAME = 4
"""Letters that an inside name must have, so that "api" in a sentence is not taken for a machine."""


def facts_of(
    incident: Incident,
    *,
    at: datetime,
    language: str,
    draft: Statement | None = None,
    elsewhere: Sequence[Said] = (),
) -> Facts:
    """Everything on record that a text about `incident` in `language` can be held against, at `at`.

    `draft` says which components would work again; `elsewhere` is what other channels say at this moment.
    """
    organisation = Organisation.get()
    latest = incident.updates.published().with_news().reverse()[:MOST_EARLIER]
    published = list(latest.prefetch_related("texts", "impacts__component"))[::-1]
    told = published[-1] if published else None
    components = list(Component.objects.in_use())
    rhythm = incident.cadence
    next_word = drafting.suggest_next_word(incident, at=at) if incident.is_open else None
    return Facts(
        severity=incident.severity,
        known=_known(incident, organisation, told, language, next_word=next_word, at=at),
        affected=RegisterVersion.objects.total(incident) or None,
        started_at=incident.occurred_at,
        next_update_at=next_word,
        rhythm=rhythm.between if told and not rhythm.in_working_hours and not (draft and draft.rhythm) else None,
        earlier=tuple(said_in(update, language, ours=organisation.language) for update in published),
        elsewhere=tuple(elsewhere),
        still_open=_still_open(told, draft),
        terms=frozenset(_terms(organisation, components)),
        internal=frozenset(_inside_names(components)),
        zone=organisation.time_zone,
    )


def said_in(update: Update, language: str, *, ours: str | None = None) -> Said:
    """A published update as customers who read `language` were told it; `ours` is the organisation's language."""
    text = update.text_in(language, ours=ours)
    words = {text.language: text.words()} if text else {}
    told = Statement(
        update.stage, update.why_known, update.next_update_by, is_correction=bool(update.corrects_id), texts=words
    )
    read = as_read(told, text.language if text else language)
    at = update.published_at or update.written_at
    return Said(text=read.text, title=read.title, at=at, channel="update")


def known_of(incident: Incident, organisation: Organisation, *, at: datetime) -> dict[str, str]:
    """What can be filled in about `incident` in the organisation's language, by name."""
    told = incident.updates.published().with_news().last()
    next_word = drafting.suggest_next_word(incident, at=at) if incident.is_open else None
    return _known(incident, organisation, told, organisation.language, next_word=next_word, at=at)


def _known(
    incident: Incident,
    organisation: Organisation,
    told: Update | None,
    language: str,
    *,
    next_word: datetime | None,
    at: datetime,
) -> dict[str, str]:
    """What can be filled in, in words that stand on record already."""
    text = told.text_in(language, ours=organisation.language) if told else None
    words = text.words() if text and text.language == language else Words()
    reasons = dict.fromkeys(RegisterRule.objects.standing(incident).values_list("reason", flat=True))
    zone = ZoneInfo(organisation.time_zone)
    known = {
        "what": words.what or incident.summary or incident.title,
        "who": words.who or " ".join(reasons),
        "why": words.why if told and told.why_known else "",
        "action": words.doing,
        "meanwhile": words.meanwhile,
        "since": _moment(incident.occurred_at, zone, at),
        "next": _moment(next_word, zone, at) if next_word else "",
        "contact": organisation.reach_a_person,
        "sender": organisation.sender_name or organisation.name,
    }
    return {name: said.strip() for name, said in known.items() if said.strip()}


def _moment(moment: datetime, zone: ZoneInfo, at: datetime) -> str:
    here = moment.astimezone(zone)
    is_today = here.date() == at.astimezone(zone).date()
    return f"{here:%H:%M} {here:%Z}" if is_today else f"{here:%Y-%m-%d %H:%M} {here:%Z}"


def _still_open(told: Update | None, draft: Statement | None) -> tuple[str, ...]:
    """Components that the last word called broken, and that an all-clear in `draft` does not call working."""
    if told is None or draft is None or draft.stage not in FINAL_STAGES:
        return ()
    broken = (impact for impact in told.impacts.all() if impact.state != ComponentState.OPERATIONAL)
    return tuple(
        impact.component.name
        for impact in broken
        if draft.impacts.get(impact.component.key, ComponentState.OPERATIONAL) != ComponentState.OPERATIONAL
    )


def _terms(organisation: Organisation, components: Iterable[Component]) -> set[str]:
    """Words that these customers use themselves: what the firm and its public parts are called."""
    names = [organisation.name, *(component.name for component in components if component.is_public)]
    whole = {name.lower() for name in names}
    return whole | {word for name in whole for word in name.split()}


def _inside_names(components: Iterable[Component]) -> set[str]:
    """Names of parts that no page shows."""
    names = {name for component in components if not component.is_public for name in (component.name, component.key)}
    return {name for name in names if len(name) >= SHORTEST_NAME}
