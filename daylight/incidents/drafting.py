"""Writing an update: every draft starts from what was told last, and shows what it changes."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from daylight.accounts.models import Member, Organisation
from daylight.incidents.failures import AlreadyResolved, StillLeaving
from daylight.incidents.models import Incident, RegisterRule, Update
from daylight.incidents.statement import Change, Statement, Words, differences
from daylight.incidents.words import Stage


@transaction.atomic
def start(incident: Incident, *, by: Member, at: datetime) -> Update:
    """The member's draft for this incident: the one they have, or a new one that says what was said last.

    Raises AlreadyResolved, and StillLeaving while the member's last update can still be taken back.
    """
    Incident.objects.select_for_update(no_key=True).get(pk=incident.pk)
    if not incident.is_open:
        raise AlreadyResolved("This incident has ended; reopen it before you write.")
    mine = incident.updates.filter(written_by=by)
    if mine.leaving().exists():
        raise StillLeaving("Your last update is just leaving; take it back or wait a few seconds.")
    draft = mine.drafts().first()
    if draft is not None:
        return draft
    told = incident.updates.published().with_news().last()
    draft = Update.objects.create(
        incident=incident, stage=_first_stage(incident), written_by=by, written_at=at, based_on=told
    )
    draft.write(opening(incident, at=at, told=told), by=by, at=at)
    return draft


def opening(incident: Incident, *, at: datetime, told: Update | None) -> Statement:
    """What a new draft says: the facts last told, or what is known of an incident nobody has heard of yet."""
    organisation = Organisation.get()
    suggestion = suggest_next_word(incident, at=at)
    if told is not None:
        return replace(
            told.statement(),
            next_update_by=suggestion,
            zone=organisation.time_zone,
            rhythm=None,
            is_correction=False,
        )
    who = ". ".join(dict.fromkeys(RegisterRule.objects.standing(incident).values_list("reason", flat=True)))
    words = Words(headline=incident.title, what=incident.summary or incident.title, who=who)
    return Statement(
        stage=_first_stage(incident),
        next_update_by=suggestion,
        zone=organisation.time_zone,
        texts={organisation.language: words},
    )


def suggest_next_word(incident: Incident, *, at: datetime) -> datetime:
    """A round time for the next word: by the rhythm, or the beginning of planned work that has not begun."""
    if incident.planned_from is not None and incident.planned_from > at:
        return incident.planned_from
    return incident.cadence.suggest(at, ZoneInfo(Organisation.get().time_zone))


def changes(update: Update) -> list[Change]:
    """What this draft says otherwise than the last published statement; everything is new when there is none."""
    told = update.incident.updates.published().with_news().exclude(pk=update.pk).last()
    return differences(told.statement(), update.statement()) if told is not None else []


def missing_languages(update: Update) -> list[str]:
    """Languages in which customers were told before and in which this draft has no words."""
    told = update.incident.updates.published().with_news().exclude(pk=update.pk).last()
    before = set(told.texts.values_list("language", flat=True)) if told is not None else set()
    return sorted(before - set(update.texts.values_list("language", flat=True)))


def _first_stage(incident: Incident) -> str:
    return Stage.SCHEDULED if incident.is_planned else Stage.INVESTIGATING
