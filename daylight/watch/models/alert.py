"""Machines and suppliers that tell of trouble, and what they told."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models, transaction
from django.db.models import Q

from daylight.core.due import DueQuerySet, due_index
from daylight.incidents.models import Component
from daylight.listen.models import FarEnd
from daylight.watch.models.signal import Signal
from daylight.watch.words import Severity


class Monitor(FarEnd):
    """A far end that tells of alerts: a monitoring system that posts to us, or a supplier's page that we ask.

    `components` are those of ours that depend on a supplier.
    """

    purpose = "alerts"

    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=120, unique=True)
    components = models.ManyToManyField(Component, related_name="+", blank=True)

    objects: ClassVar = DueQuerySet["Monitor"].as_manager()

    class Meta:
        indexes: ClassVar = [due_index("watch_monitor_due")]

    @property
    def of_kind(self) -> str:
        """The name of its kind."""
        return self.kind

    @transaction.atomic
    def switch(self, *, is_on: bool, is_asked: bool, at: datetime) -> None:
        """Hear it again, or no longer; then what it said last is over, because nobody would say so."""
        super().switch(is_on=is_on, is_asked=is_asked, at=at)
        if not is_on:
            Alert.objects.firing().filter(monitor=self).update(ended_at=at)


class AlertQuerySet(models.QuerySet["Alert"]):
    """Questions about alerts."""

    def firing(self) -> Self:
        """Those that are not over."""
        return self.filter(ended_at__isnull=True)

    def since(self, moment: datetime) -> Self:
        """Those that were not over by then."""
        return self.filter(Q(ended_at__isnull=True) | Q(ended_at__gte=moment))


class Alert(models.Model):
    """Something is wrong, says a monitor; one row from its beginning to its end.

    What ends and begins again soon is the same alert, and `times` counts how often it began. `heard_at` is when it was
    last said to go on. `components` are where it is, as far as we know; `signal` is the one that it opened or joined.
    """

    monitor = models.ForeignKey(Monitor, on_delete=models.CASCADE, related_name="alerts", db_index=False)
    fingerprint = models.CharField(max_length=200)
    title = models.CharField(max_length=300)
    text = models.CharField(max_length=1000, blank=True, default="")
    severity = models.CharField(max_length=8, choices=Severity.choices)
    labels = models.JSONField(default=dict)
    address = models.CharField(max_length=500, blank=True, default="")
    started_at = models.DateTimeField()
    began_at = models.DateTimeField()
    heard_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    times = models.PositiveIntegerField(default=1)
    components = models.ManyToManyField(Component, related_name="alerts")
    signal = models.ForeignKey(Signal, on_delete=models.SET_NULL, null=True, related_name="alerts")

    objects: ClassVar = AlertQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["monitor", "fingerprint"], condition=Q(ended_at__isnull=True), name="watch_alert_one_firing"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["monitor", "fingerprint", "-began_at"], name="watch_alert_known"),
            models.Index(fields=["-began_at", "-id"], name="watch_alert_newest"),
            models.Index(fields=["heard_at"], name="watch_alert_firing", condition=Q(ended_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_firing(self) -> bool:
        """Whether it is not over."""
        return self.ended_at is None


class LabelRule(models.Model):
    """What a label of a monitor's means here: alerts with this value are about this component.

    A `*` in the value stands for anything.
    """

    label = models.CharField(max_length=120)
    value = models.CharField(max_length=200)
    component = models.ForeignKey(Component, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["label", "value", "component"], name="watch_label_rule_once")
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.value}"
