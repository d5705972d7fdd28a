"""What readers write back."""

from typing import ClassVar, Self

from django.db import models

from daylight.core.due import DueQuerySet, DueRow, due_index
from daylight.customers.models import ContactPoint, Customer
from daylight.incidents.models import Incident
from daylight.reach.models.provider import Provider


class ReplyQuerySet(DueQuerySet["Reply"]):
    """Questions about replies."""

    def of_customer(self, customer: Customer) -> Self:
        """What came from the contact points of a customer, latest first."""
        return self.filter(contact_point__customer=customer).order_by("-said_at", "-pk")

    def for_a_person(self) -> Self:
        """Words that nobody has taken over yet who answers them."""
        return self.filter(meaning=Reply.Meaning.WORDS, handed_on_at__isnull=True)

    def about(self, incident: Incident) -> Self:
        """What came in answer to the notices of an incident, latest first."""
        return self.filter(incident=incident).order_by("-said_at", "-pk")


class Reply(DueRow):
    """One thing that a reader wrote back, at which contact point, and what we took it for.

    `incident` is the one that they were last told of there. It is due while we owe a word in return, which is only
    after a stop or a start that changed something. Words for a person are handed on to whoever answers customers.
    """

    class Meaning(models.TextChoices):
        """What we took it for."""

        STOP = "stop", "Stop writing to me"
        START = "start", "Write to me again"
        SEEN = "seen", "I have seen this"
        WORDS = "words", "Words for a person to read"

    provider = models.ForeignKey(Provider, on_delete=models.SET_NULL, null=True, related_name="replies")
    channel = models.CharField(max_length=20)
    address = models.CharField(max_length=400)
    contact_point = models.ForeignKey(ContactPoint, on_delete=models.CASCADE, null=True, related_name="replies")
    incident = models.ForeignKey(Incident, on_delete=models.SET_NULL, null=True, related_name="replies")
    message_id = models.CharField(max_length=200)
    text = models.TextField()
    meaning = models.CharField(max_length=8, choices=Meaning.choices)
    said_at = models.DateTimeField()
    received_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    handed_on_at = models.DateTimeField(null=True)

    objects: ClassVar = ReplyQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["provider", "message_id"], name="reach_reply_once")]
        indexes: ClassVar = [
            due_index("reach_reply_due"),
            models.Index(
                fields=["id"],
                name="reach_reply_for_a_person",
                condition=models.Q(meaning="words", handed_on_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.address}: {self.text[:40]}"
