"""A call that a member is writing down."""

from datetime import timedelta
from typing import ClassVar

from django.db import models

from daylight.accounts.models import Member
from daylight.core.public_ids import new_public_id
from daylight.customers.models import Customer

KEPT_FOR = timedelta(days=30)
"""A draft that lies for so long is no call that somebody writes down."""


class CallDraft(models.Model):
    """What was typed of a call so far; gone once it is a message. `started_at` is when the form was opened.

    `customer` is who speaks, as far as that was chosen or the number says it: by it a draft is told with, and forgotten
    with, what we keep about a person. Whatever nobody touches for `KEPT_FOR` is thrown away.
    """

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="call_drafts")
    customer = models.ForeignKey(
        Customer, on_delete=models.SET_NULL, null=True, related_name="call_drafts", db_index=False
    )
    fields = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-changed_at"]

    def __str__(self) -> str:
        return str(self.fields.get("words", ""))[:60]
