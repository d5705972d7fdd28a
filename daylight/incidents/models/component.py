"""A part of what is offered, and who uses it."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Max
from django.db.models.functions import Now
from django.utils.text import slugify

from daylight.core.public_ids import new_public_id
from daylight.customers.models import Customer
from daylight.incidents.words import ComponentState


class SectionQuerySet(models.QuerySet["Section"]):
    """Questions about sections."""

    def named(self, name: str) -> "Section | None":
        """The section of this name, made and put last if there is none; None for no name."""
        name = name.strip()
        if not name:
            return None
        last: int | None = self.aggregate(last=Max("position"))["last"]
        return self.get_or_create(name=name, defaults={"position": (last or 0) + 1})[0]


class Section(models.Model):
    """A heading under which components stand on the status page."""

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    name = models.CharField(max_length=120, unique=True)
    description = models.CharField(max_length=300, blank=True, default="")
    position = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_at = models.DateTimeField(db_default=Now(), editable=False)

    objects: ClassVar = SectionQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class ComponentQuerySet(models.QuerySet["Component"]):
    """Questions about components."""

    def in_use(self) -> Self:
        """Components that have not been retired."""
        return self.filter(retired_at__isnull=True)

    def as_shown(self) -> Self:
        """In the order in which people read them: those without a section, then section by section."""
        return self.select_related("section").order_by(
            F("section__position").asc(nulls_first=True), "section__name", "position", "name", "pk"
        )

    def free_key(self, name: str) -> str:
        """A key made of `name` that no component has."""
        base = slugify(name)[:50] or "component"
        taken = set(self.filter(key__startswith=base).values_list("key", flat=True))
        every = (base, *(f"{base}-{number}" for number in range(2, len(taken) + 3)))
        return next(key for key in every if key not in taken)

    def write_state(self, state: str, *, at: datetime) -> None:
        """Set the state of each; those that have it already count as unchanged."""
        self.exclude(state=state).update(state=state, changed_at=at)


class Component(models.Model):
    """A part of what is offered that can work or fail: a service, a shop, a product line, a region.

    `key` is its name in files and for our own programs, `public_id` its name in what the world reads. `changed_at`
    is when its state or what is said of it last changed.
    """

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    section = models.ForeignKey(Section, on_delete=models.SET_NULL, null=True, blank=True, related_name="components")
    description = models.CharField(max_length=300, blank=True, default="")
    position = models.PositiveIntegerField(default=0)
    is_public = models.BooleanField(default=True)
    state = models.CharField(max_length=20, choices=ComponentState.choices, default=ComponentState.OPERATIONAL)
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_at = models.DateTimeField(db_default=Now(), editable=False)
    retired_at = models.DateTimeField(null=True)

    objects: ClassVar = ComponentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class ComponentUse(models.Model):
    """A customer uses a component; from the firm's own records."""

    component = models.ForeignKey(Component, on_delete=models.CASCADE, related_name="uses")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="component_uses")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["component", "customer"], name="incidents_component_use_once")
        ]

    def __str__(self) -> str:
        return f"{self.customer} uses {self.component}"


class UsesRead(models.Model):
    """One row: up to which import, and up to which component, customers' records were read for what they use."""

    imported_at = models.DateTimeField(null=True)
    newest_component = models.BigIntegerField(default=0)
    read_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"read {self.read_at:%Y-%m-%d %H:%M} UTC"
