"""Planned work that a program asked to be moved on by itself: begun at its time, and completed at its end.

It is an update like any other: it keeps the promise before it and is told to whom the work concerns.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from daylight.accounts.models import Organisation
from daylight.core.loops import Step
from daylight.incidents.models import Impact, Incident, Update, UpdateText
from daylight.incidents.words import FINAL_STAGES, Stage
from daylight.reach.statuspage import wording

EARLY = timedelta(seconds=20)
"""The word goes so long before its minute, so that it never breaks the promise of just that minute."""

BEGINS, ENDS = "scheduled_auto_in_progress", "scheduled_auto_completed"


def step(now: datetime) -> Step:
    """Move on what is due."""
    waiting = Incident.objects.open().filter(planned_from__lte=now + EARLY, carried__isnull=False)
    return Step(handled=sum(_moved(incident.pk, now) for incident in waiting.order_by("planned_from")))


@transaction.atomic
def _moved(key: int, now: datetime) -> bool:
    incident = Incident.objects.select_for_update(no_key=True).get(pk=key)
    told = incident.updates.published().with_news().last()
    stage = _due(incident, told, now) if told is not None and incident.is_open else None
    if told is None or stage is None or incident.updates.leaving().exists():
        return False
    is_last = stage in FINAL_STAGES
    zone = Organisation.get().time_zone
    update = Update.objects.create(
        incident=incident,
        kind=Update.Kind.RESOLUTION if is_last else Update.Kind.UPDATE,
        state=Update.State.LEAVING,
        stage=stage,
        why_known=told.why_known,
        next_update_by=None if is_last else incident.cadence.suggest(now, ZoneInfo(zone)),
        zone=zone,
        based_on=told,
        written_at=now,
        sent_off_by=incident.opened_by,
        sent_off_at=now,
    )
    for text in told.texts.all():
        doing = wording.unsaid(stage, text.language)["doing"]
        words = wording.whole(text.headline, doing, stage=stage, language=text.language, told=text.words())
        UpdateText.objects.create(update=update, language=text.language, **vars(words))
    Impact.objects.bulk_create(
        Impact(update=update, component_id=impact.component_id, state=impact.state) for impact in told.impacts.all()
    )
    return update.release(at=now)


def _due(incident: Incident, told: Update, now: datetime) -> Stage | None:
    """The stage that the work has reached by its window, where a program wished that we say so."""
    wished = incident.carried.facts
    begins, ends = incident.planned_from, incident.planned_until
    if told.stage == Stage.SCHEDULED and wished.get(BEGINS) and begins is not None and begins <= now + EARLY:
        return Stage.IN_PROGRESS
    is_under_way = told.stage in {Stage.IN_PROGRESS, Stage.VERIFYING}
    if is_under_way and wished.get(ENDS) and ends is not None and ends <= now + EARLY:
        return Stage.COMPLETED
    return None
