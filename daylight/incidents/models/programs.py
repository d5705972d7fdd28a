"""What programs that declare incidents leave with us: facts of their own, and templates of what they say."""

from typing import ClassVar

from django.db import models

from daylight.core.public_ids import new_public_id
from daylight.incidents.models.component import Component
from daylight.incidents.models.incident import Incident
from daylight.incidents.models.update import Update
from daylight.incidents.words import Stage


class Carried(models.Model):
    """Facts of a program's own that we keep with an incident and hand back.

    On two of them we act: whether planned work begins and ends by itself (see `daylight.reach.statuspage.moving`).
    """

    incident = models.OneToOneField(Incident, on_delete=models.CASCADE, related_name="carried")
    facts = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"carried with {self.incident}"


class PageOnly(models.Model):
    """An update that stands on the pages and is sent to nobody, because its writer wished so."""

    update = models.OneToOneField(Update, on_delete=models.CASCADE, related_name="page_only")

    def __str__(self) -> str:
        return f"{self.update} on pages only"


class IncidentTemplate(models.Model):
    """Words and components with which an incident of a recurrent kind begins."""

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    name = models.CharField(max_length=120)
    title = models.CharField(max_length=160)
    body = models.TextField()
    group_id = models.CharField(max_length=40, blank=True, default="")
    stage = models.CharField(max_length=16, choices=Stage.choices, blank=True, default="")
    tells_customers = models.BooleanField(default=True)
    components = models.ManyToManyField(Component, related_name="+", blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["name", "pk"]

    def __str__(self) -> str:
        return self.name
