"""A public status page and what was last written of it."""

from typing import ClassVar

from django.db import models

from daylight.core.due import DueQuerySet, DueRow, due_index


class Page(DueRow):
    """A place where customers look. Due when what it shows has changed and it must be rendered again."""

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=120)
    introduction = models.CharField(max_length=400, blank=True, default="")
    language = models.CharField(max_length=12, default="en")
    facts_fingerprint = models.CharField(max_length=64, blank=True, default="")

    objects: ClassVar = DueQuerySet["Page"].as_manager()

    class Meta:
        indexes: ClassVar = [due_index("pages_page_due")]

    def __str__(self) -> str:
        return self.title


class Publication(models.Model):
    """One rendering of a page, written to disk as a whole."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="publications")
    version = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    facts_fingerprint = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["page", "version"], name="pages_publication_once")]

    def __str__(self) -> str:
        return f"{self.page} v{self.version}"
