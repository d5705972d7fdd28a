"""What we owe to a conversation about an incident: that we have it, every word on the matter, and an end."""

from typing import ClassVar, Self

from django.db import models

from daylight.accounts.models import Member
from daylight.core.due import DueQuerySet, DueRow, due_index
from daylight.customers.models import Customer
from daylight.incidents.models import Incident, Promise, Update
from daylight.listen.models.conversation import Conversation
from daylight.listen.models.message import Message


class IncidentSuggestionQuerySet(models.QuerySet["IncidentSuggestion"]):
    """Questions about suggestions."""

    def waiting(self) -> Self:
        """Those that somebody should answer: both the conversation and the incident go on, and nothing links them."""
        return self.filter(
            answered_at__isnull=True,
            conversation__closed_at__isnull=True,
            conversation__incident__isnull=True,
            incident__closed_at__isnull=True,
            incident__is_exercise=False,
        )


class IncidentSuggestion(models.Model):
    """An open incident that a conversation may be about, and why we think so; a person says whether it is."""

    conversation = models.OneToOneField(Conversation, on_delete=models.CASCADE, related_name="suggestion")
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="+")
    why = models.CharField(max_length=300)
    made_at = models.DateTimeField()
    answered_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    is_right = models.BooleanField(null=True)

    objects: ClassVar = IncidentSuggestionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(answered_at__isnull=True, is_right__isnull=True)
                | models.Q(answered_at__isnull=False, is_right__isnull=False),
                name="listen_suggestion_answered_whole",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["-id"], name="listen_suggestion_waiting", condition=models.Q(answered_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"{self.conversation}: {self.incident}?"


class Acknowledgement(DueRow):
    """The first answer to a conversation, at most one: we have it, and what we know. Due until it is said.

    `said` is the message that went out; where none did, `withheld` says why.
    """

    conversation = models.OneToOneField(Conversation, on_delete=models.CASCADE, related_name="acknowledgement")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+")
    said = models.OneToOneField(Message, on_delete=models.SET_NULL, null=True, related_name="+")
    update = models.ForeignKey(Update, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    said_at = models.DateTimeField(null=True)
    withheld = models.CharField(max_length=200, blank=True, default="")

    objects: ClassVar = DueQuerySet["Acknowledgement"].as_manager()

    class Meta:
        indexes: ClassVar = [due_index("listen_acknowledgement_due")]

    def __str__(self) -> str:
        return f"acknowledgement to {self.conversation}"


class UpdateRound(DueRow):
    """One published update on its way into the conversations about its incident; due until all have been gone through.

    `gone_through` is the last conversation that was, so that a worker that dies is continued and nobody told twice.
    """

    update = models.OneToOneField(Update, on_delete=models.CASCADE, related_name="conversation_round")
    made_at = models.DateTimeField()
    gone_through = models.BigIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    objects: ClassVar = DueQuerySet["UpdateRound"].as_manager()

    class Meta:
        indexes: ClassVar = [due_index("listen_update_round_due")]

    def __str__(self) -> str:
        return f"{self.update} into conversations"


class UpdateTold(models.Model):
    """One conversation was told of one update: in the conversation itself, or by a delivery to the same address."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="updates_told")
    update = models.ForeignKey(Update, on_delete=models.CASCADE, related_name="+")
    message = models.OneToOneField(Message, on_delete=models.CASCADE, null=True, related_name="+")
    elsewhere = models.CharField(max_length=200, blank=True, default="")
    told_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "update"], name="listen_update_told_once"),
            models.CheckConstraint(
                condition=models.Q(message__isnull=False, elsewhere="")
                | (models.Q(message__isnull=True) & ~models.Q(elsewhere="")),
                name="listen_update_told_one_way",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.update} told to {self.conversation}"


class FixedQuestion(models.Model):
    """The last word of an incident asked "is it fixed for you?", and what the customer said."""

    class How(models.TextChoices):
        """By which way the customer said it."""

        LINK = "link", "By the page behind the link"
        REPLY = "reply", "By an answer"

    conversation = models.OneToOneField(Conversation, on_delete=models.CASCADE, related_name="fixed_question")
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    is_fixed = models.BooleanField(null=True)
    answered_at = models.DateTimeField(null=True)
    how = models.CharField(max_length=6, choices=How.choices, blank=True, default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["answered_at"], name="listen_not_fixed", condition=models.Q(is_fixed=False))
        ]

    def __str__(self) -> str:
        return f"fixed? {self.conversation}"


class ChaserQuerySet(models.QuerySet["Chaser"]):
    """Questions about chasers."""

    def unmended(self) -> Self:
        """Those whose writer has not had a personal word since."""
        return self.filter(mended_at__isnull=True)

    def of(self, incident: Incident) -> Self:
        """Those that were counted against an incident."""
        return self.filter(incident=incident)


class Chaser(models.Model):
    """A message that asked for news of an open incident: one is a failure of ours.

    `promise` is the time that we had let pass, `update` the last word that the writer could have had. It is mended by
    a personal word: `mended_by` wrote or called, `mended_how` says what they did.
    """

    message = models.OneToOneField(Message, on_delete=models.CASCADE, related_name="chaser")
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="chasers")
    customer = models.ForeignKey(Customer, on_delete=models.SET_NULL, null=True, related_name="+")
    promise = models.ForeignKey(Promise, on_delete=models.SET_NULL, null=True, related_name="+")
    update = models.ForeignKey(Update, on_delete=models.SET_NULL, null=True, related_name="+")
    because = models.CharField(max_length=200, blank=True, default="")
    counted_at = models.DateTimeField()
    mended_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+")
    mended_at = models.DateTimeField(null=True)
    mended_how = models.CharField(max_length=300, blank=True, default="")

    objects: ClassVar = ChaserQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["counted_at", "pk"]
        indexes: ClassVar = [
            models.Index(
                fields=["counted_at"], name="listen_chaser_unmended", condition=models.Q(mended_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.message} on {self.incident}"

    @property
    def what_was_missing(self) -> str:
        """What the writer should have had from us."""
        if self.promise is not None:
            return f"The word promised for {self.promise.promised_for:%d.%m. %H:%M} UTC did not come in time."
        if self.update is None:
            return "Nothing had been said about this incident yet."
        return f"Our last word was update {self.update.number}; this customer was left without it, or with too little."
