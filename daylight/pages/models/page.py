"""A public status page and what was last published of it."""

from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models

from daylight.accounts.models import Member, Organisation
from daylight.core.public_ids import new_public_id
from daylight.incidents.models import Component, Incident
from daylight.pages.places import MAIN, UNDER


class Page(models.Model):
    """A place where customers look: for all of them, for a brand, or for one audience.

    It shows every component that is public, save the `hidden_components`; so a new component is never forgotten.
    Days before `kept_since` without any news are shown as unknown, not as good: nobody kept a record then.
    A page without a `host` of its own stands under the installation's address, the main one at its root.
    """

    class Language(models.TextChoices):
        """Languages in which the page itself speaks; updates speak theirs."""

        ENGLISH = "en", "English"
        GERMAN = "de", "Deutsch"
        FRENCH = "fr", "Français"
        SPANISH = "es", "Español"

    class Shows(models.TextChoices):
        """Which public incidents stand on it; a placement says otherwise for a single one."""

        ALL = "all", "Every public incident"
        ITS_COMPONENTS = "components", "Only what touches the components shown here"

    class Access(models.TextChoices):
        """Who may read it."""

        PUBLIC = "public", "Everybody"
        PRIVATE = "private", "The crew, and whoever has its secret link"

    slug = models.SlugField(max_length=60, unique=True)
    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    title = models.CharField(max_length=120, blank=True, default="")
    introduction = models.CharField(max_length=400, blank=True, default="")
    language = models.CharField(max_length=12, choices=Language.choices, default=Language.ENGLISH)
    host = models.CharField(max_length=253, blank=True, default="")
    shows = models.CharField(max_length=12, choices=Shows.choices, default=Shows.ALL)
    access = models.CharField(max_length=8, choices=Access.choices, default=Access.PUBLIC)
    links_from = models.PositiveIntegerField(default=0)
    colour = models.CharField(max_length=7, blank=True, default="")
    logo = models.BinaryField(blank=True, default=b"", editable=False)
    kept_since = models.DateTimeField()
    hidden_components = models.ManyToManyField(Component, related_name="+", blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["host"], condition=~models.Q(host=""), name="pages_page_host_once")
        ]

    def __str__(self) -> str:
        return self.title or (Organisation.get().name if self.is_main else self.slug)

    @classmethod
    def main(cls, at: datetime) -> Self:
        """The page at the root, made at `at` with its defaults when nobody has looked at it yet."""
        page, _ = cls.objects.get_or_create(slug=MAIN, defaults={"kept_since": at})
        return page

    @property
    def is_main(self) -> bool:
        """Whether it stands at the root of the installation."""
        return self.slug == MAIN

    @property
    def is_private(self) -> bool:
        """Whether the world may not read it."""
        return self.access == self.Access.PRIVATE

    @property
    def root(self) -> str:
        """What stands before every path of this page: nothing where it has a host of its own, or is the main one."""
        return "" if self.is_main or self.host else f"{UNDER}{self.slug}"

    @property
    def url(self) -> str:
        """Its address in its first language, without a slash at the end."""
        if self.host:
            scheme, _, _ = settings.SITE_URL.partition("://")
            return f"{scheme}://{self.host}"
        return f"{settings.SITE_URL}{self.root}"

    def renew_link(self) -> None:
        """End every secret link that was given out."""
        Page.objects.filter(pk=self.pk).update(links_from=models.F("links_from") + 1)
        self.refresh_from_db(fields=["links_from"])

    def languages(self) -> list[str]:
        """The languages it is rendered in, its own first; the others are those the organisation speaks as well."""
        spoken = [code for code in Organisation.get().languages if code in self.Language.values]
        return [str(self.language), *(code for code in spoken if code != self.language)]


class Placement(models.Model):
    """A member says of one incident whether it stands on a page, whatever the page's rule would make of it."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="placements")
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="placements")
    is_shown = models.BooleanField()
    placed_at = models.DateTimeField()
    placed_by = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["page", "incident"], name="pages_placement_once")]

    def __str__(self) -> str:
        return f"{self.incident} {'on' if self.is_shown else 'off'} {self.page}"


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


class EmbedSettings(models.Model):
    """How the embed of a page looks, as programs set it: its corner and colours, by their names there."""

    page = models.OneToOneField(Page, on_delete=models.CASCADE, related_name="embed")
    facts = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"embed of {self.page}"
