"""The thread with one customer, whatever the channel."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import ClassVar, Protocol, Self

from django.db import models
from django.db.models import F, Q

from daylight.accounts.models import Member
from daylight.accounts.roles import Act
from daylight.core.public_ids import new_public_id
from daylight.customers.models import Customer
from daylight.incidents.models import Incident
from daylight.listen.models.connection import Connection
from daylight.reach.models import Provider


class Queue(models.Model):
    """A line of conversations that several members work through, such as "Billing"."""

    name = models.CharField(max_length=60, unique=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


SPEAK_UP = "inside"
"""The source on which people of the firm say what they see, without their name."""


class MayRead(Protocol):
    """Somebody with rights: a member, or an API key, which has fewer than its maker."""

    def may(self, act: Act) -> bool:
        """Whether they may do this."""


def reads_all(who: MayRead) -> bool:
    """Whether they read what the firm's own people say on their line: those who lead and those who review do."""
    return who.may(Act.REVIEW) or who.may(Act.LEAD_INCIDENT)


class ConversationQuerySet(models.QuerySet["Conversation"]):
    """Questions about conversations."""

    def hold(self, keys: Iterable[int]) -> list[int]:
        """Keep others from saying something of ourselves in these until the transaction ends; those that are there."""
        rows = self.filter(pk__in=list(keys)).order_by("pk").select_for_update(no_key=True)
        return list(rows.values_list("pk", flat=True))

    def open(self) -> Self:
        """Those that are not closed."""
        return self.filter(closed_at__isnull=True)

    def unanswered(self) -> Self:
        """Open ones in which the customer had the last word. What is closed owes nothing, by a constraint."""
        return self.filter(answer_due_at__isnull=False)

    def overdue(self, now: datetime) -> Self:
        """Those that should have been answered by now."""
        return self.unanswered().filter(answer_due_at__lte=now)

    def nobodys(self) -> Self:
        """Those that wait for an answer and that nobody has claimed."""
        return self.unanswered().filter(claimed_by__isnull=True)

    def of(self, member: Member) -> Self:
        """Open ones that this member has claimed."""
        return self.open().filter(claimed_by=member)

    def about(self, incident: Incident) -> Self:
        """Those that are linked to an incident."""
        return self.filter(incident=incident)

    def heard(self) -> Self:
        """What a customer said: neither spam, nor the answer of a machine, nor the firm's own people."""
        return self.filter(nature=Conversation.Nature.WORDS).exclude(source=SPEAK_UP)

    def visible_to(self, who: MayRead) -> Self:
        """Those that somebody may read: what the firm's own people say is for those who lead and review alone."""
        return self if reads_all(who) else self.exclude(source=SPEAK_UP)


IS_OPEN = Q(closed_at__isnull=True, nature="words")
IS_CLOSED = Q(closed_at__isnull=False)
NARROWED_BY = ("kind", "source", "language", "incident", "queue")
"""By what the crew looks at a part of the inbox."""


def _owed_by(name: str) -> models.Index:
    """The conversations that wait for an answer, those with one value of a field together."""
    waits = Q(answer_due_at__isnull=False)
    return models.Index(fields=[name, "answer_due_at", "id"], name=f"listen_owed_{name}", condition=waits)


def _newest_of(name: str) -> Iterator[models.Index]:
    """The open conversations and the closed ones, the newest first, those with one value of a field together."""
    has_one = Q(**{f"{name}__isnull": False}) if name in {"incident", "queue"} else Q()
    for state, moment, holds in (("open", "last_said_at", IS_OPEN), ("closed", "closed_at", IS_CLOSED)):
        order = (F(name), F(moment).desc(), F("id").desc())
        yield models.Index(*order, name=f"listen_{state}_{name}", condition=has_one & holds)


