"""What a set of messages is about, and how often each hour."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from daylight.accounts.models import Member
from daylight.core.due import DueQuerySet, DueRow, due_index
from daylight.core.public_ids import new_public_id
from daylight.customers.models import Group
from daylight.incidents.models import Incident
from daylight.listen.models import Message
from daylight.watch.words import SignalStage, TopicKind


class TopicQuerySet(DueQuerySet["Topic"]):
    """Questions about topics."""

    def standing(self) -> Self:
        """Those that were not merged into another."""
        return self.filter(merged_into__isnull=True)

    def heard(self, now: datetime) -> Self:
        """Those that may alarm: neither merged away nor muted."""
        return self.standing().filter(Q(muted_until__isnull=True) | Q(muted_until__lte=now))

    def about(self, facets: dict[str, str]) -> Self:
        """Topics of facets that say the same as `facets` or more."""
        said = {name: value for name, value in facets.items() if value}
        return self.filter(kind=TopicKind.FACETS, **said)


class Topic(DueRow):
    """What messages are about. `key` names it for the machine, `name` for people.

    Facets are the sources' own terms; what is empty is not narrowed down. `memory` is what the detector keeps between
    two looks. A topic is due when it has been touched and must be scored.
    """

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    kind = models.CharField(max_length=12, choices=TopicKind.choices)
    key = models.CharField(max_length=200, unique=True)
    name = models.CharField(max_length=160)
    named_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    category = models.CharField(max_length=200, blank=True, default="")
    product = models.CharField(max_length=200, blank=True, default="")
    region = models.CharField(max_length=200, blank=True, default="")
    group = models.ForeignKey(Group, on_delete=models.CASCADE, null=True, related_name="+")
    merged_into = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="merged")
    memory = models.JSONField(default=dict)
    stage = models.CharField(max_length=8, choices=SignalStage.choices, blank=True, default="")
    score = models.FloatField(default=0)
    expected = models.FloatField(default=0)
    scored_at = models.DateTimeField(null=True)
    muted_until = models.DateTimeField(null=True)
    muted_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    made_at = models.DateTimeField(db_default=Now())
    first_said_at = models.DateTimeField()
    last_said_at = models.DateTimeField()
    messages = models.PositiveIntegerField(default=0)

    objects: ClassVar = TopicQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            due_index("watch_topic_due"),
            models.Index(fields=["category", "product", "region"], name="watch_topic_facets"),
            models.Index(fields=["kind", "-last_said_at"], name="watch_topic_lately"),
            models.Index(fields=["-messages", "id"], name="watch_topic_largest"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def facets(self) -> dict[str, str]:
        """The facets that narrow it down."""
        every = {"category": self.category, "product": self.product, "region": self.region}
        return {name: value for name, value in every.items() if value}

    def is_muted(self, now: datetime) -> bool:
        """Whether nobody wants to hear of it now."""
        return self.muted_until is not None and self.muted_until > now


class TopicDay(models.Model):
    """How often a topic came up on one day (UTC) by the time at which it was said, not heard.

    `hours` are the different writers who first spoke of it in each hour: a writer counts once within 24 hours, however
    often they write. `messages` are all of them, `upset` those of the writers whose words sound upset.
    `reach` is how many people may have read what was said in public.
    """

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="days", db_index=False)
    day = models.DateField()
    hours = models.JSONField()
    writers = models.PositiveIntegerField(default=0)
    messages = models.PositiveIntegerField(default=0)
    upset = models.PositiveIntegerField(default=0)
    reach = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["topic", "day"], name="watch_topic_day_once")]

    def __str__(self) -> str:
        return f"{self.topic_id} on {self.day}"


class MessageTopic(models.Model):
    """A message is about a topic. Only the narrowest topic of facets is kept; wider ones follow from it."""

    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="placed", db_index=False)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="+", db_index=False)
    said_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "topic"], name="watch_message_topic_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["topic", "-said_at"], name="watch_message_topic_newest")]

    def __str__(self) -> str:
        return f"{self.message_id} about {self.topic_id}"


class IncidentTopic(models.Model):
    """A topic belongs to an incident: while that goes on, what is said of it is shown there and alarms nobody."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="topics")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="incidents")
    linked_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    linked_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["incident", "topic"], name="watch_incident_topic_once")
        ]

    def __str__(self) -> str:
        return f"{self.topic_id} is {self.incident_id}"
