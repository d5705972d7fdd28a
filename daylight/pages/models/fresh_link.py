"""Somebody whose link had run out asked for a fresh one."""

from typing import ClassVar

from django.db import models

from daylight.core.due import DueQuerySet, DueRow, due_index
from daylight.customers.models import ContactPoint
from daylight.reach.models import Notice


class FreshLink(DueRow):
    """A fresh link to a customer's own page, to be sent to the contact point where the old one went and nowhere else.

    It is due until it was sent, or cannot be.
    """

    contact_point = models.ForeignKey(ContactPoint, on_delete=models.CASCADE, related_name="fresh_links")
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    objects: ClassVar = DueQuerySet["FreshLink"].as_manager()

    class Meta:
        indexes: ClassVar = [
            due_index("pages_fresh_link_due"),
            models.Index(fields=["contact_point", "asked_at"], name="pages_fresh_link_asked"),
        ]

    def __str__(self) -> str:
        return f"a fresh link for {self.contact_point}"
