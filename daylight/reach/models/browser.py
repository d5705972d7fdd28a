"""Browsers that asked to be told."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from daylight.core.due import DueQuerySet, DueRow, due_index
from daylight.core.secrets import SealedField
from daylight.customers.models import ContactPoint
from daylight.incidents.models import Incident


class Browser(models.Model):
    """What a browser handed out that a customer made a contact point: where it listens, and its keys."""

    contact_point = models.OneToOneField(ContactPoint, on_delete=models.CASCADE, related_name="browser")
    subscription = SealedField()

    def __str__(self) -> str:
        return self.contact_point.address


class Watcher(DueRow):
    """A browser that asked on a public page to be told, of one incident or of all; nobody knows whose it is.

    It is no customer and stands in no register and no ledger: it hears what the status page says to everybody.
    Updates published after `told_until` are still to be told. `name` is made of what the browser handed out.
    """

    name = models.CharField(max_length=24)
    subscription = SealedField()
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, null=True, related_name="+")
    language = models.CharField(max_length=12, blank=True, default="")
    since = models.DateTimeField()
    told_until = models.DateTimeField()

    objects: Any = DueQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [due_index("reach_watcher_due")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["name", "incident"], condition=Q(incident__isnull=False), name="reach_watcher_once"
            ),
            models.UniqueConstraint(
                fields=["name"], condition=Q(incident__isnull=True), name="reach_watcher_of_all_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name
