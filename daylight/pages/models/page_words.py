"""What a page says of itself in its further languages."""

from typing import ClassVar

from django.db import models

from daylight.pages.models.page import Page


class PageWords(models.Model):
    """Title and introduction of a page in one further language; where one is empty, the page's own is shown."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="words")
    language = models.CharField(max_length=12, choices=Page.Language.choices)
    title = models.CharField(max_length=120, blank=True, default="")
    introduction = models.CharField(max_length=400, blank=True, default="")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["page", "language"], name="pages_words_once")]

    def __str__(self) -> str:
        return f"{self.page} in {self.language}"
