"""The audit trail: what people and programs did, append-only, each entry sealed with the one before it."""

from django.db import models


class AuditEntry(models.Model):
    """One act: when, who, what, on what, with which details; chained by hash."""

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=160)
    act = models.CharField(max_length=80)
    subject = models.CharField(max_length=160, blank=True, default="")
    details = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.number} {self.actor}: {self.act}"
