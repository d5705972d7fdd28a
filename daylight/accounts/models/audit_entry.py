"""The audit trail: what people and programs did, append-only, each entry sealed with the one before it."""

from typing import Any, ClassVar, NoReturn, Self

from django.db import models

FIRST_HASH = "0" * 64
"""What stands before the first entry."""


class AppendOnly(Exception):
    """An audit entry is never changed and never removed: write another one."""


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    """Questions about the trail. Changing and removing are refused here, and again by the database."""

    def since(self, day: Any) -> Self:
        """Entries from that instant on."""
        return self.filter(at__gte=day)

    def acts(self) -> list[str]:
        """Every act that occurs, in order of the alphabet: what a filter may offer."""
        return list(self.order_by("act").values_list("act", flat=True).distinct())

    def update(self, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise AppendOnly

    def delete(self) -> NoReturn:
        """Refuse."""
        raise AppendOnly


class AuditEntry(models.Model):
    """One act: when, who, what, on what, with which details; chained by hash."""

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    actor = models.CharField(max_length=160)
    act = models.CharField(max_length=80)
    subject = models.CharField(max_length=160, blank=True, default="")
    details = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["act", "-number"], name="accounts_audit_act")]

    def __str__(self) -> str:
        return f"{self.number} {self.actor}: {self.act}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new entry; an existing one is refused."""
        if not kwargs.get("force_insert"):
            raise AppendOnly
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise AppendOnly


class AuditHead(models.Model):
    """The end of the chain: one row, locked while an entry is added, so that two never get one number.

    It also shows when entries were cut off at the end, which no chain can show of itself.
    """

    number = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default=FIRST_HASH)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(pk=1), name="accounts_one_audit_head")]

    def __str__(self) -> str:
        return f"audit trail up to {self.number}"
