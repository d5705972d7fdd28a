"""The secret with which the firm's own server says to our banner who is looking."""

import secrets
from datetime import datetime, timedelta
from typing import ClassVar, Self, cast

from django.db import models, transaction

from daylight.accounts.models import Member
from daylight.core.secrets import SealedField

OVERLAP = timedelta(days=1)
"""How long the secret before goes on being taken, so that servers can be told the new one without a gap."""


class BannerSecretQuerySet(models.QuerySet["BannerSecret"]):
    """Questions about secrets."""

    def standing(self, at: datetime) -> Self:
        """Secrets that are taken at that time, the newest first."""
        return self.filter(models.Q(ends_at__isnull=True) | models.Q(ends_at__gt=at)).order_by("-pk")


class BannerSecret(models.Model):
    """A secret shared with the firm's own servers; `ends_at` is set when a newer one takes its place."""

    secret = cast("str", SealedField())
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    ends_at = models.DateTimeField(null=True)

    objects: ClassVar = BannerSecretQuerySet.as_manager()

    def __str__(self) -> str:
        return f"made {self.made_at:%Y-%m-%d}"

    @classmethod
    @transaction.atomic
    def renew(cls, *, by: Member, at: datetime) -> Self:
        """Make a new secret; the one before is taken for a day more."""
        cls.objects.filter(ends_at__isnull=True).update(ends_at=at + OVERLAP)
        return cls.objects.create(secret=f"banner_{secrets.token_urlsafe(32)}", made_at=at, made_by=by)
