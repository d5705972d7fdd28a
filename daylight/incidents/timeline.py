"""Everything that happened in an incident, in the order in which it happened."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from daylight.incidents.models import (
    Approval,
    Incident,
    Promise,
    Reminder,
    TakeBack,
    Update,
)
from daylight.incidents.words import Severity


@dataclass(frozen=True)
class Entry:
    """One thing that happened: when, a sentence, who did it, and the mark it bears (told, late, kept or none)."""

    at: datetime
    text: str
    who: str = ""
    mark: str = ""
    words: str = ""
    update: Update | None = None


def of(incident: Incident, *, latest_first: bool = True) -> list[Entry]:
    """The timeline of an incident."""
    entries = chain(
        _beginnings(incident),
        _people(incident),
        _severities(incident),
        _register(incident),
        _updates(incident),
        _promises(incident),
        _reminders(incident),
        _words_of_the_crew(incident),
        _ends(incident),
    )
    in_order = sorted(entries, key=lambda entry: entry.at)
    return in_order[::-1] if latest_first else in_order


def _beginnings(incident: Incident) -> Iterator[Entry]:
    opener = incident.opened_by.name
    if incident.occurred_at < incident.opened_at:
        yield Entry(incident.occurred_at, "It began.")
    if incident.occurred_at < incident.aware_at < incident.opened_at:
        yield Entry(incident.aware_at, "We knew.")
    label = Severity(
        incident.severity_changes.order_by("pk")[0].before
        if incident.severity_changes.exists()
        else (incident.severity)
    ).label
    mark = "Exercise declared" if incident.is_exercise else "Declared"
    yield Entry(incident.opened_at, f"{mark}: {incident.get_kind_display()}, severity {label}", opener)
    if incident.confirmed_at:
        yield Entry(incident.confirmed_at, "Confirmed: we are sure.")
    if incident.made_public_at and incident.made_public_by:
        yield Entry(incident.made_public_at, "Made public.", incident.made_public_by.name)


def _people(incident: Incident) -> Iterator[Entry]:
    for row in incident.assignments.select_related("member", "assigned_by"):
        yield Entry(row.since, f"{row.get_role_display()}: {row.member.name}", row.assigned_by.name)


def _severities(incident: Incident) -> Iterator[Entry]:
    for row in incident.severity_changes.select_related("changed_by"):
        yield Entry(row.changed_at, f"Severity {row.before} became {row.after}.", row.changed_by.name, words=row.reason)


def _register(incident: Incident) -> Iterator[Entry]:
    for row in incident.register_versions.select_related("frozen_by"):
        moved = [f"{row.added:,} added"] * bool(row.added) + [f"{row.removed:,} removed"] * bool(row.removed)
        who = row.frozen_by.name if row.frozen_by else "Daylight"
        text = f"Register version {row.number}: {', '.join(moved) or 'nobody found'}; {row.total:,} customers affected."
        yield Entry(row.frozen_at, text, who)


def _updates(incident: Incident) -> Iterator[Entry]:
    for row in incident.updates.published().select_related("sent_off_by").prefetch_related("texts", "impacts"):
        who = row.sent_off_by.name if row.sent_off_by else "Daylight"
        yield Entry(
            row.published_at or row.written_at, f"{row.get_kind_display()} {row.number}", who, mark="told", update=row
        )
    for back in TakeBack.objects.filter(update__incident=incident).select_related("taken_back_by"):
        yield Entry(back.taken_back_at, "Update taken back before it left.", back.taken_back_by.name)
    for answer in Approval.objects.filter(update__incident=incident).select_related("member"):
        text = "Yes to a draft." if answer.is_yes else "No to a draft."
        yield Entry(answer.given_at, text, answer.member.name, words=answer.words)


def _promises(incident: Incident) -> Iterator[Entry]:
    ends = {
        Promise.State.KEPT: ("Promise kept.", "kept"),
        Promise.State.KEPT_LATE: ("Word came, after the promised time.", ""),
        Promise.State.MISSED: ("Promise missed: no word came.", "late"),
    }
    for row in incident.promises.all():
        if row.late_at:
            yield Entry(row.late_at, "The promised time passed without word.", mark="late")
        if row.decided_at:
            text, mark = ends[Promise.State(row.state)]
            yield Entry(row.decided_at, text, mark=mark)


def _reminders(incident: Incident) -> Iterator[Entry]:
    for row in Reminder.objects.fired().filter(incident=incident).select_related("member"):
        share = f" ({row.rung} % of the time has gone)" if row.kind == Reminder.Kind.FIRST_WORD else ""
        to = f" For {row.member.name}." if row.member else ""
        yield Entry(row.fired_at or row.planned_for, f"Warning: {row.get_kind_display().lower()}{share}.{to}")


def _words_of_the_crew(incident: Incident) -> Iterator[Entry]:
    for note in incident.notes.select_related("written_by"):
        yield Entry(note.written_at, "Note", note.written_by.name, words=note.text)
    for finding in incident.raised_findings.kept().select_related("kept_by"):
        what = f"“{finding.phrase}”" if finding.phrase else finding.rule
        at, who = finding.kept_at or finding.raised_at, finding.kept_by.name if finding.kept_by else ""
        yield Entry(at, f"Kept {what}, because {finding.reason}", who)
    for moment in incident.calm_moments.filter(paused_until__isnull=False).select_related("member"):
        yield Entry(moment.paused_at or moment.asked_at, "A pause before going on.", moment.member.name)
    for fact in incident.withheld_facts.select_related("owner"):
        yield Entry(fact.withheld_at, f"A fact is kept back: {fact.reason}", fact.owner.name, words=fact.fact)
        if fact.released_at:
            yield Entry(fact.released_at, "A fact is no longer kept back.", words=fact.fact)


def _ends(incident: Incident) -> Iterator[Entry]:
    for row in incident.resolutions.select_related("resolved_by", "reopened_by"):
        if row.untold_because:
            text = f"Ended without a word to customers, because {row.untold_because}"
            yield Entry(row.resolved_at, text, row.resolved_by.name, words=row.summary)
        else:
            yield Entry(row.resolved_at, "Resolved.", row.resolved_by.name, mark="kept", words=row.summary)
        if row.reopened_at and row.reopened_by:
            yield Entry(row.reopened_at, "Opened again.", row.reopened_by.name, words=row.reopened_because)
