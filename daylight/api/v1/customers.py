"""Customers, their contact points and their commitments."""

from datetime import datetime
from typing import Annotated

from django.db import IntegrityError, transaction
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema, Status
from pydantic import model_validator

from daylight.accounts import audit
from daylight.accounts.roles import Act
from daylight.api.v1.door import KeyRequest, needs, reading, writing
from daylight.api.v1.paging import Paging, page_of
from daylight.api.v1.problems import Refused
from daylight.api.v1.types import Day, Facts, Key, Language, Line, Moment, Name, TimeZone, Word
from daylight.core import clock
from daylight.customers.models import Commitment, ContactPoint, Customer, Group
from daylight.reach.channels.registry import CHANNELS

router = Router(tags=["customers"])


class ContactPointIn(Schema):
    """One way to reach a customer: a channel by its name, and an address of that channel."""

    channel: Word
    address: Annotated[Line, Field(min_length=1)]


class ContactPointOut(Schema):
    """One way to reach a customer."""

    id: int
    channel: str
    address: str
    position: int


class CustomerIn(Schema):
    """A customer as the caller's records have it. Contact points given replace the order, and never delete any."""

    external_id: Word | None = None
    name: Name
    group: Name | None = None
    language: Language = ""
    time_zone: TimeZone = ""
    attributes: Facts = {}
    contact_points: Annotated[list[ContactPointIn], Field(max_length=20)] = []


class CustomerOut(Schema):
    """A customer with the ways to reach them."""

    id: int
    external_id: str | None
    name: str
    group: str | None
    language: str
    time_zone: str
    attributes: dict[str, object]
    contact_points: list[ContactPointOut]
    created_at: datetime
    updated_at: datetime

    @staticmethod
    def resolve_group(customer: Customer) -> str | None:
        """The name of the customer's group."""
        return customer.group.name if customer.group else None

    @staticmethod
    def resolve_contact_points(customer: Customer) -> list[ContactPoint]:
        """The ways to reach the customer, in the order they are tried."""
        return sorted(customer.contact_points.all(), key=lambda point: (point.position, point.pk))


class CustomerPage(Schema):
    """A page of customers."""

    items: list[CustomerOut]
    next: str | None


class CustomerSearch(Paging):
    """Which customers: by any of name, address or order number in `search`, or by the firm's own key."""

    search: Annotated[Line, Field(description="Name, e-mail, phone or order number.")] = ""
    external_id: Annotated[Line, Field(max_length=120)] = ""


@router.get("/customers", response=reading(CustomerPage), operation_id="list_customers")
@needs(Act.READ_CUSTOMERS)
def list_customers(request: KeyRequest, paging: Query[CustomerSearch]) -> object:
    """Customers, oldest first; erased ones are left out."""
    customers = Customer.objects.present()
    if paging.external_id:
        customers = customers.filter(external_id=paging.external_id)
    if paging.search:
        customers = Customer.objects.filter(pk__in=customers.search(paging.search).values("pk"))
    items, following = page_of(customers.select_related("group").prefetch_related("contact_points"), paging)
    return {"items": items, "next": following}


@router.get("/customers/{customer_id}", response=reading(CustomerOut), operation_id="get_customer")
@needs(Act.READ_CUSTOMERS)
def get_customer(request: KeyRequest, customer_id: Key) -> object:
    """One customer."""
    return get_object_or_404(Customer.objects.present(), pk=customer_id)


@router.post("/customers", response=writing(CustomerOut, status=201), operation_id="create_customer")
@needs(Act.WRITE_CUSTOMERS)
def create_customer(request: KeyRequest, payload: CustomerIn) -> object:
    """Add a customer. Refused (409) when the external id is taken: change that customer with PUT instead."""
    now = clock.now()
    customer = Customer(created_at=now)
    _write(customer, payload, now)
    _audit(request, "customer.create", customer, now)
    return Status(201, customer)


@router.put("/customers/{customer_id}", response=writing(CustomerOut), operation_id="replace_customer")
@needs(Act.WRITE_CUSTOMERS)
def replace_customer(request: KeyRequest, customer_id: Key, payload: CustomerIn) -> object:
    """Write what the records say of a customer now."""
    now = clock.now()
    customer = get_object_or_404(Customer.objects.present(), pk=customer_id)
    _write(customer, payload, now)
    _audit(request, "customer.change", customer, now)
    return customer


def _write(customer: Customer, payload: CustomerIn, now: datetime) -> None:
    points = [_normal(point, place) for place, point in enumerate(payload.contact_points)]
    customer.external_id = payload.external_id
    customer.name = payload.name.strip()
    customer.language = payload.language
    customer.time_zone = payload.time_zone
    customer.attributes = payload.attributes
    customer.updated_at = now
    try:
        with transaction.atomic():
            customer.group = _group(payload.group)
            customer.save()
            for position, (channel, address) in enumerate(points):
                customer.contact_points.update_or_create(
                    channel=channel,
                    address=address,
                    defaults={"position": position},
                    create_defaults={"position": position, "created_at": now},
                )
    except IntegrityError:
        raise Refused(f"Another customer has the external id {payload.external_id!r}.", where="external_id") from None


def _group(name: str | None) -> Group | None:
    if name is None:
        return None
    return Group.objects.filter(name=name.strip()).order_by("pk").first() or Group.objects.create(name=name.strip())


