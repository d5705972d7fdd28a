"""Declaring an incident: from a bad feeling to a named thing with a clock that runs."""

from datetime import datetime

from django.db import transaction

from daylight.accounts import audit
from daylight.accounts.models import Member
from daylight.incidents.failures import SaysWhy, StillLeaving
from daylight.incidents.models import Assignment, Impact, Incident, Note, Reminder, WithheldFact


@transaction.atomic
def declare(
    *,
    kind: str,
    severity: int,
    title: str,
    by: Member,
    at: datetime,
    occurred_at: datetime | None = None,
    aware_at: datetime | None = None,
    lead: Member | None = None,
    public: bool = True,
    is_exercise: bool = False,
    holding_update_allowed: bool = False,
    summary: str = "",
    planned_from: datetime | None = None,
    planned_until: datetime | None = None,
) -> Incident:
    """Open an incident; the clock of the first word runs from now. Raises CannotLead."""
    shown = public and not is_exercise
    incident = Incident.objects.create(
        kind=kind,
        severity=severity,
        title=title.strip(),
        summary=summary.strip(),
        is_exercise=is_exercise,
        occurred_at=occurred_at or aware_at or at,
        aware_at=aware_at or at,
        classified_at=at,
        planned_from=planned_from,
        planned_until=planned_until,
        opened_at=at,
        opened_by=by,
        made_public_at=at if shown else None,
        made_public_by=by if shown else None,
        holding_update_allowed=holding_update_allowed,
    )
    if lead is not None:
        incident.assign(role=Assignment.Role.LEAD, member=lead, by=by, at=at)
    Reminder.objects.plan_first_word(incident, since=at)
    audit.record(
        at=at, actor=by.name, act="incident.declare", subject=incident.public_id, kind=kind, severity=int(severity)
    )
    return incident


@transaction.atomic
def confirm(incident: Incident, *, by: Member, at: datetime) -> None:
    """We are sure now that it is what we think: a fact of its own, from which some legal clocks run."""
    if incident.confirmed_at is None:
        incident.confirmed_at = at
        incident.save(update_fields=["confirmed_at"])
        audit.record(at=at, actor=by.name, act="incident.confirm", subject=incident.public_id)


@transaction.atomic
def write_note(incident: Incident, *, text: str, by: Member, at: datetime) -> Note:
    """Put a note on the timeline, for the crew and never for customers."""
    note = Note.objects.create(incident=incident, text=text.strip(), written_by=by, written_at=at)
    audit.record(at=at, actor=by.name, act="incident.note", subject=incident.public_id)
    return note


@transaction.atomic
def keep_back(
    incident: Incident,
    *,
    fact: str,
    reason: str,
    owner: Member,
    review_at: datetime,
    by: Member,
    at: datetime,
    is_everything: bool = False,
) -> WithheldFact:
    """Put on record that a fact, or the incident itself, is not told yet: why, who answers, when we look again."""
    row = WithheldFact.objects.create(
        incident=incident,
        fact=fact.strip(),
        reason=reason.strip(),
        owner=owner,
        withheld_at=at,
        review_at=review_at,
        is_everything=is_everything,
    )
    row.plan_review(at=at)
    audit.record(at=at, actor=by.name, act="fact.keep_back", subject=incident.public_id, fact=row.pk)
    return row


@transaction.atomic
def end_untold(incident: Incident, *, by: Member, at: datetime, because: str, summary: str = "") -> None:
    """End it without a word to customers: somebody decides that, and says why. Components work as others say.

    Raises SaysWhy without a reason, StillLeaving while a word to customers is on its way.
    """
    incident = Incident.objects.select_for_update(no_key=True).get(pk=incident.pk)
    if not because.strip():
        raise SaysWhy("Say why customers are not told that it is over.")
    if incident.updates.leaving().exists():
        raise StillLeaving("An update is just leaving. Wait until it has left, or take it back first.")
    incident.resolve(by=by, at=at, summary=summary.strip(), untold_because=because.strip())
    Impact.objects.write_states_after(incident, at=at)


@transaction.atomic
def withdraw(incident: Incident, *, by: Member, at: datetime, reason: str) -> None:
    """Take it off the pages and end it; who was told what stays on record, and components work as others say."""
    incident = Incident.objects.select_for_update(no_key=True).get(pk=incident.pk)
    if incident.is_open:
        incident.resolve(by=by, at=at, summary="", untold_because=reason)
    Incident.objects.filter(pk=incident.pk).update(made_public_at=None, made_public_by=None)
    Impact.objects.write_states_after(incident, at=at)
    audit.record(at=at, actor=by.name, act="incident.withdraw", subject=incident.public_id, reason=reason)
