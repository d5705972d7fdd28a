"""What we said in a conversation, on its way to the customer."""

from typing import ClassVar, Self

from django.db import models

from daylight.core.due import DueQuerySet, DueRow, due_index
from daylight.listen.models.message import Message


class SendingQuerySet(DueQuerySet["Sending"]):
    """Questions about sendings."""

    def troubled(self) -> Self:
        """Those that a person must look at: refused, or begun by a worker that died."""
        return self.filter(state__in=[Sending.State.FAILED, Sending.State.IN_DOUBT])


class Sending(DueRow):
    """One message of ours and what became of it.

    Moves: queued → sent | failed | in_doubt; queued → by_hand when no way of ours leads to the customer. `begun_at` is
    written before the first byte goes out: a worker that died afterwards leaves it in doubt, and nobody gets the same
    answer twice without a person's will, unless the `journal` of that worker knows. `reference` is the far end's name
    for it.
    """

    class State(models.TextChoices):
        """Where it stands."""

        QUEUED = "queued", "On its way"
        SENT = "sent", "Sent"
        BY_HAND = "by_hand", "For you to pass on"
        IN_DOUBT = "in_doubt", "Not sure whether it left"
        FAILED = "failed", "Could not be sent"

    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="sending")
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    is_machine = models.BooleanField(default=False)
    channel = models.CharField(max_length=20, blank=True, default="")
    address = models.CharField(max_length=400, blank=True, default="")
    queued_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    journal = models.CharField(max_length=60, blank=True, default="")
    sent_at = models.DateTimeField(null=True)
    reference = models.CharField(max_length=200, blank=True, default="")
    failure = models.CharField(max_length=400, blank=True, default="")

    objects: ClassVar = SendingQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state="queued") | models.Q(due_at__isnull=True), name="listen_sending_ends"
            )
        ]
        indexes: ClassVar = [
            due_index("listen_sending_due"),
            models.Index(
                fields=["queued_at"],
                name="listen_sending_troubled",
                condition=models.Q(state__in=["failed", "in_doubt"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()}: {self.message}"
