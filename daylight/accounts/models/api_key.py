"""A key for programs."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from daylight.accounts.models.member import Member
from daylight.accounts.roles import Act


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    """Questions about keys."""

    def living(self, now: datetime) -> Self:
        """Keys that open something."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=now), revoked_at=None, made_by__is_active=True)


class ApiKey(models.Model):
    """Lets a program act within scopes, in the name of the member who made it. Only a hash is kept."""

    name = models.CharField(max_length=120)
    prefix = models.CharField(max_length=12, unique=True)
    token_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    made_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="api_keys")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = ApiKeyQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def actor(self) -> str:
        """How the audit trail names whoever uses the key."""
        return f"key {self.name}"

    @property
    def scope_labels(self) -> list[str]:
        """What the key may do, in words."""
        return [str(act.label) for act in Act if act.value in self.scopes]

    def may(self, act: Act) -> bool:
        """Whether the key's scopes allow `act`, and the roles of its maker still do."""
        return act.value in self.scopes and self.made_by.may(act)

    def revoke(self, *, at: datetime) -> None:
        """It opens nothing any more."""
        self.revoked_at = at
        self.save(update_fields=["revoked_at"])
