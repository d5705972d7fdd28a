"""Reads what stands behind the phone line: choices, words and recordings of the crew, the sounds made so far."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from daylight.pages.facts import PageFacts
from daylight.pages.models import OnHold, OwnSpeech, Page, Recording, SpokenText
from daylight.pages.on_hold.composing import compose, words_of
from daylight.pages.on_hold.facts import Choices, OnHoldFacts, OwnWords, Part, Sounds, Spoken, stamp_of
from daylight.pages.on_hold.formats import sounds_of
from daylight.reach import signing_up

SMS = "sms"


def fingerprint(page: Page) -> list[Any]:
    """Changes whenever the line may sound otherwise though no fact of the page did."""
    return list(OnHold.objects.filter(page=page).values_list("changed_at"))


def with_on_hold(facts: PageFacts, page: Page) -> PageFacts:
    """The facts with those of the phone line in their language."""
    return replace(facts, on_hold=read(facts, page))


def read(facts: PageFacts, page: Page) -> OnHoldFacts:
    """What the line says now in the language of these facts; four small questions, and the sounds that are new here."""
    language, choices = facts.site.language, choices_of(page)
    spoken = compose(facts, choices=choices, own=own_words(page, language))
    words = words_of(facts, spoken)
    sounds = _sounds(page, language, words)
    recording = standing_recording(page, spoken)
    if recording is not None:
        sounds[Part.MESSAGE] = sounds_of(bytes(recording.samples))
    return OnHoldFacts(
        spoken=spoken,
        choices=choices,
        words=words,
        sounds=sounds,
        is_recording=recording is not None,
        other_languages=tuple(each for each in facts.site.languages if each != language),
    )


def choices_of(page: Page) -> Choices:
    """What the crew chose, or the defaults; a key is offered only while texts can be sent."""
    row = OnHold.objects.filter(page=page).first()
    row = row or OnHold(page=page)
    takes_keys = row.takes_keys and any(channel.name == SMS for channel in signing_up.offered())
    return Choices(row.longest_seconds, row.says_all_is_well, takes_keys)


def own_words(page: Page, language: str) -> dict[str, OwnWords]:
    """The words of the crew in a language, by the public id of the incident, whether they still hold or not."""
    rows = OwnSpeech.objects.filter(page=page, language=language, incident__closed_at__isnull=True)
    return {
        public_id: OwnWords(words, stamp)
        for public_id, words, stamp in rows.values_list("incident__public_id", "words", "stamp")
    }


def standing_recording(page: Page, spoken: Spoken) -> Recording | None:
    """The recording to be played, while the facts are those it was made for."""
    return Recording.objects.filter(page=page, language=spoken.language, stamp=spoken.facts_stamp).first()


def current(page: Page, language: str) -> dict[str, SpokenText]:
    """What the line is known to say, by part, without its sounds."""
    rows = SpokenText.objects.filter(page=page, language=language, ended_at__isnull=True)
    return {row.part: row for row in rows.defer("samples").order_by("since")}


def note(page: Page, facts: PageFacts, *, at: datetime) -> None:
    """Write down what the line says from now on; what has no sound yet is due for a voice. Mostly one question."""
    if facts.on_hold is None:
        return
    language = facts.site.language
    known = {part: row.version for part, row in current(page, language).items()}
    for part, text in facts.on_hold.words.items():
        if known.get(part, "") != (stamp_of(language, text) if text else ""):
            _begin(page, language, part, text, at=at)


def _begin(page: Page, language: str, part: Part, text: str, *, at: datetime) -> None:
    which: dict[str, Any] = {"page": page, "language": language, "part": part}
    SpokenText.objects.filter(**which, ended_at__isnull=True).update(ended_at=at, due_at=None)
    if not text:
        return
    row, _ = SpokenText.objects.update_or_create(
        **which, version=stamp_of(language, text), defaults={"text": text, "since": at, "ended_at": None}
    )
    if row.voiced_at is None:
        SpokenText.objects.filter(pk=row.pk).update(due_at=at, problem="")


def _sounds(page: Page, language: str, words: dict[Part, str]) -> dict[Part, Sounds]:
    versions = {stamp_of(language, text): part for part, text in words.items() if text}
    rows = SpokenText.objects.filter(page=page, language=language, version__in=versions, samples__isnull=False)
    return {
        Part(row.part): sounds_of(bytes(row.samples or b"")) for row in rows if versions.get(row.version) == row.part
    }
