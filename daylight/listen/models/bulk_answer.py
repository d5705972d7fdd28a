"""One answer to many."""

from typing import ClassVar

from django.db import models

from daylight.accounts.models import Member
from daylight.core.due import DueQuerySet, DueRow, due_index
from daylight.core.public_ids import new_public_id
from daylight.incidents.models import Incident
from daylight.listen.models.card import QuestionCard
from daylight.listen.models.conversation import Conversation


class BulkAnswer(DueRow):
    """One text to all open conversations of an incident, or to those chosen; worked through in stretches.

    `reached` is the conversation that was answered last: those after it still wait.
    """

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    text = models.TextField()
    card = models.ForeignKey(QuestionCard, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    incident = models.ForeignKey(Incident, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    chosen = models.ManyToManyField(Conversation, related_name="+")
    made_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    made_at = models.DateTimeField()
    reached = models.BigIntegerField(default=0)
    answered = models.PositiveIntegerField(default=0)
    closes = models.BooleanField(default=False)

    objects: ClassVar = DueQuerySet["BulkAnswer"].as_manager()

    class Meta:
        indexes: ClassVar = [due_index("listen_bulk_answer_due")]

    def __str__(self) -> str:
        return self.text[:60]
