"""Incidents: declaring, judging, leading, showing to the world, resolving; and the components they hit."""

from datetime import datetime
from typing import Annotated

from django.db import transaction
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema, Status

from daylight.accounts import audit
from daylight.accounts.models import Member
from daylight.accounts.roles import Act
from daylight.api.v1.door import KeyRequest, needs, reading, writing
from daylight.api.v1.paging import Paging, page_of
from daylight.api.v1.problems import Refused
from daylight.api.v1.types import Key, Line, Moment, Paragraphs, Reason, Title, Word
from daylight.core import clock
from daylight.incidents import declaring
from daylight.incidents.models import Component, Incident, Section
from daylight.incidents.words import ComponentState, Kind, Severity
from daylight.reach.progress import Progress

COUNTS = ("affected", "told", "on_the_way", "in_doubt", "failed", "unreachable", "sealed", "accepted", "delivered")

router = Router(tags=["incidents"])
components = Router(tags=["components"])

PublicId = Annotated[str, Field(max_length=20, pattern=r"^[0-9a-z]+$")]


def incidents_of(request: KeyRequest) -> QuerySet[Incident]:
    """The incidents that the member behind the key may see."""
    return Incident.objects.for_member(request.auth.made_by)


def incident_of(request: KeyRequest, incident_id: str) -> Incident:
    """One incident by its public id, or 404."""
    return get_object_or_404(incidents_of(request), public_id=incident_id)


class PromiseOut(Schema):
    """The time by which we said we would speak again, and what became of it."""

    promised_for: datetime
    state: str
    late_at: datetime | None


class IncidentOut(Schema):
    """An incident; `id` is its permanent, unguessable name."""

    id: str
    kind: str
    severity: int
    title: str
    summary: str
    is_open: bool
    is_public: bool
    is_exercise: bool
    lead: str | None
    occurred_at: datetime
    aware_at: datetime
    classified_at: datetime | None
    confirmed_at: datetime | None
    planned_from: datetime | None
    planned_until: datetime | None
    opened_at: datetime
    closed_at: datetime | None
    holding_update_allowed: bool
    promise: PromiseOut | None

    @staticmethod
    def resolve_id(incident: Incident) -> str:
        """The public id."""
        return incident.public_id

    @staticmethod
    def resolve_lead(incident: Incident) -> str | None:
        """The name of the lead; None when nobody leads."""
        return incident.lead.name if incident.lead else None

    @staticmethod
    def resolve_promise(incident: Incident) -> object:
        """The promise that waits for word."""
        return incident.open_promise


class IncidentPage(Schema):
    """A page of incidents."""

    items: list[IncidentOut]
    next: str | None


class ProgressOut(Schema):
    """How far the latest update has come, in customers.

    told + on_the_way + in_doubt + failed + unreachable (+ sealed, in an exercise) = affected. `accepted` and
    `delivered` count deliveries. `update` is null when nothing was published yet.
    """

    update: int | None
    published_at: datetime | None
    affected: int
    told: int
    on_the_way: int
    in_doubt: int
    failed: int
    unreachable: int
    sealed: int
    accepted: int
    delivered: int
    is_settled: bool


class IncidentFilter(Paging):
    """Which incidents: all, or only those that go on, or only those that have ended."""

    open: bool | None = None


class IncidentIn(Schema):
    """What somebody must say to open an incident; everything else has a sensible default."""

    kind: Kind
    severity: Severity
    title: Title
    summary: Paragraphs = ""
    occurred_at: Moment | None = None
    aware_at: Moment | None = None
    planned_from: Moment | None = None
    planned_until: Moment | None = None
    public: bool = True
    is_exercise: bool = False
    holding_update_allowed: bool = False
    lead: Annotated[Line, Field(description="E-mail address of the member who leads.")] = ""


class IncidentChange(Schema):
    """What may be changed afterwards. A new severity needs a reason; `public` can only become true."""

    severity: Severity | None = None
    reason: Reason | None = None
    lead: Line | None = None
    public: bool | None = None
    holding_update_allowed: bool | None = None
    confirmed_at: Moment | None = None


class End(Schema):
    """The end of an incident without a further word to customers; publish a resolution to tell them."""

    summary: Annotated[Paragraphs, Field(min_length=1)]
    untold_because: Annotated[Reason, Field(description="Why customers get no word of it.")]


@router.get("/incidents", response=reading(IncidentPage), operation_id="list_incidents")
@needs(Act.READ)
def list_incidents(request: KeyRequest, paging: Query[IncidentFilter]) -> object:
    """Incidents, oldest first."""
    incidents = incidents_of(request)
    if paging.open is not None:
        incidents = incidents.filter(closed_at__isnull=paging.open)
    items, following = page_of(incidents, paging)
    return {"items": items, "next": following}


@router.post("/incidents", response=writing(IncidentOut, status=201), operation_id="declare_incident")
@needs(Act.OPEN_INCIDENT)
def declare_incident(request: KeyRequest, payload: IncidentIn) -> object:
    """Open an incident. The first word to customers is owed from this moment on."""
    facts = payload.model_dump(exclude={"lead"})
    lead = _member(payload.lead) if payload.lead else None
    return Status(201, declaring.declare(**facts, lead=lead, by=request.auth.made_by, at=clock.now()))


