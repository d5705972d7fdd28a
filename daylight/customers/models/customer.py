"""Whom something was promised to."""

from typing import ClassVar

from django.db import models


class Group(models.Model):
    """A company or account that several customers belong to."""

    name = models.CharField(max_length=200)
    external_id = models.CharField(max_length=120, null=True, unique=True)

    def __str__(self) -> str:
        return self.name


class Customer(models.Model):
    """A person or organisation to whom something was promised.

    `external_id` is the key in the firm's own records and unique when given; there is no other key, least of all
    an address. `attributes` are plain facts from those records ("plan": "gold"), by which a register can choose.
    """

    external_id = models.CharField(max_length=120, null=True, unique=True)
    name = models.CharField(max_length=200)
    group = models.ForeignKey(Group, on_delete=models.SET_NULL, null=True, related_name="customers")
    language = models.CharField(max_length=12, blank=True, default="")
    time_zone = models.CharField(max_length=60, blank=True, default="")
    attributes = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["name"], name="customers_customer_name")]

    def __str__(self) -> str:
        return self.name
