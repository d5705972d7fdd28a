"""Incidents and maintenances: declared, told, changed and taken back by the same roads as at the desk."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from daylight.accounts import audit
from daylight.accounts.roles import Act
from daylight.api.statuspage import saying
from daylight.api.statuspage.door import Answer, Call, Status, call
from daylight.api.statuspage.given import Given
from daylight.api.statuspage.refusals import Invalid, Missing
from daylight.api.statuspage.shapes import World
from daylight.incidents import declaring
from daylight.incidents.models import Carried, Incident, Update
from daylight.incidents.words import Kind, Stage
from daylight.pages import reading
from daylight.pages.models import Placement
from daylight.reach.statuspage import forms, table

MOST = 100
OVERRIDES = ("none", "maintenance", "minor", "major", "critical")


@call("GET", "pages/{page}/incidents", Act.READ)
def list_incidents(made: Call) -> Answer:
    """Incidents and maintenances, newest first; with `q` those whose words hold it."""
    found = told(made)
    if text := made.query.text("q", longest=200):
        words = ("headline", "what", "doing", "why")
        held = Q(title__icontains=text)
        for word in words:
            held |= Q(**{f"updates__texts__{word}__icontains": text})
        found = found.filter(pk__in=found.filter(held).values("pk"))
    return _page(made, found)


@call("GET", "pages/{page}/incidents/unresolved", Act.READ)
def list_unresolved(made: Call) -> Answer:
    """Incidents that go on."""
    return _page(made, told(made).filter(closed_at__isnull=True, planned_from__isnull=True))


@call("GET", "pages/{page}/incidents/scheduled", Act.READ)
def list_scheduled(made: Call) -> Answer:
    """Planned work that is not over."""
    return _page(made, _planned(made))


@call("GET", "pages/{page}/incidents/upcoming", Act.READ)
def list_upcoming(made: Call) -> Answer:
    """Planned work that has not begun."""
    return [row for row in _page(made, _planned(made)) if row["status"] == table.UPCOMING]


@call("GET", "pages/{page}/incidents/active_maintenance", Act.READ)
def list_active(made: Call) -> Answer:
    """Planned work that goes on."""
    return [row for row in _page(made, _planned(made)) if row["status"] in table.ACTIVE]


@call("POST", "pages/{page}/incidents", Act.PUBLISH_UPDATE)
def create_incident(made: Call) -> Answer:
    """Declare an incident or planned work and say the first word on it."""
    made.need(Act.OPEN_INCIDENT)
    given = made.given("incident")
    name = given.text("name", longest=160, is_needed=True)
    begins, ends = _window(given, None)
    stage = _stage(given, is_planned=begins is not None, default=Stage.SCHEDULED if begins else Stage.INVESTIGATING)
    impacts = saying.impacts_of(made, given, before={}, is_planned=begins is not None)
    backfilled = given.flag("backfilled")
    incident = declaring.declare(
        kind=Kind.MAINTENANCE if begins else Kind.OUTAGE,
        severity=saying.severity_of(given, impacts, is_planned=begins is not None),
        title=name,
        by=made.by,
        at=made.now,
        occurred_at=_began(given, made) if backfilled else None,
        lead=made.by if made.by.may(Act.LEAD_INCIDENT) else None,
        planned_from=begins,
        planned_until=ends,
    )
    _place(made, incident)
    _carry(incident, given)
    saying.say(
        made,
        incident,
        given,
        stage=Stage.RESOLVED if backfilled and "status" not in given else stage,
        headline=name,
        body=_body(given) or name,
        impacts=impacts,
        is_quiet=backfilled or not given.flag("deliver_notifications", default=True),
    )
    return Status(201, shown(made, incident.public_id))


@call("GET", "pages/{page}/incidents/{incident}", Act.READ)
def get_incident(made: Call) -> Answer:
    """One incident."""
    return shown(made, the_incident(made).public_id)


@call("PATCH PUT", "pages/{page}/incidents/{incident}", Act.PUBLISH_UPDATE)
def change_incident(made: Call) -> Answer:
    """Say the next word on an incident, or change its facts."""
    incident, given = the_incident(made), made.given("incident")
    last = saying.last_word(incident)
    is_planned = incident.planned_from is not None
    stage = _stage(given, is_planned=is_planned, default=Stage(last.stage))
    headline = given.text("name", longest=160) or saying.headline_of(last)
    before = saying.impacts_before(last)
    impacts = saying.impacts_of(made, given, before=before, is_planned=is_planned)
    body = _body(given)
    _reschedule(made, incident, given)
    _judge(made, incident, given)
    _carry(incident, given)
    is_word = bool(body) or stage != last.stage
    if is_word or impacts != before or headline != saying.headline_of(last):
        saying.reopen_for(made, incident)
        saying.say(
            made,
            incident,
            given,
            stage=stage,
            headline=headline,
            body=body,
            impacts=impacts,
            is_quiet=not is_word or not given.flag("deliver_notifications", default=True),
        )
    return shown(made, incident.public_id)


@call("DELETE", "pages/{page}/incidents/{incident}", Act.LEAD_INCIDENT)
def delete_incident(made: Call) -> Answer:
    """Take an incident off the pages; the record of it stays. Answers with the incident as it was."""
    incident = the_incident(made)
    said = shown(made, incident.public_id)
    declaring.withdraw(incident, by=made.by, at=made.now, reason=f"Taken off the pages by {made.key.actor}.")
    return said


def told(made: Call) -> QuerySet[Incident]:
    """The incidents of the page on which something was said, newest first."""
    said = Update.objects.filter(incident=OuterRef("pk"), state=Update.State.PUBLISHED)
    found: QuerySet[Incident] = reading.public_incidents(made.page).filter(Exists(said))
    return found.order_by("-opened_at", "-pk")


def the_incident(made: Call) -> Incident:
    """The incident that the address names. Raises Missing."""
    found = told(made).filter(public_id=made.ids["incident"]).first()
    if found is None:
        raise Missing("There is no incident of this name on this page.")
    return found


def shown(made: Call, public_id: str) -> forms.Json:
    """One incident as it stands now."""
    for said in World(made, also=[public_id]).incidents([public_id]):
        return said
    raise Missing("There is no incident of this name on this page.")


def _page(made: Call, found: QuerySet[Incident]) -> list[forms.Json]:
    size = made.query.number("limit", default=made.query.number("per_page", default=MOST, least=1), least=1)
    size = min(size, MOST)
    first = (made.query.number("page", default=1, least=0, most=10**6) or 1) - 1
    names = list(found.values_list("public_id", flat=True)[first * size : (first + 1) * size])
    return World(made, also=names).incidents(names)


def _planned(made: Call) -> QuerySet[Incident]:
    return told(made).filter(closed_at__isnull=True, planned_from__isnull=False)


def _stage(given: Given, *, is_planned: bool, default: Stage) -> str:
    stages = table.MAINTENANCE_STATUSES if is_planned else table.INCIDENT_STATUSES
    if given.text("status", longest=40) == table.POSTMORTEM:
        raise Invalid("Publish a post-mortem at /postmortem/publish; the status follows.")
    return given.choice("status", stages, default=str(default))


def _body(given: Given) -> str:
    """The text; older clients call it a message."""
    return given.text("body") or given.text("message")


def _began(given: Given, made: Call) -> datetime:
    began = given.moment("backfill_date") or made.now
    if began > made.now:
        raise Invalid("backfill_date must not be still to come.")
    return began


def _window(given: Given, incident: Incident | None) -> tuple[datetime | None, datetime | None]:
    begins = given.moment("scheduled_for") or (incident.planned_from if incident else None)
    ends = given.moment("scheduled_until") or (incident.planned_until if incident else None)
    if ends is not None and (begins is None or ends <= begins):
        raise Invalid("scheduled_until must come after scheduled_for.")
    return begins, ends


def _reschedule(made: Call, incident: Incident, given: Given) -> None:
    if "scheduled_for" not in given and "scheduled_until" not in given:
        return
    if incident.planned_from is None:
        raise Invalid("This is no planned work: it cannot be scheduled.")
    begins, ends = _window(given, incident)
    if (begins, ends) != (incident.planned_from, incident.planned_until):
        Incident.objects.filter(pk=incident.pk).update(planned_from=begins, planned_until=ends)
        audit.record(
            at=made.now, actor=made.key.actor, act="incident.reschedule", subject=incident.public_id,
            before=str(incident.planned_from), after=str(begins),
        )  # fmt: skip
        incident.refresh_from_db()


def _judge(made: Call, incident: Incident, given: Given) -> None:
    override = given.choice("impact_override", OVERRIDES)
    if override and incident.planned_from is None and table.SEVERITY[override] != incident.severity:
        made.need(Act.LEAD_INCIDENT)
        reason = f"Impact set to {override} by {made.key.actor}."
        incident.judge(severity=int(table.SEVERITY[override]), by=made.by, at=made.now, reason=reason)


def _place(made: Call, incident: Incident) -> None:
    """On a page that shows only some incidents, what was declared through that page is one of them."""
    if made.page.shows != made.page.Shows.ALL:
        Placement.objects.create(
            page=made.page, incident=incident, is_shown=True, placed_at=made.now, placed_by=made.by
        )


def _carry(incident: Incident, given: Given) -> None:
    given.choice("impact_override", OVERRIDES)
    said = {name: given.plain(name) for name in forms.CARRIED if name in given}
    if "metadata" in said and not isinstance(said["metadata"], dict):
        raise Invalid("metadata must be an object.")
    if said:
        row, _ = Carried.objects.get_or_create(incident=incident)
        row.facts = {**row.facts, **said}
        row.save(update_fields=["facts"])
