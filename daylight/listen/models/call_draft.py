"""A call that a member is writing down."""

from typing import ClassVar

from django.db import models

from daylight.accounts.models import Member
from daylight.core.public_ids import new_public_id


class CallDraft(models.Model):
    """What was typed of a call so far; gone once it is a message. `started_at` is when the form was opened."""

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="call_drafts")
    fields = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-changed_at"]

    def __str__(self) -> str:
        return str(self.fields.get("words", ""))[:60]
