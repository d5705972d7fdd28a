"""What belongs to an update: its words per language, what it says of components, yes and no, and taking back."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models

from daylight.accounts.models import Member
from daylight.incidents.models.component import Component
from daylight.incidents.statement import Words
from daylight.incidents.words import ComponentState, Stage

if TYPE_CHECKING:
    from daylight.incidents.models.incident import Incident


class PublishedStays(Exception):
    """Our bug: something tried to change what was published."""


class UpdateText(models.Model):
    """The words of an update in one language: a headline and five of the six parts (the sixth is a time).

    `rhythm_said` is the sentence that announces a slower rhythm, made when the update is sent off; it belongs
    beside the time of the next word wherever the update is shown.
    """

    update = models.ForeignKey("incidents.Update", on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=12)
    headline = models.CharField(max_length=160)
    what = models.TextField(blank=True, default="")
    who = models.TextField(blank=True, default="")
    why = models.TextField(blank=True, default="")
    doing = models.TextField(blank=True, default="")
    meanwhile = models.TextField(blank=True, default="")
    rhythm_said = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["update", "language"], name="incidents_update_text_once")
        ]

    def __str__(self) -> str:
        return f"{self.headline} ({self.language})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the words, unless they were published: then they stay as they are."""
        if self.pk and self.update.published_at is not None:
            raise PublishedStays(f"Update {self.update_id} was published; correct it with another update.")
        super().save(*args, **kwargs)

    def words(self) -> Words:
        """The row as a plain value."""
        return Words(self.headline, self.what, self.who, self.why, self.doing, self.meanwhile)


class ImpactQuerySet(models.QuerySet["Impact"]):
    """Questions about what updates say of components."""

    def standing(self) -> Self:
        """What the latest update of each open incident that the world may see says, unless the work has not begun."""
        return (
            self.filter(
                update__published_at__isnull=False,
                update__incident__closed_at__isnull=True,
                update__incident__made_public_at__isnull=False,
                update__incident__is_exercise=False,
            )
            .exclude(update__stage=Stage.SCHEDULED)
            .annotate(latest=models.Max("update__incident__updates__number"))
            .filter(update__number=models.F("latest"))
        )

    def write_states(self, components: Iterable[int], *, at: datetime) -> None:
        """Set each component to the worst that standing updates say of it; working when none does."""
        keys = list(components)
        said: defaultdict[int, list[str]] = defaultdict(list)
        for component, state in self.standing().filter(component__in=keys).values_list("component_id", "state"):
            said[component].append(state)
        for key in keys:
            worst = max(said[key], key=ComponentState.values.index, default=ComponentState.OPERATIONAL)
            Component.objects.filter(pk=key).write_state(worst, at=at)

    def write_states_after(self, incident: "Incident", *, at: datetime) -> None:
        """Set each component of which `incident` ever spoke, now that it says something else, or nothing any more."""
        touched = self.filter(update__incident=incident, update__published_at__isnull=False)
        self.write_states(touched.order_by().values_list("component_id", flat=True).distinct(), at=at)


class Impact(models.Model):
    """What an update says of a component."""

    update = models.ForeignKey("incidents.Update", on_delete=models.CASCADE, related_name="impacts")
    component = models.ForeignKey(Component, on_delete=models.PROTECT, related_name="impacts")
    state = models.CharField(max_length=20, choices=ComponentState.choices)

    objects: ClassVar = ImpactQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["update", "component"], name="incidents_impact_once")]

    def __str__(self) -> str:
        return f"{self.component}: {self.state}"


class Approval(models.Model):
    """A second person's yes or no to a draft, with their words; it speaks of one revision and no other."""

    update = models.ForeignKey("incidents.Update", on_delete=models.CASCADE, related_name="approvals")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField()
    given_at = models.DateTimeField()
    is_yes = models.BooleanField()
    words = models.CharField(max_length=400, blank=True, default="")

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{'yes' if self.is_yes else 'no'} by {self.member}"


class TakeBack(models.Model):
    """A member stopped an update in the seconds before it left."""

    update = models.ForeignKey("incidents.Update", on_delete=models.CASCADE, related_name="take_backs")
    taken_back_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    taken_back_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.update} taken back"
