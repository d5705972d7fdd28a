"""Has a voice say what the line says anew. Never in the way of a publication: the words
stand first, their sound follows, and until then whoever plays the message uses a voice of their own.
"""

from datetime import datetime, timedelta

from daylight.core.due import work_through
from daylight.core.loops import Step
from daylight.pages.models import OnHold, SpokenText
from daylight.pages.on_hold import sound, voices
from daylight.pages.on_hold.voices import NoVoice, VoiceFailed

WAITS = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 300, 900))
NO_VOICE_WAIT = timedelta(minutes=5)
LEASE = timedelta(minutes=5)
KEPT_FOR = timedelta(days=7)
"""How long the sound of a text that is no longer said is kept, in case it comes back."""

FORGOTTEN_AFTER = timedelta(days=90)


def step(now: datetime) -> Step:
    """Make one sound that is missing."""
    return work_through(SpokenText.objects.defer("samples"), now, _make, lease=LEASE, limit=1)


def oldest_due(now: datetime) -> datetime | None:
    """When the text that waits longest for a voice was due."""
    return SpokenText.objects.oldest_due_at()


def sweep(now: datetime) -> Step:
    """Forget sounds that nobody hears any more, and in the end what was said."""
    ended = SpokenText.objects.filter(ended_at__isnull=False)
    freed = ended.filter(ended_at__lt=now - KEPT_FOR, samples__isnull=False).update(samples=None, voiced_at=None)
    gone, _ = ended.filter(ended_at__lt=now - FORGOTTEN_AFTER).delete()
    return Step(handled=freed + gone)


def _make(row: SpokenText, now: datetime) -> None:
    try:
        voice = voices.voice()
        made = voice.say(row.text, language=row.language)
    except NoVoice:
        row.put_off(until=now + NO_VOICE_WAIT, problem="No voice is installed.")
        return
    except VoiceFailed as problem:
        wait = WAITS[min(row.attempts, len(WAITS)) - 1]
        row.put_off(until=now + wait, problem=str(problem))
        return
    row.finish(samples=sound.to_bytes(made.samples), seconds=made.seconds, voice=voice.name, voiced_at=now)
    OnHold.touch(row.page, now)
