"""One thing said in a conversation."""

import secrets
from typing import ClassVar, Self

from django.db import models

from daylight.accounts.models import Member
from daylight.listen.models.conversation import SPEAK_UP, Conversation, MayRead, reads_all

OURS = "out-"
"""How the names of messages begin that went out from here."""


class MessageQuerySet(models.QuerySet["Message"]):
    """Questions about messages."""

    def heard(self) -> Self:
        """What customers said themselves: no notes, no answers, no spam, nothing of machines or of our own people."""
        rows = self.filter(direction=Message.Direction.IN, nature=Conversation.Nature.WORDS)
        return rows.exclude(source=SPEAK_UP)

    def visible_to(self, who: MayRead) -> Self:
        """Those of the conversations that somebody may read."""
        return self if reads_all(who) else self.exclude(conversation__source=SPEAK_UP)


class Message(models.Model):
    """One thing said: by the customer (in), by us (out), or among ourselves (note).

    `external_id` is its name at its source, or ours on the wire; unique there, so that what comes twice is kept once.
    `said_at` is when it was said, `received_at` when we heard. `author` is the member who wrote it, or wrote it down.
    """

    class Direction(models.TextChoices):
        """From whom to whom."""

        IN = "in", "From the customer"
        OUT = "out", "From us"
        NOTE = "note", "Among ourselves"

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages", db_index=False)
    direction = models.CharField(max_length=4, choices=Direction.choices)
    source = models.CharField(max_length=20)
    external_id = models.CharField(max_length=200)
    text = models.TextField()
    nature = models.CharField(max_length=10, choices=Conversation.Nature.choices, default=Conversation.Nature.WORDS)
    is_chaser = models.BooleanField(default=False)
    author = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    said_at = models.DateTimeField()
    received_at = models.DateTimeField()

    objects: ClassVar = MessageQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "external_id"], name="listen_message_once"),
            models.CheckConstraint(
                condition=models.Q(direction="in") | models.Q(is_chaser=False), name="listen_only_customers_chase"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["conversation", "said_at", "id"], name="listen_message_order"),
            models.Index(fields=["received_at"], name="listen_message_chasers", condition=models.Q(is_chaser=True)),
            models.Index(
                fields=["author", "said_at"], name="listen_message_answers", condition=models.Q(direction="out")
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    @staticmethod
    def new_name(kind: str) -> str:
        """A name of our own for what begins here, such as a note."""
        return f"{kind}-{secrets.token_hex(12)}"
