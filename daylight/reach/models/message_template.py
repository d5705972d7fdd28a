"""Words that staff wrote in the place of ours, version by version, and which version each update went out with."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, Self

from django.db import models, transaction

from daylight.accounts import audit, versions
from daylight.accounts.models import Member
from daylight.incidents.models import Update
from daylight.incidents.words import Kind, Stage


class MessageTemplateQuerySet(models.QuerySet["MessageTemplate"]):
    """Questions about templates."""

    def in_use(self) -> Self:
        """Templates that were not deleted."""
        return self.filter(deleted_at__isnull=True)

    def for_statement(self, *, kind: str, stage: str) -> Self:
        """Those that fit an update of this kind of incident at this stage."""
        return self.in_use().filter(incident_kind__in=["", kind], stage__in=["", stage])


class MessageTemplate(models.Model):
    """The words of one channel in one language, for every incident or for one kind, one stage or both.

    A stage counts more than a kind: what is said at the end differs more than what is said of a recall. A deleted one
    stays on record, because updates went out with its versions, and can be brought back.
    """

    channel = models.CharField(max_length=20)
    language = models.CharField(max_length=12)
    incident_kind = models.CharField(max_length=20, choices=Kind.choices, blank=True, default="")
    stage = models.CharField(max_length=20, choices=Stage.choices, blank=True, default="")
    made_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True)
    deleted_by = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")

    objects: ClassVar = MessageTemplateQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["channel", "language", "incident_kind", "stage"],
                condition=models.Q(deleted_at__isnull=True),
                name="reach_template_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel} in {self.language}, {self.says_for}"

    @property
    def says_for(self) -> str:
        """For which updates it is, in words."""
        kind = self.get_incident_kind_display().lower() if self.incident_kind else ""
        stage = self.get_stage_display().lower() if self.stage else ""
        if kind and stage:
            return f"{kind}, when {stage}"
        return kind or (f"when {stage}" if stage else "every update")

    @property
    def current(self) -> "TemplateVersion":
        """The version in use."""
        version: TemplateVersion = self.versions.latest("number")
        return version

    def write(
        self, pieces: Mapping[str, str], *, based_on: int, by: Member, at: datetime, restored: int | None = None
    ) -> "TemplateVersion":
        """Keep these words as the next version, unless they are the ones in use. Raises WrittenMeanwhile."""
        words = {"pieces": dict(pieces)}
        version: TemplateVersion = versions.write(
            self, words, based_on=based_on, by=by, at=at, act="template.write", restored=restored
        )
        return version

    @transaction.atomic
    def delete_softly(self, *, by: Member, at: datetime) -> None:
        """From now on our own words are used again."""
        MessageTemplate.objects.filter(pk=self.pk, deleted_at__isnull=True).update(deleted_at=at, deleted_by=by)
        self.refresh_from_db()
        audit.record(at=at, actor=by.name, act="template.delete", subject=str(self))

    @transaction.atomic
    def bring_back(self, *, by: Member, at: datetime) -> bool:
        """Use it again; False when another one stands in its place by now."""
        others = MessageTemplate.objects.in_use().filter(
            channel=self.channel, language=self.language, incident_kind=self.incident_kind, stage=self.stage
        )
        if others.exclude(pk=self.pk).exists():
            return False
        MessageTemplate.objects.filter(pk=self.pk).update(deleted_at=None, deleted_by=None)
        self.refresh_from_db()
        audit.record(at=at, actor=by.name, act="template.bring_back", subject=str(self))
        return True


class TemplateVersion(models.Model):
    """The words as they were saved once; never changed. `restored` is the number of an older version they repeat."""

    template = models.ForeignKey(MessageTemplate, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    pieces = models.JSONField()
    written_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    restored = models.PositiveIntegerField(null=True)

    class Meta:
        ordering: ClassVar = ["template", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["template", "number"], name="reach_template_version_once")
        ]

    def __str__(self) -> str:
        return f"v{self.number} of {self.template}"


class UsedTemplate(models.Model):
    """An update went out, on one channel in one language, with this version: proof of the exact text."""

    update = models.ForeignKey(Update, on_delete=models.CASCADE, related_name="used_templates")
    channel = models.CharField(max_length=20)
    language = models.CharField(max_length=12)
    version = models.ForeignKey(TemplateVersion, on_delete=models.PROTECT, related_name="used_by")
    used_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["update", "channel", "language"], name="reach_used_template_once")
        ]

    def __str__(self) -> str:
        return f"{self.update} with {self.version}"
