"""A public status page and what was last published of it."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models

from daylight.incidents.models import Component

MAIN = "status"
"""The slug of the page at the root of the installation."""


class Page(models.Model):
    """A place where customers look.

    It shows every component that is public, save the `hidden_components`; so a new component is never forgotten.
    Days before `kept_since` without any news are shown as unknown, not as good: nobody kept a record then.
    """

    class Language(models.TextChoices):
        """Languages in which the page itself speaks; updates speak theirs."""

        ENGLISH = "en", "English"
        GERMAN = "de", "Deutsch"
        FRENCH = "fr", "Français"
        SPANISH = "es", "Español"

    slug = models.SlugField(max_length=60, unique=True)
    title = models.CharField(max_length=120, blank=True, default="")
    introduction = models.CharField(max_length=400, blank=True, default="")
    language = models.CharField(max_length=12, choices=Language.choices, default=Language.ENGLISH)
    kept_since = models.DateTimeField()
    hidden_components = models.ManyToManyField(Component, related_name="+", blank=True)

    def __str__(self) -> str:
        return self.title or self.slug

    @classmethod
    def main(cls, at: datetime) -> Self:
        """The page at the root, made at `at` with its defaults when nobody has looked at it yet."""
        page, _ = cls.objects.get_or_create(slug=MAIN, defaults={"kept_since": at})
        return page


class Publication(models.Model):
    """The page as it stood from `made_at` on, until the next one: a row for each change of its facts."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="publications")
    version = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    facts_fingerprint = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["page", "version"], name="pages_publication_once")]

    def __str__(self) -> str:
        return f"{self.page} v{self.version}"
