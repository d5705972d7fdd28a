"""An invitation to join the crew."""

from django.db import models

from daylight.accounts.models.member import Member


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

    def __str__(self) -> str:
        return self.email
