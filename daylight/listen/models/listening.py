"""What listening leaves behind: what we understood, who heard it, and who we took the customer for."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from daylight.accounts.models import Member
from daylight.customers.models import Customer
from daylight.listen.models.conversation import Conversation
from daylight.listen.models.message import Message


class ReadBack(models.Model):
    """“So you say that …”: what we understood, in words that the customer confirms or puts right.

    It was sent (`message`) or read to them on the phone. `is_right` is their answer, with their words where they gave
    any; None while they have not answered.
    """

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="read_backs")
    text = models.TextField()
    made_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    is_right = models.BooleanField(null=True)
    their_words = models.CharField(max_length=1000, blank=True, default="")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(is_right__isnull=True, answered_at__isnull=True)
                | Q(is_right__isnull=False, answered_at__isnull=False),
                name="listen_read_back_answered",
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]


class Heard(models.Model):
    """Somebody read it, when, and what was done; `message` told the customer."""

    conversation = models.OneToOneField(Conversation, on_delete=models.CASCADE, related_name="heard")
    read_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    read_at = models.DateTimeField()
    done = models.CharField(max_length=1000)
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)

    def __str__(self) -> str:
        return self.done[:60]


class RecognitionChange(models.Model):
    """A member said who the customer is; what was held before is kept, so that it can be undone."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="recognition_changes")
    before = models.ForeignKey(Customer, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    before_by = models.CharField(max_length=10, choices=Conversation.Recognised.choices, blank=True, default="")
    before_why = models.CharField(max_length=300, blank=True, default="")
    before_confidence = models.PositiveSmallIntegerField(default=0)
    after = models.ForeignKey(Customer, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    made_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"


class Draft(models.Model):
    """What a member has written in answer and not sent."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="drafts")
    member = models.ForeignKey(Member, on_delete=models.CASCADE, related_name="+", db_index=False)
    text = models.TextField(blank=True, default="")
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "member"], name="listen_draft_once"),
        ]

    def __str__(self) -> str:
        return self.text[:60]
