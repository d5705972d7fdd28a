"""A pack that applies to an incident."""

from typing import ClassVar, Self

from django.db import models

from daylight.accounts.models import Member
from daylight.incidents.models import Incident


class RegimeQuerySet(models.QuerySet["Regime"]):
    """Questions about regimes."""

    def standing(self) -> Self:
        """Those that apply now."""
        return self.filter(dropped_at__isnull=True)


class Regime(models.Model):
    """A pack that applies to an incident, by the answers or because a member said so, until dropped with a reason.

    `title` is kept, because a firm may take its own pack away; `variants` are the places chosen, such as states.
    `looked_at` is when its clocks were last brought up to date by the loop after its incident was closed.
    """

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="regimes")
    pack = models.CharField(max_length=80)
    title = models.CharField(max_length=200)
    is_by_hand = models.BooleanField(default=False)
    variants = models.JSONField(default=list, blank=True)
    checked_on = models.DateField()
    applied_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    applied_at = models.DateTimeField()
    dropped_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    dropped_at = models.DateTimeField(null=True)
    dropped_because = models.TextField(blank=True, default="")
    looked_at = models.DateTimeField(null=True)

    objects: ClassVar = RegimeQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["incident", "pack"],
                condition=models.Q(dropped_at__isnull=True),
                name="regimes_pack_applies_once",
            ),
            models.CheckConstraint(
                condition=models.Q(dropped_at__isnull=True, dropped_by__isnull=True)
                | models.Q(dropped_at__isnull=False, dropped_by__isnull=False),
                name="regimes_dropped_by_a_member",
            ),
        ]

    def __str__(self) -> str:
        return self.title
