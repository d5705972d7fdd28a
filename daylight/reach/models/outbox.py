"""Mail that went to the built-in outbox and not to the world."""

from typing import ClassVar, Self

from django.db import models
from django.db.models.functions import Lower

from daylight.accounts.models import Invitation, Member
from daylight.accounts.roles import Act


class OutboxMessageQuerySet(models.QuerySet["OutboxMessage"]):
    """Questions about the outbox."""

    def for_member(self, member: Member) -> Self:
        """What this member may read.

        Letters to the crew hold links that open an account (a new password, an invitation): they are for whom they
        were written to, and for those who manage the members anyway.
        """
        if member.may(Act.MANAGE_MEMBERS):
            return self
        crew = [*Member.objects.values_list("email", flat=True), *Invitation.objects.values_list("email", flat=True)]
        of_others = {address.lower() for address in crew} - {member.email.lower()}
        return self.annotate(recipient_lower=Lower("recipient")).exclude(recipient_lower__in=of_others)


class OutboxMessage(models.Model):
    """One message as it came over the wire, kept for the crew to read while no mail server is connected."""

    received_at = models.DateTimeField()
    sender = models.CharField(max_length=400)
    recipient = models.CharField(max_length=400)
    subject = models.CharField(max_length=400, blank=True, default="")
    raw = models.BinaryField()

    objects: ClassVar = OutboxMessageQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["recipient"], name="reach_outbox_recipient")]

    def __str__(self) -> str:
        return f"{self.subject} to {self.recipient}"