@router.get("/incidents/{incident_id}", response=reading(IncidentOut), operation_id="get_incident")
@needs(Act.READ)
def get_incident(request: KeyRequest, incident_id: PublicId) -> object:
    """One incident."""
    return incident_of(request, incident_id)


@router.get("/incidents/{incident_id}/progress", response=reading(ProgressOut), operation_id="get_progress")
@needs(Act.READ)
def get_progress(request: KeyRequest, incident_id: PublicId) -> object:
    """How many of the affected have the latest word; the same numbers as the incident room shows."""
    progress = Progress.of(incident_of(request, incident_id))
    update = progress.update
    counts = {name: getattr(progress, name) for name in COUNTS}
    said = {"update": update.number, "published_at": update.published_at} if update else {}
    return {"update": None, "published_at": None, **said, **counts, "is_settled": progress.is_settled}


@router.patch("/incidents/{incident_id}", response=writing(IncidentOut), operation_id="change_incident")
@needs(Act.LEAD_INCIDENT)
@transaction.atomic
def change_incident(request: KeyRequest, incident_id: PublicId, payload: IncidentChange) -> object:
    """Judge the harm anew, name a lead, show it to the world, allow holding updates."""
    incident, by, now = incident_of(request, incident_id), request.auth.made_by, clock.now()
    if payload.severity is not None:
        if payload.reason is None:
            raise Refused("Say why the severity changes.", status=422, where="reason")
        incident.judge(severity=payload.severity, by=by, at=now, reason=payload.reason)
    if payload.lead is not None:
        incident.assign(role="lead", member=_member(payload.lead), by=by, at=now)
    if payload.public is not None and payload.public != incident.is_public:
        if not payload.public:
            raise Refused("What the world has seen cannot be hidden again.", where="public")
        incident.make_public(by=by, at=now)
    changed = payload.model_dump(include={"holding_update_allowed", "confirmed_at"}, exclude_none=True)
    if changed:
        Incident.objects.filter(pk=incident.pk).update(**changed)
        audit.record(at=now, actor=by.name, act="incident.change", subject=f"incident {incident.public_id}")
    incident.refresh_from_db()
    return incident


@router.post("/incidents/{incident_id}/resolution", response=writing(IncidentOut), operation_id="resolve_incident")
@needs(Act.LEAD_INCIDENT)
def resolve_incident(request: KeyRequest, incident_id: PublicId, payload: End) -> object:
    """End the incident. To tell customers that it is over, publish an update with the stage resolved instead."""
    incident = incident_of(request, incident_id)
    by, because = request.auth.made_by, payload.untold_because
    declaring.end_untold(incident, by=by, at=clock.now(), because=because, summary=payload.summary)
    incident.refresh_from_db()
    return incident


def _member(email: str) -> Member:
    member = Member.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if member is None:
        raise Refused("No active member has this e-mail address.", status=422, where="lead")
    return member


class ComponentOut(Schema):
    """A part of what is offered."""

    id: int
    key: str
    name: str
    section: str
    description: str
    is_public: bool
    state: str

    @staticmethod
    def resolve_section(component: Component) -> str:
        """The name of the section, or nothing."""
        return component.section.name if component.section else ""


class ComponentIn(Schema):
    """A part of what is offered that can work or fail."""

    key: Annotated[Word, Field(max_length=60, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    name: Annotated[Word, Field(max_length=120)]
    section: Annotated[Line, Field(max_length=120)] = ""
    description: Line = ""
    is_public: bool = True
    state: ComponentState = ComponentState.OPERATIONAL


class ComponentPage(Schema):
    """A page of components."""

    items: list[ComponentOut]
    next: str | None


@components.get("/components", response=reading(ComponentPage), operation_id="list_components")
@needs(Act.READ)
def list_components(request: KeyRequest, paging: Query[Paging]) -> object:
    """Components that are offered today."""
    items, following = page_of(Component.objects.in_use().select_related("section"), paging)
    return {"items": items, "next": following}


@components.post("/components", response=writing(ComponentOut, status=201), operation_id="create_component")
@needs(Act.SET_UP)
def create_component(request: KeyRequest, payload: ComponentIn) -> object:
    """Add a component."""
    if Component.objects.filter(key=payload.key).exists():
        raise Refused(f"There is a component {payload.key!r} already.", where="key")
    facts = payload.model_dump() | {"section": Section.objects.named(payload.section)}
    component = Component.objects.create(**facts, position=Component.objects.count())
    audit.record(
        at=clock.now(), actor=f"key {request.auth.name}", act="component.create", subject=f"component {component.key}"
    )
    return Status(201, component)


@components.get("/components/{component_id}", response=reading(ComponentOut), operation_id="get_component")
@needs(Act.READ)
def get_component(request: KeyRequest, component_id: Key) -> object:
    """One component."""
    return get_object_or_404(Component, pk=component_id)
