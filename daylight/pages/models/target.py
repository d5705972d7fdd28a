"""Another place where a page stands, beside our own web processes."""

from datetime import datetime
from typing import Any, ClassVar, cast

from django.db import models

from daylight.core.due import DueQuerySet, DueRow, due_index
from daylight.core.secrets import SealedField
from daylight.pages.models.page import Page


class Target(DueRow):
    """A directory or a bucket to which each version of a page is pushed, so that it stands when we do not.

    `shows` is when the version was rendered that the target was last seen to show, at `seen_at`; `behind_since` is
    when it last showed all there was, set while something newer waits. `check_url` is an address at which the world
    reads it: with one we look there, else at the target itself. While `is_paused` nothing is pushed.
    """

    class Kind(models.TextChoices):
        """What it is."""

        DIRECTORY = "directory", "a folder that a web server serves"
        BUCKET = "bucket", "a bucket (S3 or its likes)"

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="targets")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    name = models.CharField(max_length=120)
    settings = cast("dict[str, Any]", SealedField(null=True))
    check_url = models.CharField(max_length=300, blank=True, default="")
    is_paused = models.BooleanField(default=False)
    shows = models.DateTimeField(null=True, editable=False)
    seen_at = models.DateTimeField(null=True, editable=False)
    behind_since = models.DateTimeField(null=True, editable=False)

    objects: ClassVar = DueQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["page", "name"], name="pages_target_once")]
        indexes: ClassVar = [due_index("pages_target_due")]

    def __str__(self) -> str:
        return self.name

    def call(self, *, at: datetime) -> None:
        """There is something newer to push, or somebody wants it pushed now."""
        Target.objects.filter(pk=self.pk, is_paused=False).update(due_at=at)

    def pause(self) -> None:
        """Push nothing more until `resume`."""
        Target.objects.filter(pk=self.pk).update(is_paused=True, due_at=None, behind_since=None, problem="")

    def resume(self, *, at: datetime) -> None:
        """Push again from `at` on."""
        Target.objects.filter(pk=self.pk).update(is_paused=False, due_at=at)
