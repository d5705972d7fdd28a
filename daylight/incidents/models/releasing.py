"""The moment an update is published: what it settles, gives and sets, in one transaction."""

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import models

from daylight.accounts import audit
from daylight.accounts.models import Organisation
from daylight.core import waking
from daylight.incidents.cadence import Rhythm
from daylight.incidents.models.incident import Incident
from daylight.incidents.models.promise import Promise
from daylight.incidents.models.reminder import Reminder
from daylight.incidents.models.update_parts import Impact

if TYPE_CHECKING:
    from daylight.incidents.models.update import Update


def release(update: "Update", *, at: datetime) -> bool:
    """Publish `update`, which is leaving; False when there was nothing to publish. Call it in a transaction."""
    incident = Incident.objects.select_for_update(no_key=True).get(pk=update.incident_id)
    leaving = type(update).objects.leaving().filter(pk=update.pk)
    if not incident.is_open:
        leaving.update(state=update.State.DRAFT, sent_off_by=None, sent_off_at=None, due_at=None)
        update.refresh_from_db()
        return False
    last: int | None = incident.updates.aggregate(last=models.Max("number"))["last"]
    if not leaving.update(
        state=update.State.PUBLISHED, number=(last or 0) + 1, published_at=at, due_at=None, leased_until=None
    ):
        update.refresh_from_db()
        return False
    update.refresh_from_db()
    _settle(incident, update, at)
    Impact.objects.write_states_after(incident, at=at)
    waking.wake("update.published")
    return True


def _settle(incident: Incident, update: "Update", at: datetime) -> None:
    said_at = update.sent_off_at or at
    for promise in incident.promises.undecided():
        promise.keep(by=update, said_at=said_at)
    incident.reminders.filter(promise__isnull=True, fact__isnull=True).drop_waiting(at=at)
    if update.rhythm:
        incident.rhythm = update.rhythm
        incident.save(update_fields=["rhythm"])
    if update.kind == update.Kind.RESOLUTION and update.sent_off_by is not None:
        text = update.text_in(Organisation.get().language)
        incident.resolve(by=update.sent_off_by, at=at, summary=text.what if text else "")
    elif update.next_update_by is not None:
        give(incident, update, said_at=said_at, promised_for=update.next_update_by)
    audit.record(
        at=at,
        actor=update.sent_off_by.name if update.sent_off_by else "Daylight",
        act="update.publish",
        subject=incident.public_id,
        number=update.number,
        kind=update.kind,
    )


def give(incident: Incident, update: "Update", *, said_at: datetime, promised_for: datetime) -> Promise:
    """The promise that `update` gives, with its reminders."""
    zone = ZoneInfo(Organisation.get().time_zone)
    rhythm: Rhythm = incident.cadence
    promise: Promise = Promise.objects.create(
        incident=incident,
        update=update,
        given_at=said_at,
        promised_for=promised_for,
        lapses_at=rhythm.next_word_by(promised_for, zone),
        due_at=promised_for,
    )
    Reminder.objects.plan(promise)
    return promise
