"""What the crew adds to the page that says how we tell customers when we fail."""

from typing import ClassVar

from django.db import models

from daylight.pages.models.page import Page


class HowWeTell(models.Model):
    """The crew's own words in one language; where they are empty, ours stand. The figures are nobody's words."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="how_we_tell")
    language = models.CharField(max_length=12)
    promise = models.TextField(max_length=2000, blank=True, default="")
    when_late = models.TextField(max_length=2000, blank=True, default="")
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["page", "language"], name="pages_how_we_tell_once"),
        ]

    def __str__(self) -> str:
        return f"how {self.page} tells, in {self.language}"
