"""Replies that were written once."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from daylight.accounts.models import Member
from daylight.core.public_ids import new_public_id
from daylight.incidents.models import Incident
from daylight.listen.models.conversation import Conversation
from daylight.listen.models.message import Message


class QuestionCardQuerySet(models.QuerySet["QuestionCard"]):
    """Questions about cards."""

    def in_use(self) -> Self:
        """Cards that were not put away."""
        return self.filter(retired_at__isnull=True)

    def offered(self, conversation: Conversation) -> Self:
        """Those that fit: of every incident or of its own; its own first, then those used most."""
        rows = self.in_use().filter(Q(incident__isnull=True) | Q(incident=conversation.incident_id))
        return rows.order_by(models.F("incident").asc(nulls_last=True), "-used", "question")


class QuestionCard(models.Model):
    """What we answer to a question that comes again: Liquid, filled with the incident's facts as they are now.

    `shortcut` is what an agent types to find it. A card of an incident is offered in its conversations alone.
    """

    class Purpose(models.TextChoices):
        """What a card is for."""

        ANSWER = "answer", "Answers a question"
        CALM = "calm", "Calms a heated conversation"
        HELP = "help", "Helps after the customer's own mistake"
        THANKS = "thanks", "Thanks for an idea or for venting"

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    shortcut = models.SlugField(max_length=40, unique=True)
    question = models.CharField(max_length=200)
    text = models.TextField()
    purpose = models.CharField(max_length=8, choices=Purpose.choices, default=Purpose.ANSWER)
    language = models.CharField(max_length=12, blank=True, default="")
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, null=True, related_name="cards")
    used = models.PositiveIntegerField(default=0)
    changed_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    changed_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    objects: ClassVar = QuestionCardQuerySet.as_manager()

    def __str__(self) -> str:
        return self.question


class CardVersion(models.Model):
    """A card as it once was; each save is one."""

    card = models.ForeignKey(QuestionCard, on_delete=models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    question = models.CharField(max_length=200)
    text = models.TextField()
    made_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["card", "number"], name="listen_card_version_once")]

    def __str__(self) -> str:
        return f"{self.question} ({self.number})"


class CardUse(models.Model):
    """A card was used in an answer; `incident` is what the conversation was about then."""

    card = models.ForeignKey(QuestionCard, on_delete=models.CASCADE, related_name="uses", db_index=False)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="card_uses")
    incident = models.ForeignKey(Incident, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    used_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["incident", "card", "used_at"], name="listen_card_use"),
            models.Index(fields=["card"], name="listen_card_use_card"),
        ]

    def __str__(self) -> str:
        return f"{self.card} {self.used_at:%H:%M}"
