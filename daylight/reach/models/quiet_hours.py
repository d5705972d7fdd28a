"""When a customer does not want to be rung."""

from typing import ClassVar

from django.db import models

from daylight.customers.models import Customer


class QuietHours(models.Model):
    """What a customer chose in place of the usual quiet hours, on the clock of their time zone.

    Equal times mean that nothing is quiet; with `always_tell` they are told at any hour.
    """

    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, related_name="quiet_hours")
    starts = models.TimeField()
    ends = models.TimeField()
    always_tell = models.BooleanField(default=False)
    chosen_at = models.DateTimeField()

    objects: ClassVar = models.Manager["QuietHours"]()

    def __str__(self) -> str:
        return f"{self.customer}: {self.starts:%H:%M} to {self.ends:%H:%M}"
