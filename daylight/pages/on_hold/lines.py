"""The telephone systems that play the message: what each was heard to play, and whether that is what stands now."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from daylight.pages.models import LineCheck, Page, PhoneLine, SpokenText
from daylight.pages.on_hold import agi, reading
from daylight.pages.on_hold.facts import Part

WRITTEN_EVERY = timedelta(seconds=10)
"""A line that asks with every call is written down no more often than this, unless it plays something new."""


class Fault(StrEnum):
    """What is wrong with a line."""

    BEHIND = "behind"
    SILENT = "silent"


@dataclass(frozen=True)
class Standing:
    """How a line stands."""

    line: PhoneLine
    plays_current: bool
    fault: Fault | None
    checked: LineCheck | None


def heard(line: PhoneLine, *, version: str, language: str, by: str, at: datetime) -> None:
    """A line fetched the message, or said what it plays."""
    is_new = line.heard_version != version or line.heard_language != language
    if line.heard_at is None or is_new or at - line.heard_at >= WRITTEN_EVERY:
        PhoneLine.objects.filter(pk=line.pk).update(
            heard_at=at, heard_version=version[:12], heard_language=language[:12], heard_by=by[:40]
        )


def in_use(page: Page) -> list[PhoneLine]:
    """The lines of a page, by name."""
    return list(PhoneLine.objects.filter(page=page, retired_at__isnull=True).order_by("name"))


def standings(page: Page, *, now: datetime) -> list[Standing]:
    """How each line of a page stands."""
    return [standing(line, now=now) for line in in_use(page)]


def standing(line: PhoneLine, *, now: datetime) -> Standing:
    """How a line stands: what it was last heard to play, against what it should."""
    current = current_message(line.page, line.heard_language or str(line.page.language))
    plays_current = current is not None and line.heard_version == current.version
    check = line.checks.order_by("-checked_at").first()
    return Standing(line, plays_current, _fault(line, current, now=now), check)


def current_message(page: Page, language: str) -> SpokenText | None:
    """The message that stands now in a language; None while nothing is said."""
    return reading.current(page, language).get(Part.MESSAGE)


def confirm(line: PhoneLine, *, by: str, at: datetime) -> LineCheck:
    """A member called the line and heard the message as it stands."""
    current = current_message(line.page, str(line.page.language))
    version = current.version if current else ""
    return LineCheck.objects.create(line=line, checked_at=at, checked_by=by, version=version)


def program_for(line: PhoneLine) -> str:
    """The program that plays the message on an Asterisk, with what it needs to know of the line."""
    text = Path(agi.__file__).read_text(encoding="utf-8")
    return text.replace('ADDRESS = ""', f'ADDRESS = "{line.address}"', 1).replace(
        'SECRET = ""', f'SECRET = "{line.secret or ""}"', 1
    )


def _fault(line: PhoneLine, current: SpokenText | None, *, now: datetime) -> Fault | None:
    heard_at = line.heard_at
    if line.silent_after and now - (heard_at or line.made_at) >= timedelta(hours=line.silent_after):
        return Fault.SILENT
    if current is None or heard_at is None or line.heard_version == current.version:
        return None
    return Fault.BEHIND if heard_at - current.since >= timedelta(minutes=line.behind_after) else None
