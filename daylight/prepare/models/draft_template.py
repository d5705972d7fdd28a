"""Words that members prepared for drafts, version by version."""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, Self

from django.db import models

from daylight.accounts import versions
from daylight.accounts.models import Member
from daylight.core.public_ids import new_public_id
from daylight.incidents.words import Kind
from daylight.prepare.filling import Prepared
from daylight.prepare.words import Form, Moment


class DraftTemplateQuerySet(models.QuerySet["DraftTemplate"]):
    """Questions about draft templates."""

    def in_use(self) -> Self:
        """Those that were not deleted."""
        return self.filter(retired_at__isnull=True)


class DraftTemplate(models.Model):
    """Words for one kind of incident at one stage in one form and language; what is asked for stands in braces."""

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    stage = models.CharField(max_length=12, choices=Moment.choices)
    form = models.CharField(max_length=8, choices=Form.choices)
    language = models.CharField(max_length=12)
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    objects: ClassVar = DraftTemplateQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["kind", "stage", "form", "name"]

    def __str__(self) -> str:
        return self.name

    @property
    def current(self) -> "DraftTemplateVersion":
        """The version in use."""
        version: DraftTemplateVersion = self.versions.latest("number")
        return version

    @property
    def prepared(self) -> Prepared:
        """What it says now, as a plain value."""
        return Prepared(self.kind, self.stage, self.form, self.language, self.current.pieces)

    def write(
        self,
        pieces: Mapping[str, str],
        kept: Mapping[str, str],
        *,
        based_on: int,
        by: Member,
        at: datetime,
        restored: int | None = None,
    ) -> "DraftTemplateVersion":
        """Keep these words as the next version; `kept` says by rule why a finding stays. Raises WrittenMeanwhile."""
        words = {"pieces": dict(pieces), "kept": dict(kept)}
        version: DraftTemplateVersion = versions.write(
            self, words, based_on=based_on, by=by, at=at, act="draft_template.write", restored=restored
        )
        return version


class DraftTemplateVersion(models.Model):
    """The words as they were saved once, and why findings were kept; never changed."""

    template = models.ForeignKey(DraftTemplate, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    pieces = models.JSONField()
    kept = models.JSONField(default=dict)
    written_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    restored = models.PositiveIntegerField(null=True)

    class Meta:
        ordering: ClassVar = ["template", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["template", "number"], name="prepare_draft_template_version_once")
        ]

    def __str__(self) -> str:
        return f"v{self.number} of {self.template}"
