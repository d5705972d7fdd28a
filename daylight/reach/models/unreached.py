"""Whom a notice could not reach."""

from typing import ClassVar

from django.db import models

from daylight.customers.models import Customer
from daylight.reach.models.notice import Notice


class Unreached(models.Model):
    """An affected customer for whom a notice, when its deliveries were written, found no contact point to use.

    What stopped each of their contact points stands in the ledger as a suppressed delivery, if there was any.
    """

    notice = models.ForeignKey(
        Notice, on_delete=models.CASCADE, related_name="unreached", db_index=False, db_constraint=False
    )
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, related_name="unreached_by", db_index=False, db_constraint=False
    )

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["notice", "customer"], name="reach_unreached_once")]

    def __str__(self) -> str:
        return f"{self.customer_id} by {self.notice_id}"