def _normal(point: ContactPointIn, place: int) -> tuple[str, str]:
    channel = CHANNELS.get(point.channel)
    if channel is None:
        known = ", ".join(sorted(CHANNELS))
        raise Refused(f"There is no such channel. Known: {known}.", status=422, where=f"contact_points.{place}.channel")
    try:
        return channel.name, channel.normalise(point.address)
    except ValueError as problem:
        raise Refused(str(problem), status=422, where=f"contact_points.{place}.address") from None


def _audit(request: KeyRequest, act: str, subject: object, now: datetime) -> None:
    audit.record(at=now, actor=f"key {request.auth.name}", act=act, subject=f"{type(subject).__name__} {subject.pk}")  # type: ignore[attr-defined]


class CommitmentIn(Schema):
    """Something promised: to the customer by `customer_id` or by `customer_external_id`, for a date or an instant."""

    kind: Annotated[Word, Field(max_length=40)] = "order"
    reference: Word
    customer_id: Key | None = None
    customer_external_id: Word | None = None
    title: Line = ""
    promised_on: Day | None = None
    promised_at: Moment | None = None
    expected_on: Day | None = None
    expected_at: Moment | None = None
    state: Commitment.State = Commitment.State.OPEN
    attributes: Facts = {}

    @model_validator(mode="after")
    def _one_customer(self) -> "CommitmentIn":
        if (self.customer_id is None) == (self.customer_external_id is None):
            raise ValueError("Say whose it is: give either customer_id or customer_external_id.")
        return self


class CommitmentOut(Schema):
    """Something promised to a customer."""

    id: int
    kind: str
    reference: str
    customer_id: int
    title: str
    promised_on: Day | None
    promised_at: datetime | None
    expected_on: Day | None
    expected_at: datetime | None
    state: str
    attributes: dict[str, object]
    created_at: datetime
    updated_at: datetime


class CommitmentPage(Schema):
    """A page of commitments."""

    items: list[CommitmentOut]
    next: str | None


class CommitmentFilter(Paging):
    """Which commitments."""

    reference: Annotated[Line, Field(max_length=120)] = ""
    customer_id: Key | None = None
    promised_from: Day | None = None
    promised_until: Day | None = None


commitments = Router(tags=["commitments"])


@commitments.get("/commitments", response=reading(CommitmentPage), operation_id="list_commitments")
@needs(Act.READ_CUSTOMERS)
def list_commitments(request: KeyRequest, paging: Query[CommitmentFilter]) -> object:
    """Commitments, oldest first."""
    rows = Commitment.objects.filter(customer__in=Customer.objects.present())
    if paging.reference:
        rows = rows.filter(reference=paging.reference)
    if paging.customer_id:
        rows = rows.filter(customer_id=paging.customer_id)
    if paging.promised_from:
        rows = rows.filter(promised_on__gte=paging.promised_from)
    if paging.promised_until:
        rows = rows.filter(promised_on__lte=paging.promised_until)
    items, following = page_of(rows, paging)
    return {"items": items, "next": following}


@commitments.get("/commitments/{commitment_id}", response=reading(CommitmentOut), operation_id="get_commitment")
@needs(Act.READ_CUSTOMERS)
def get_commitment(request: KeyRequest, commitment_id: Key) -> object:
    """One commitment."""
    return get_object_or_404(Commitment, pk=commitment_id)


@commitments.post("/commitments", response=writing(CommitmentOut, status=201), operation_id="create_commitment")
@needs(Act.WRITE_CUSTOMERS)
def create_commitment(request: KeyRequest, payload: CommitmentIn) -> object:
    """Add a commitment. Refused (409) when this kind and reference exist: change that one with PUT instead."""
    now = clock.now()
    commitment = Commitment(created_at=now)
    _write_commitment(commitment, payload, now)
    _audit(request, "commitment.create", commitment, now)
    return Status(201, commitment)


@commitments.put("/commitments/{commitment_id}", response=writing(CommitmentOut), operation_id="replace_commitment")
@needs(Act.WRITE_CUSTOMERS)
def replace_commitment(request: KeyRequest, commitment_id: Key, payload: CommitmentIn) -> object:
    """Write what the records say of a commitment now; a later expected date is foreseen trouble."""
    now = clock.now()
    commitment = get_object_or_404(Commitment, pk=commitment_id)
    _write_commitment(commitment, payload, now)
    _audit(request, "commitment.change", commitment, now)
    return commitment


def _write_commitment(commitment: Commitment, payload: CommitmentIn, now: datetime) -> None:
    commitment.customer = _customer_of(payload)
    for name in (
        "kind", "reference", "title", "promised_on", "promised_at", "expected_on", "expected_at", "state", "attributes"
    ):  # fmt: skip
        setattr(commitment, name, getattr(payload, name))
    commitment.updated_at = now
    try:
        with transaction.atomic():
            commitment.save()
    except IntegrityError:
        raise Refused(
            f"There is a commitment {payload.kind} {payload.reference!r} already.", where="reference"
        ) from None


def _customer_of(payload: CommitmentIn) -> Customer:
    chosen = {"pk": payload.customer_id} if payload.customer_id else {"external_id": payload.customer_external_id}
    customer = Customer.objects.present().filter(**chosen).first()
    if customer is None:
        where = "customer_id" if payload.customer_id else "customer_external_id"
        raise Refused("No customer has this key.", status=422, where=where)
    return customer
