"""The firm's customers, and its own record of who was told."""

from typing import ClassVar

from django.db import models


class Customer(models.Model):
    """Somebody to be told."""

    name = models.CharField(max_length=200)
    email = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One customer told, or to be told."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE)
    state = models.CharField(max_length=12, default="queued")
    accepted_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=300, default="")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["customer"], name="firm_delivery_once")]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.state}"
