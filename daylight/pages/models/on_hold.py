"""The phone line of a page: what it says, in whose words, which recordings and lines there are."""

import secrets
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from daylight.core.due import DueQuerySet, DueRow, due_index
from daylight.core.secrets import SealedField
from daylight.incidents.models import Incident
from daylight.pages.models.page import Page


def new_token() -> str:
    """A name that nobody guesses."""
    return secrets.token_urlsafe(18)


class OnHold(models.Model):
    """What the crew chose for the phone line of a page. `changed_at` moves whenever the line may sound otherwise."""

    page = models.OneToOneField(Page, on_delete=models.CASCADE, related_name="on_hold")
    longest_seconds = models.PositiveSmallIntegerField(
        default=45, validators=[MinValueValidator(15), MaxValueValidator(120)]
    )
    says_all_is_well = models.BooleanField(default=True)
    takes_keys = models.BooleanField(default=True)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"phone line of {self.page}"

    @classmethod
    def of(cls, page: Page, at: datetime) -> "OnHold":
        """The choices of a page, made with their defaults when nobody chose yet."""
        row, _ = cls.objects.get_or_create(page=page, defaults={"changed_at": at})
        return row

    @classmethod
    def touch(cls, page: Page, at: datetime) -> None:
        """The line may sound otherwise from now on: the page is published again."""
        cls.of(page, at)
        cls.objects.filter(page=page).update(changed_at=at)


class OwnSpeech(models.Model):
    """Words of the crew for one incident on the phone line; they fall out when the facts change (`stamp`)."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="own_speeches")
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="own_speeches")
    language = models.CharField(max_length=12)
    words = models.CharField(max_length=1200)
    stamp = models.CharField(max_length=12)
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=160)
    fell_out_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["page", "incident", "language"], name="pages_own_speech_once")
        ]

    def __str__(self) -> str:
        return f"{self.incident} in own words ({self.language})"


class Recording(models.Model):
    """A recording of the crew, played instead of a voice while the facts are those it was made for (`stamp`).

    `samples` are 16-bit samples at 8,000 Hz, little end first.
    """

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="recordings")
    language = models.CharField(max_length=12)
    stamp = models.CharField(max_length=12)
    file_name = models.CharField(max_length=120)
    seconds = models.FloatField()
    samples = models.BinaryField()
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=160)
    fell_out_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["page", "language"], name="pages_recording_once")]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.language})"


class SpokenText(DueRow):
    """One text that the line says or said, and its sound once a voice has made it.

    It is due while a voice has to make the sound. `since` is when it was last begun to be played; `ended_at` is set
    while the line says something else. `samples` are as those of a recording.
    """

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="spoken_texts")
    language = models.CharField(max_length=12)
    part = models.CharField(max_length=12)
    version = models.CharField(max_length=12)
    text = models.TextField()
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    voice = models.CharField(max_length=200, blank=True, default="")
    seconds = models.FloatField(null=True)
    samples = models.BinaryField(null=True)
    voiced_at = models.DateTimeField(null=True)

    objects: ClassVar = DueQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["page", "language", "part", "version"], name="pages_spoken_text_once")
        ]
        indexes: ClassVar = [due_index("pages_spoken_text_due")]

    def __str__(self) -> str:
        return f"{self.part} {self.version} ({self.language})"


class PhoneLine(models.Model):
    """A telephone system that plays the message, by the address we gave it (`token`), and what we last heard of it.

    `heard_version` is what it fetched or said it plays. It counts as behind when it still plays an old version
    `behind_after` minutes after a new one, as silent when nothing was heard of it for `silent_after` hours; 0 hours
    is for a line that asks only when somebody calls. `secret` seals what it tells us; a number without a country code
    is one of `country`.
    """

    class Kind(models.TextChoices):
        """Which telephone system it is."""

        TWILIO = "twilio", "Twilio"
        ASTERISK = "asterisk", "Asterisk"
        VOICEXML = "voicexml", "A VoiceXML platform"
        OTHER = "other", "Another one"

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="phone_lines")
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    token = models.CharField(max_length=40, unique=True, default=new_token)
    secret = SealedField(null=True)
    country = models.CharField(max_length=2, blank=True, default="")
    behind_after = models.PositiveSmallIntegerField(
        default=10, validators=[MinValueValidator(1), MaxValueValidator(1440)]
    )
    silent_after = models.PositiveSmallIntegerField(default=24, validators=[MaxValueValidator(720)])
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True)
    heard_version = models.CharField(max_length=12, blank=True, default="")
    heard_language = models.CharField(max_length=12, blank=True, default="")
    heard_by = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["page", "name"],
                condition=models.Q(retired_at__isnull=True),
                name="pages_phone_line_once",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> str:
        """Where this telephone system finds the message; nobody else is given it."""
        return f"{settings.SITE_URL}/on-hold/lines/{self.token}"


class LineCheck(models.Model):
    """A member called a line and heard the message."""

    line = models.ForeignKey(PhoneLine, on_delete=models.CASCADE, related_name="checks")
    checked_at = models.DateTimeField()
    checked_by = models.CharField(max_length=160)
    version = models.CharField(max_length=12)

    def __str__(self) -> str:
        return f"{self.checked_by} heard {self.line}"
