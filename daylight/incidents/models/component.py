"""A part of what is offered, and who uses it."""

from typing import ClassVar, Self

from django.db import models

from daylight.customers.models import Customer
from daylight.incidents.words import ComponentState


class ComponentQuerySet(models.QuerySet["Component"]):
    """Questions about components."""

    def in_use(self) -> Self:
        """Components that have not been retired."""
        return self.filter(retired_at__isnull=True)


class Component(models.Model):
    """A part of what is offered that can work or fail: a service, a shop, a product line, a region."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    section = models.CharField(max_length=120, blank=True, default="")
    description = models.CharField(max_length=300, blank=True, default="")
    position = models.PositiveIntegerField(default=0)
    is_public = models.BooleanField(default=True)
    state = models.CharField(max_length=20, choices=ComponentState.choices, default=ComponentState.OPERATIONAL)
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
