"""What the crew puts in the place of the automatic message: own words for an incident, a recording."""

from datetime import datetime
from typing import Any

from django.db import transaction

from daylight.incidents.models import Incident
from daylight.pages.models import OnHold, OwnSpeech, Page, Recording
from daylight.pages.on_hold import sound
from daylight.pages.on_hold.facts import Spoken
from daylight.pages.on_hold.sound import Sound


class NotSaid(Exception):
    """The line says nothing of this incident now."""


@transaction.atomic
def say_in_own_words(page: Page, spoken: Spoken, public_id: str, words: str, *, by: str, at: datetime) -> None:
    """From now on these words stand for an incident, while its facts are those of now; none takes them back.

    Raises NotSaid.
    """
    stamp = spoken.stamps.get(public_id)
    incident = Incident.objects.public().filter(public_id=public_id).first()
    if stamp is None or incident is None:
        raise NotSaid
    mine: dict[str, Any] = {"page": page, "incident": incident, "language": spoken.language}
    if words.strip():
        made = {"words": words.strip(), "stamp": stamp, "written_at": at, "written_by": by, "fell_out_at": None}
        OwnSpeech.objects.update_or_create(**mine, defaults=made)
    else:
        OwnSpeech.objects.filter(**mine).delete()
    OnHold.touch(page, at)


@transaction.atomic
def record(page: Page, spoken: Spoken, recorded: Sound, *, file_name: str, by: str, at: datetime) -> None:
    """From now on this recording is played, while the facts are those of now."""
    made = {
        "stamp": spoken.facts_stamp,
        "file_name": file_name[-120:],
        "seconds": recorded.seconds,
        "samples": sound.to_bytes(recorded.samples),
        "recorded_at": at,
        "recorded_by": by,
        "fell_out_at": None,
    }
    Recording.objects.update_or_create(page=page, language=spoken.language, defaults=made)
    OnHold.touch(page, at)


@transaction.atomic
def take_recording_back(page: Page, language: str, *, at: datetime) -> None:
    """The voice speaks again."""
    Recording.objects.filter(page=page, language=language).delete()
    OnHold.touch(page, at)
