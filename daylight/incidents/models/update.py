"""What we say of an incident."""

from typing import ClassVar

from django.db import models

from daylight.accounts.models import Member
from daylight.core.due import DueQuerySet, DueRow, due_index
from daylight.incidents.models.component import Component
from daylight.incidents.models.incident import Incident
from daylight.incidents.words import ComponentState, Stage


class Update(DueRow):
    """One statement on an incident: its facts here, its words per language in `UpdateText`.

    A draft becomes published by way of *leaving*: for ten seconds it can be taken back, and `due_at` is when it
    goes. Published text is immutable; a mistake is another update that corrects it. `sent_off_at` is the moment a
    member pressed the button, and decides whether a promise was kept; `published_at` is when it went.
    """

    class Kind(models.TextChoices):
        """What the statement does."""

        UPDATE = "update", "Update"
        CORRECTION = "correction", "Correction"
        HOLDING = "holding", "Holding update"
        RESOLUTION = "resolution", "Resolution"

    class State(models.TextChoices):
        """Where the statement stands."""

        DRAFT = "draft", "Draft"
        WAITING = "waiting", "Waits for approval"
        LEAVING = "leaving", "Leaving"
        PUBLISHED = "published", "Published"
        DROPPED = "dropped", "Dropped"

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="updates")
    number = models.PositiveIntegerField(null=True)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.UPDATE)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    stage = models.CharField(max_length=16, choices=Stage.choices)
    why_known = models.BooleanField(default=False)
    next_update_by = models.DateTimeField(null=True)
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="corrections")
    written_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField()
    sent_off_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    sent_off_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)

    objects: ClassVar = DueQuerySet["Update"].as_manager()

    class Meta:
        ordering: ClassVar = ["incident", "number", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["incident", "number"], name="incidents_update_number_once"),
            models.CheckConstraint(
                condition=models.Q(state="published", number__isnull=False, published_at__isnull=False)
                | (~models.Q(state="published") & models.Q(published_at__isnull=True)),
                name="incidents_update_published_whole",
            ),
        ]
        indexes: ClassVar = [
            due_index("incidents_update_due"),
            models.Index(fields=["published_at"], name="incidents_update_published"),
        ]

    def __str__(self) -> str:
        return f"{self.incident} #{self.number or 'draft'}"


class UpdateText(models.Model):
    """The words of an update in one language: a headline and five of the six parts (the sixth is a time)."""

    update = models.ForeignKey(Update, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=12)
    headline = models.CharField(max_length=160)
    what = models.TextField(blank=True, default="")
    who = models.TextField(blank=True, default="")
    why = models.TextField(blank=True, default="")
    doing = models.TextField(blank=True, default="")
    meanwhile = models.TextField(blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["update", "language"], name="incidents_update_text_once")
        ]

    def __str__(self) -> str:
        return f"{self.headline} ({self.language})"


class Impact(models.Model):
    """What an update says of a component."""

    update = models.ForeignKey(Update, on_delete=models.CASCADE, related_name="impacts")
    component = models.ForeignKey(Component, on_delete=models.PROTECT, related_name="impacts")
    state = models.CharField(max_length=20, choices=ComponentState.choices)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["update", "component"], name="incidents_impact_once")]

    def __str__(self) -> str:
        return f"{self.component}: {self.state}"


class Approval(models.Model):
    """A second person's yes or no to a draft, with their words."""

    update = models.ForeignKey(Update, on_delete=models.CASCADE, related_name="approvals")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    is_yes = models.BooleanField()
    words = models.CharField(max_length=400, blank=True, default="")

    def __str__(self) -> str:
        return f"{'yes' if self.is_yes else 'no'} by {self.member}"


class TakeBack(models.Model):
    """A member stopped an update in the seconds before it left."""

    update = models.ForeignKey(Update, on_delete=models.CASCADE, related_name="take_backs")
    taken_back_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    taken_back_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.update} taken back"
