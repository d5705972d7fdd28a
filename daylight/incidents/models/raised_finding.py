"""Where the candour checker and a writer differed, or came to agree: on record, finding by finding."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Self

from django.db import models

from daylight.accounts.models import Member
from daylight.incidents.models.incident import Incident
from daylight.incidents.models.update import Update

Place = tuple[str, str, str, str]
"""Rule, language, part and words."""

LONGEST_PHRASE, LONGEST_REASON = 300, 400

OF_REGIMES = frozenset({"CND-801", "CND-802"})
"""Rules that speak for what regimes ask: their phrase is what is asked for, and no words of the draft."""


@dataclass(frozen=True)
class Share:
    """Of the findings at which a writer had to decide: how many words were kept, and how many mended."""

    kept: int
    mended: int

    @property
    def percent(self) -> int | None:
        """Kept words of all decisions; None while nobody had to decide."""
        decided = self.kept + self.mended
        return round(100 * self.kept / decided) if decided else None


class RaisedFindingQuerySet(models.QuerySet["RaisedFinding"]):
    """Questions about findings that were put to a writer."""

    def kept(self) -> Self:
        """Those whose words stayed, with the reason."""
        return self.filter(kept_at__isnull=False)

    def kept_by_place(self, incident: Incident) -> "dict[Place, RaisedFinding]":
        """What holds now: words that were kept, and what was left out on purpose since the latest update."""
        told = incident.updates.published().with_news().aggregate(at=models.Max("published_at"))["at"]
        kept = self.filter(incident=incident).kept().select_related("kept_by")
        if told is not None:
            left_out = models.Q(phrase="") | models.Q(rule__in=OF_REGIMES)
            kept = kept.exclude(left_out, kept_at__lte=told)
        return {row.place: row for row in kept}

    def undecided(self) -> Self:
        """Those that wait for the writer."""
        return self.filter(kept_at__isnull=True, mended_at__isnull=True)

    def since(self, moment: datetime) -> Self:
        """Those that were put to a writer from then on."""
        return self.filter(raised_at__gte=moment)

    def share(self) -> Share:
        """How often words were kept and how often mended."""
        counted = self.aggregate(kept=models.Count("kept_at"), mended=models.Count("mended_at"))
        return Share(**counted)


class RaisedFinding(models.Model):
    """A finding that was put to a writer: its words were kept with a reason, or mended.

    `part` and `phrase` say where; something was missing where there is no phrase, or what a regime asks for in its
    place. A decision to keep the same words of the same part holds for the whole incident, so that nobody is asked
    twice; one to leave something out holds for one update, since the next has other words around it.
    """

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="raised_findings")
    update = models.ForeignKey(Update, on_delete=models.SET_NULL, null=True, related_name="raised_findings")
    rule = models.CharField(max_length=12)
    severity = models.CharField(max_length=8)
    language = models.CharField(max_length=12)
    part = models.CharField(max_length=16)
    phrase = models.CharField(max_length=LONGEST_PHRASE, blank=True, default="")
    raised_at = models.DateTimeField()
    kept_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    kept_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=LONGEST_REASON, blank=True, default="")
    mended_at = models.DateTimeField(null=True)

    objects: ClassVar = RaisedFindingQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["raised_at", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(kept_at__isnull=True, kept_by__isnull=True, reason="")
                | (models.Q(kept_at__isnull=False, kept_by__isnull=False) & ~models.Q(reason="")),
                name="incidents_finding_kept_by_whom_and_why",
            ),
            models.CheckConstraint(
                condition=models.Q(kept_at__isnull=True) | models.Q(mended_at__isnull=True),
                name="incidents_finding_kept_or_mended",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["raised_at"], name="incidents_finding_raised")]

    def __str__(self) -> str:
        return f"{self.rule} {self.part}"

    @property
    def place(self) -> Place:
        """Rule, language, part and words: what makes it the same finding again."""
        return self.rule, self.language, self.part, self.phrase
