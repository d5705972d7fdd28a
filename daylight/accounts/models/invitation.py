"""An invitation to join the crew."""

from datetime import datetime
from typing import Self

from django.db import models

from daylight.accounts.models.member import Member
from daylight.accounts.roles import Role


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Questions about invitations."""

    def pending(self) -> Self:
        """Neither accepted nor withdrawn; their time may have passed."""
        return self.filter(accepted_at=None, withdrawn_at=None)

    def open(self, now: datetime) -> Self:
        """Those that can be accepted now."""
        return self.pending().filter(expires_at__gt=now)


class Invitation(models.Model):
    """Somebody asked to join with given roles, until a time; accepted once."""

    email = models.EmailField()
    name = models.CharField(max_length=120, blank=True, default="")
    roles = models.JSONField(default=list)
    invited_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    token_hash = models.CharField(max_length=64, unique=True)
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    def __str__(self) -> str:
        return self.email

    @property
    def roles_in_words(self) -> str:
        """The roles as a list for people, in the order of the role table."""
        return ", ".join(str(role.label) for role in Role if role.value in self.roles)
