"""The links that a customer was given stop working."""

from typing import ClassVar

from django.db import models

from daylight.customers.models import Customer


class LinksEnded(models.Model):
    """Every link that a customer held until then opens nothing any more: when, by whom, why.

    Links made later carry how often that happened, and work. The link that stops messages always works.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="links_ended")
    ended_at = models.DateTimeField()
    ended_by = models.CharField(max_length=200)
    because = models.CharField(max_length=300)

    objects: ClassVar = models.Manager["LinksEnded"]()

    class Meta:
        ordering: ClassVar = ["ended_at", "pk"]

    def __str__(self) -> str:
        return f"links of {self.customer} ended"
