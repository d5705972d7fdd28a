"""What members answered about an incident or the firm, and the moments at which legal clocks start."""

from typing import ClassVar, Self

from django.db import models

from daylight.accounts.models import Member
from daylight.incidents.models import Incident


class AnswerQuerySet(models.QuerySet["Answer"]):
    """Questions about answers."""

    def of_firm(self) -> Self:
        """Answers that hold for every incident."""
        return self.filter(incident__isnull=True)

    def about(self, incident: Incident) -> dict[str, bool]:
        """Every answer that counts for an incident, by question: the firm's and its own, which goes first."""
        rows = self.filter(models.Q(incident=incident) | models.Q(incident__isnull=True))
        return dict(rows.order_by(models.F("incident").asc(nulls_first=True)).values_list("question", "is_yes"))


class Answer(models.Model):
    """A yes or no to one question; of the firm where it has no incident. What was answered before is on the audit."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, null=True, related_name="regime_answers")
    question = models.CharField(max_length=80)
    is_yes = models.BooleanField()
    answered_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()

    objects: ClassVar = AnswerQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["incident", "question"],
                condition=models.Q(incident__isnull=False),
                name="regimes_answer_once_for_an_incident",
            ),
            models.UniqueConstraint(
                fields=["question"], condition=models.Q(incident__isnull=True), name="regimes_answer_once_for_the_firm"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question}: {'yes' if self.is_yes else 'no'}"


class InstantQuerySet(models.QuerySet["Instant"]):
    """Questions about instants."""

    def standing(self) -> Self:
        """Those that nobody set anew since."""
        return self.filter(replaced_at__isnull=True)


class Instant(models.Model):
    """When something was that a clock starts at: occurred, aware, classified, confirmed, or a moment of one pack.

    With `pack` it counts for that pack alone. A change is a new row with its reason; the old one stays, replaced.
    """

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="regime_instants")
    pack = models.CharField(max_length=80, blank=True, default="")
    name = models.CharField(max_length=80)
    at = models.DateTimeField()
    because = models.TextField(blank=True, default="")
    said_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    said_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)

    objects: ClassVar = InstantQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["incident", "pack", "name"],
                condition=models.Q(replaced_at__isnull=True),
                name="regimes_one_standing_instant",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.at:%Y-%m-%d %H:%M} UTC"
