"""Ninety days of the demonstration firm's past, played through the verbs that a crew uses, at times gone by.

Nobody is written to: the registers of these incidents are empty, so the fan-out finds nobody for any of their updates
and sends nothing, now or later. They were told on the status page alone, and a note on each timeline says so.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from daylight.accounts.models import Member, Organisation
from daylight.incidents import drafting
from daylight.incidents.declaring import confirm, declare, write_note
from daylight.incidents.models import Incident
from daylight.incidents.models.update import TAKE_BACK_SECONDS
from daylight.incidents.statement import TEXT_PARTS, Statement, Words
from daylight.incidents.words import FINAL_STAGES, Kind

NOTE = "Made up for the demonstration: it was shown on the status page, and nobody was written to."


def play(now: datetime, *, crew: Mapping[str, Member]) -> int:
    """Declare, tell and resolve every past incident; returns how many there were."""
    data = tomllib.loads(Path(__file__).with_name("demo_past.toml").read_text(encoding="utf-8"))
    for story in data["incident"]:
        _play(story, now, crew)
    return len(data["incident"])


def _play(story: Mapping[str, Any], now: datetime, crew: Mapping[str, Member]) -> None:
    opened, lead = _opened(story, now), crew[story["lead"]]
    window: dict[str, Any] = {}
    if "window" in story:
        begins, ends = (opened + timedelta(minutes=minutes) for minutes in story["window"])
        window = {"planned_from": begins, "planned_until": ends, "occurred_at": begins}
    incident = declare(
        kind=Kind(story["kind"]),
        severity=story["severity"],
        title=story["title"],
        by=lead,
        at=opened,
        lead=lead,
        **{"occurred_at": opened - timedelta(minutes=story.get("dark", 0)), **window},
    )
    write_note(incident, text=NOTE, by=lead, at=opened)
    confirm(incident, by=lead, at=opened)
    for said in story["update"]:
        _tell(incident, said, opened, by=crew[said.get("by", story["lead"])])
        incident.refresh_from_db()


def _opened(story: Mapping[str, Any], now: datetime) -> datetime:
    """On a Tuesday at least so many days ago, so that stories that run over working days always do."""
    zone = ZoneInfo(Organisation.get().time_zone)
    day = now.astimezone(zone).date() - timedelta(days=story["days_ago"])
    day -= timedelta(days=(day.weekday() - 1) % 7)
    return datetime.combine(day, time.fromisoformat(story["at"]), zone)


def _tell(incident: Incident, said: Mapping[str, Any], opened: datetime, *, by: Member) -> None:
    at = opened + timedelta(minutes=said["after"])
    draft = drafting.start(incident, by=by, at=at)
    draft.write(_statement(draft.statement(), incident, said, at), by=by, at=at)
    draft.send_off(by=by, at=at)
    draft.release(at=at + timedelta(seconds=TAKE_BACK_SECONDS))


def _statement(before: Statement, incident: Incident, said: Mapping[str, Any], at: datetime) -> Statement:
    language = Organisation.get().language
    words = replace(before.texts.get(language, Words()), **{part: said[part] for part in TEXT_PARTS if part in said})
    suggested = drafting.suggest_next_word(incident, at=at)
    next_update_by = at + timedelta(minutes=said["next_in"]) if "next_in" in said else suggested
    return replace(
        before,
        stage=said["stage"],
        why_known=bool(words.why),
        next_update_by=None if said["stage"] in FINAL_STAGES else next_update_by,
        is_correction=said.get("correction", False),
        impacts=said.get("impacts", before.impacts),
        texts={language: words},
    )
