"""Sentences for customers that Daylight itself adds: they live in templates, one folder per language.

`templates/incidents/said/<language>/` holds them; a language without a folder gets English, and holding updates are
not made in it at all, because half a foreign text is worse than the organisation's own language.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.template.loader import select_template
from django.utils.translation import get_language_info

from daylight.incidents.cadence import WORKING_DAY, Rhythm

FALLBACK = "en"


def can_speak(language: str) -> bool:
    """Whether Daylight has its own sentences in `language`."""
    return language.split("-", maxsplit=1)[0] in LANGUAGES


LANGUAGES = ("de", "en", "es", "fr")


def name_of(language: str) -> str:
    """The name of a language for the crew, such as "German"; its code when nobody knows a name."""
    try:
        return str(get_language_info(language)["name"])
    except KeyError:
        return language


def rhythm(minutes: int, usual: Rhythm, language: str) -> str:
    """The sentence that announces a slower rhythm: "From now on we speak every 2 hours instead of …"."""
    before = span(usual.between, in_working_hours=usual.in_working_hours)
    after = span(timedelta(minutes=minutes), in_working_hours=usual.in_working_hours)
    return _say(language, "rhythm", {"before": before, "after": after})


def holding(
    language: str, *, promised_for: datetime, next_update_by: datetime, zone: str, doing: str, is_late: bool
) -> str:
    """The honest words of a holding update: what we promised, that nothing is new, what we are still doing."""
    here = ZoneInfo(zone)
    promised, following = promised_for.astimezone(here), next_update_by.astimezone(here)
    facts = {
        "promised_for": promised,
        "next_update_by": following,
        "is_same_day": promised.date() == following.date(),
        "zone": zone,
        "doing": doing.strip(),
        "is_late": is_late,
    }
    return _say(language, "holding", facts)


def unknown_cause(language: str) -> str:
    """The sentence that a draft says when its writer chose "not known yet", for the checker to read."""
    return _say(language, "unknown", {})


def next_word(language: str, at: datetime) -> str:
    """The sentence by which a draft promises its next word, for the checker to read."""
    return _say(language, "next", {"at": at.astimezone(UTC)})


def correction(language: str) -> str:
    """The sentence that makes an update a correction, for the checker to read."""
    return _say(language, "correction", {})


def span(length: timedelta, *, in_working_hours: bool = False) -> dict[str, object]:
    """A length of time as the number and unit that a sentence would use."""
    minutes = round(length.total_seconds() / 60)
    day = round(WORKING_DAY.total_seconds() / 60) if in_working_hours else 24 * 60
    for unit, size in (("day", day), ("hour", 60)):
        if minutes % size == 0:
            return {"number": minutes // size, "unit": unit, "in_working_hours": in_working_hours}
    return {"number": minutes, "unit": "minute", "in_working_hours": in_working_hours}


def _say(language: str, sentence: str, facts: dict[str, object]) -> str:
    names = [f"incidents/said/{each}/{sentence}.txt" for each in (language.split("-", maxsplit=1)[0], FALLBACK)]
    return " ".join(select_template(names).render(facts).split())
