"""The register of affected customers: its rules, its frozen versions, and who is in it."""

from datetime import datetime
from typing import Annotated, Any

from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema, Status

from daylight.accounts.roles import Act
from daylight.api.v1.door import KeyRequest, needs, reading, writing
from daylight.api.v1.incidents import PublicId, incident_of
from daylight.api.v1.paging import Paging, page_of
from daylight.api.v1.types import Key, Reason
from daylight.core import clock
from daylight.customers.models import Customer
from daylight.incidents import register
from daylight.incidents.models import AffectedCustomer, RegisterRule, RegisterVersion

router = Router(tags=["register"])


class HitOut(Schema):
    """A customer whom an incident hits: since when, and why."""

    customer_id: int
    external_id: str | None
    reason: str
    since: datetime

    @staticmethod
    def resolve_external_id(affected: AffectedCustomer) -> str | None:
        """The customer's key in the firm's records."""
        return affected.customer.external_id


class AffectedOut(HitOut):
    """A customer in the register, with the version in which they were added or removed."""

    id: int
    name: str
    added_at: datetime
    added_in: int
    removed_at: datetime | None
    removed_because: str

    @staticmethod
    def resolve_name(affected: AffectedCustomer) -> str:
        """The customer's name."""
        return affected.customer.name


class AffectedPage(Schema):
    """A page of affected customers."""

    items: list[AffectedOut]
    next: str | None


class AffectedFilter(Paging):
    """Which: those affected now, or with `removed` those taken out again."""

    removed: bool = False


class RuleIn(Schema):
    """One way in which affected customers are found in the records, with a reason they would accept.

    `parameters` by kind: component {"component": key}; commitments {"kind", "attributes", "promised_from",
    "promised_until"}; attributes {name: value}; group {"group": id}; listed {"customers": [id]}; everyone {}.
    """

    kind: RegisterRule.Kind
    parameters: Annotated[dict[str, Any], Field(max_length=20)] = {}
    reason: Reason


class RuleOut(Schema):
    """A rule of the register; `finds` is the number of customers it would find now."""

    id: int
    kind: str
    parameters: dict[str, Any]
    reason: str
    added_at: datetime
    finds: int

    @staticmethod
    def resolve_finds(rule: RegisterRule) -> int:
        """The customers the rule finds in the records as they are."""
        return register.count(rule)


class VersionOut(Schema):
    """The register as it was frozen at one moment."""

    number: int
    frozen_at: datetime
    added: int
    removed: int
    total: int


class Rules(Schema):
    """All rules of an incident's register."""

    items: list[RuleOut]


class Versions(Schema):
    """All versions of an incident's register, oldest first."""

    items: list[VersionOut]


class Removal(Schema):
    """Why a customer is taken out of the register."""

    reason: Reason


@router.get("/incidents/{incident_id}/register", response=reading(AffectedPage), operation_id="list_affected")
@needs(Act.READ_CUSTOMERS)
def list_affected(request: KeyRequest, incident_id: PublicId, paging: Query[AffectedFilter]) -> object:
    """The customers in the register."""
    rows = AffectedCustomer.objects.filter(
        incident=incident_of(request, incident_id), removed_at__isnull=not paging.removed
    )
    items, following = page_of(rows.select_related("customer"), paging)
    return {"items": items, "next": following}


@router.get("/incidents/{incident_id}/register/rules", response=reading(Rules), operation_id="list_register_rules")
@needs(Act.READ)
def list_rules(request: KeyRequest, incident_id: PublicId) -> object:
    """The rules by which affected customers are found."""
    return {"items": list(RegisterRule.objects.filter(incident=incident_of(request, incident_id)).order_by("pk"))}


@router.post(
    "/incidents/{incident_id}/register/rules",
    response=writing(RuleOut, status=201),
    operation_id="add_register_rule",
)
@needs(Act.LEAD_INCIDENT)
def add_rule(request: KeyRequest, incident_id: PublicId, payload: RuleIn) -> object:
    """Add a rule. Nobody is told yet: look at `finds`, then freeze a version."""
    return Status(
        201,
        register.add_rule(
            incident_of(request, incident_id),
            kind=payload.kind,
            parameters=payload.parameters,
            reason=payload.reason,
            by=request.auth.made_by,
            at=clock.now(),
        ),
    )


@router.get(
    "/incidents/{incident_id}/register/versions", response=reading(Versions), operation_id="list_register_versions"
)
@needs(Act.READ)
def list_versions(request: KeyRequest, incident_id: PublicId) -> object:
    """The versions of the register."""
    return {"items": list(RegisterVersion.objects.filter(incident=incident_of(request, incident_id)))}


@router.post(
    "/incidents/{incident_id}/register/versions",
    response=writing(VersionOut, status=201),
    operation_id="freeze_register",
)
@needs(Act.LEAD_INCIDENT)
def freeze(request: KeyRequest, incident_id: PublicId) -> object:
    """Freeze the register: customers the rules find are added, and get the latest update at once."""
    return Status(201, register.freeze(incident_of(request, incident_id), by=request.auth.made_by, at=clock.now()))


@router.post(
    "/incidents/{incident_id}/register/{customer_id}/removal",
    response=writing(AffectedOut),
    operation_id="remove_affected",
)
@needs(Act.LEAD_INCIDENT)
def remove(request: KeyRequest, incident_id: PublicId, customer_id: Key, payload: Removal) -> object:
    """Take a customer out of the register, saying why; they are told nothing further."""
    incident = incident_of(request, incident_id)
    customer = get_object_or_404(Customer, pk=customer_id, affected_by__incident=incident)
    register.remove(incident, customers=[customer.pk], because=payload.reason, by=request.auth.made_by, at=clock.now())
    return get_object_or_404(AffectedCustomer, incident=incident, customer=customer)
