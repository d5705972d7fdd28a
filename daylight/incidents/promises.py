"""The promise clock: what happens by itself when a promised time comes, and what the lead may set on it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F

from daylight.accounts import audit
from daylight.accounts.models import Member, Organisation
from daylight.core.due import work_through
from daylight.core.loops import Step
from daylight.incidents import said
from daylight.incidents.failures import NothingToHold, RhythmOnlyByUpdate
from daylight.incidents.models import Impact, Incident, Promise, Reminder, Update, UpdateText

PROMISED_MINUTE = timedelta(minutes=1)
"""A promise names a minute; a holding update set for that minute and gone within it is in time."""

HOLDING_IN_A_ROW = 3
"""Daylight speaks by itself at most this often in a row: then people are owed a person's word, and silence shows."""

LEAVING_PAUSE = timedelta(seconds=1)


def release_step(now: datetime) -> Step:
    """Publish updates whose take-back seconds are over."""
    return work_through(Update.objects.leaving(), now, _release)


def remind_step(now: datetime) -> Step:
    """Fire the reminders whose time has come, oldest first."""
    return work_through(Reminder.objects.waiting(), now, _remind, limit=100)


def promise_step(now: datetime) -> Step:
    """Decide the promises whose time has come: hold the line, or write down that we were late or missed it."""
    return work_through(Promise.objects.waiting(), now, _decide)


def _release(update: Update, now: datetime) -> None:
    if not update.release(at=now):
        update.finish()


@transaction.atomic
def _remind(reminder: Reminder, now: datetime) -> None:
    leaving = reminder.incident.updates.leaving().first()
    if leaving is not None and leaving.due_at is not None and reminder.fact_id is None:
        reminder.put_off(until=max(leaving.due_at, now) + LEAVING_PAUSE)
    else:
        reminder.fire(at=now)


@transaction.atomic
def _decide(promise: Promise, now: datetime) -> None:
    incident = Incident.objects.select_for_update(no_key=True).get(pk=promise.incident_id)
    promise.refresh_from_db()
    if promise.decided_at is not None:
        return
    leaving = incident.updates.leaving().first()
    if leaving is not None and leaving.due_at is not None:
        promise.put_off(until=max(leaving.due_at, now) + LEAVING_PAUSE)
    elif may_hold(incident):
        hold(promise, at=now)
    else:
        promise.become_late()
        if promise.lapses_at <= now:
            promise.miss(at=promise.lapses_at)


def may_hold(incident: Incident) -> bool:
    """Whether Daylight may speak by itself now: the lead allowed it, a person has spoken, and not long ago."""
    return incident.holding_update_allowed and holding_left(incident) > 0 and can_hold(incident)


def can_hold(incident: Incident) -> bool:
    """Whether there is something to repeat: it goes on, and a person has spoken in a language Daylight has."""
    if not incident.is_open or incident.updates.leaving().exists():
        return False
    told = incident.updates.published().with_news().last()
    return told is not None and any(said.can_speak(text.language) for text in told.texts.all())


def holding_left(incident: Incident) -> int:
    """How many holding updates may still go before a person must speak."""
    last_word = incident.updates.published().with_news().last()
    since = last_word.number if last_word is not None and last_word.number is not None else 0
    return max(0, HOLDING_IN_A_ROW - incident.updates.published().filter(number__gt=since).count())


@transaction.atomic
def hold(promise: Promise, *, at: datetime, by: Member | None = None) -> Update:
    """Say honestly that there is nothing new, and promise the next word one rhythm later.

    In time when it goes within the promised minute; else the promise was late, and the text says so. Raises
    NothingToHold, also when word came, or was just sent off, since the promise was read.
    """
    incident = Incident.objects.select_for_update(no_key=True).get(pk=promise.incident_id)
    zone = Organisation.get().time_zone
    if not incident.promises.undecided().filter(pk=promise.pk).exists() or not can_hold(incident):
        raise NothingToHold("There is nothing to hold: word has come meanwhile, or an update is just leaving.")
    told = incident.updates.published().with_news().reverse()[0]
    is_late = at >= promise.promised_for + PROMISED_MINUTE
    next_update_by = incident.cadence.next_word_by(at, ZoneInfo(zone)).replace(second=0, microsecond=0)
    update = Update.objects.create(
        incident=incident,
        kind=Update.Kind.HOLDING,
        state=Update.State.LEAVING,
        stage=told.stage,
        why_known=told.why_known,
        next_update_by=next_update_by,
        zone=zone,
        based_on=told,
        written_at=at,
        sent_off_by=by,
        sent_off_at=at if is_late else min(at, promise.promised_for),
    )
    for text in told.texts.all():
        if said.can_speak(text.language):
            doing = said.holding(
                text.language,
                promised_for=promise.promised_for,
                next_update_by=next_update_by,
                zone=zone,
                doing=text.doing,
                is_late=is_late,
            )
            words = vars(text.words()) | {"doing": doing}
            UpdateText.objects.create(update=update, language=text.language, **words)
    Impact.objects.bulk_create(
        Impact(update=update, component_id=impact.component_id, state=impact.state) for impact in told.impacts.all()
    )
    update.release(at=at)
    return update


@transaction.atomic
def allow_holding(incident: Incident, *, allowed: bool, by: Member, at: datetime) -> None:
    """Let Daylight speak by itself at a promised time, or not; a promise that is late already is mended at once."""
    incident.holding_update_allowed = allowed
    incident.save(update_fields=["holding_update_allowed"])
    if allowed:
        incident.promises.filter(state=Promise.State.LATE).update(due_at=at)
    else:
        incident.promises.filter(state=Promise.State.LATE).update(due_at=F("lapses_at"))
    audit.record(at=at, actor=by.name, act="incident.allow_holding", subject=incident.public_id, allowed=allowed)


@transaction.atomic
def quicken(incident: Incident, *, minutes: int, by: Member, at: datetime) -> None:
    """Speak more often from now on. Raises RhythmOnlyByUpdate for a slower rhythm: that is for an update to say."""
    if timedelta(minutes=minutes) > incident.cadence.between:
        raise RhythmOnlyByUpdate(
            "A rhythm may only be lengthened in an update that says so: write one and choose a later next word."
        )
    incident.rhythm = minutes
    incident.save(update_fields=["rhythm"])
    audit.record(at=at, actor=by.name, act="incident.quicken", subject=incident.public_id, minutes=minutes)