class Conversation(models.Model):
    """What one writer and we say to each other about one matter, by one way.

    `channel` and `address` are where an answer goes; a source that answers by its own ways has `thread_key`. Who the
    customer is comes with how we know (`recognised_by`), how sure we are in percent, and why in words; a member may
    correct it. The same holds for the incident. `answer_due_at` is the reply clock: it runs while the customer had the
    last word. `facts` are the source's own terms for what it is about. `effect` is what the matter means for the
    customer, in a few words, before anybody answers.
    """

    class Nature(models.TextChoices):
        """Whose words these are."""

        WORDS = "words", "A person's words"
        AUTOMATIC = "automatic", "A machine's answer"
        SPAM = "spam", "Spam"

    class Kind(models.TextChoices):
        """What the customer wants of us."""

        COMPLAINT = "complaint", "Complaint"
        QUESTION = "question", "Question"
        IDEA = "idea", "Idea"
        PRAISE = "praise", "Praise"
        OWN_MISTAKE = "own_mistake", "The customer's own mistake"

    class Recognised(models.TextChoices):
        """How we know who the customer is."""

        NOT = "", "Not recognised"
        PERSON = "person", "A member said so"
        LINK = "link", "They came by a link of theirs"
        KEY = "key", "The number in your records"
        ADDRESS = "address", "Their address"
        REFERENCE = "reference", "An order number in their words"

    class Linked(models.TextChoices):
        """How we know which incident it is about."""

        NOT = "", "Not linked"
        PERSON = "person", "A member said so"
        ANSWER = "answer", "They answered a message of ours"
        RULE = "rule", "By the records"
        SIGNAL = "signal", "By the signal it was part of"

    told_with: ClassVar = ("messages", "read_backs", "hand_overs", "recognition_changes", "drafts")
    """What belongs to it when a person asks for all that we keep about them."""

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    source = models.CharField(max_length=20)
    thread_key = models.CharField(max_length=200, blank=True, default="")
    channel = models.CharField(max_length=20, blank=True, default="")
    address = models.CharField(max_length=400, blank=True, default="")
    connection = models.ForeignKey(Connection, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    provider = models.ForeignKey(Provider, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    writer = models.CharField(max_length=200, blank=True, default="")
    subject = models.CharField(max_length=300, blank=True, default="")
    language = models.CharField(max_length=12, blank=True, default="")
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.COMPLAINT)
    nature = models.CharField(max_length=10, choices=Nature.choices, default=Nature.WORDS)
    facts = models.JSONField(default=dict)

    customer = models.ForeignKey(
        Customer,
        on_delete=models.SET_NULL,
        null=True,
        related_name="conversations",
        db_index=False,  # The index on what was said last begins with it.
    )
    recognised_by = models.CharField(max_length=10, choices=Recognised.choices, blank=True, default="")
    recognised_why = models.CharField(max_length=300, blank=True, default="")
    confidence = models.PositiveSmallIntegerField(default=0)

    incident = models.ForeignKey(
        Incident, on_delete=models.SET_NULL, null=True, related_name="conversations", db_index=False
    )
    linked_by = models.CharField(max_length=10, choices=Linked.choices, blank=True, default="")
    linked_why = models.CharField(max_length=300, blank=True, default="")
    linked_at = models.DateTimeField(null=True)

    effect = models.CharField(max_length=500, blank=True, default="")
    preview = models.CharField(max_length=200, blank=True, default="")
    messages_in = models.PositiveIntegerField(default=0)
    first_said_at = models.DateTimeField()
    last_said_at = models.DateTimeField()
    last_in_at = models.DateTimeField()
    last_out_at = models.DateTimeField(null=True)
    answer_due_at = models.DateTimeField(null=True)
    owed_since = models.DateTimeField(null=True)
    warn_at = models.DateTimeField(null=True)
    claimed_by = models.ForeignKey(
        Member, on_delete=models.SET_NULL, null=True, related_name="claimed_conversations", db_index=False
    )
    claimed_at = models.DateTimeField(null=True)
    queue = models.ForeignKey(Queue, on_delete=models.SET_NULL, null=True, related_name="conversations", db_index=False)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Member, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False)
    closed_because = models.CharField(max_length=300, blank=True, default="")

    objects: ClassVar = ConversationQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "thread_key"], condition=~Q(thread_key=""), name="listen_conversation_thread_once"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(answer_due_at__isnull=True), name="listen_closed_owes_nothing"
            ),
            models.CheckConstraint(condition=Q(confidence__lte=100), name="listen_confidence_in_percent"),
        ]
        indexes: ClassVar = [
            models.Index(F("last_said_at").desc(), F("id").desc(), name="listen_conversation_newest"),
            models.Index(
                F("last_said_at").desc(),
                F("id").desc(),
                name="listen_conversation_open",
                condition=IS_OPEN,
            ),
            models.Index(
                fields=["answer_due_at", "id"],
                name="listen_conversation_owed",
                condition=Q(answer_due_at__isnull=False),
            ),
            models.Index(fields=["customer", "last_said_at"], name="listen_conversation_customer"),
            models.Index(
                fields=["incident", "last_said_at"],
                name="listen_conversation_incident",
                condition=Q(incident__isnull=False),
            ),
            models.Index(
                fields=["claimed_by", "last_said_at"],
                name="listen_conversation_claimed",
                condition=Q(claimed_by__isnull=False, closed_at__isnull=True),
            ),
            models.Index(
                fields=["channel", "address", "last_said_at"],
                name="listen_conversation_writer",
                condition=~Q(address=""),
            ),
            *(_owed_by(name) for name in NARROWED_BY),
            *(index for name in NARROWED_BY for index in _newest_of(name)),
            models.Index(
                fields=["answer_due_at", "id"],
                name="listen_owed_nobodys",
                condition=Q(answer_due_at__isnull=False, claimed_by__isnull=True),
            ),
            models.Index(
                F("closed_at").desc(),
                F("id").desc(),
                name="listen_conversation_closed",
                condition=IS_CLOSED,
            ),
            models.Index(
                F("last_said_at").desc(),
                F("id").desc(),
                name="listen_conversation_aside",
                condition=~Q(nature="words"),
            ),
            models.Index(fields=["warn_at"], name="listen_conversation_warn", condition=Q(warn_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.subject or self.preview

    @property
    def is_open(self) -> bool:
        """Whether it is not closed."""
        return self.closed_at is None
