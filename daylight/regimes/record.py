"""The regimes of an incident on record: as plain data and as a table, for whoever must prove what was done by when."""

import csv
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from daylight.accounts.models import AuditEntry
from daylight.core.spreadsheets import Echo, harmless
from daylight.incidents.models import Incident
from daylight.regimes.known import the_shelf
from daylight.regimes.models import Answer, ClockWarning, Regime, RegimeClock
from daylight.regimes.packs.pack import COUNSEL, Pack
from daylight.regimes.showing import state_of

HEADINGS = (
    "regime",
    "clock",
    "to",
    "state",
    "our_aim",
    "started_at",
    "owed_by",
    "done_at",
    "done_by",
    "written_down_at",
    "proof",
    "missed_at",
    "exemption",
    "exempt_because",
    "exempt_by",
    "exempt_at",
)


def has_regimes(incident: Incident) -> bool:
    """Whether any regime ever applied."""
    return Regime.objects.filter(incident=incident).exists()


def of(incident: Incident, *, now: datetime) -> dict[str, Any]:
    """Everything on record: regimes with their clocks, dropped ones too; answers, instants, warnings, who did what."""
    packs = the_shelf().packs
    rows = incident.regimes.select_related("applied_by", "dropped_by").prefetch_related("clocks__met_by")
    return {
        "note": COUNSEL,
        "regimes": [_regime(row, packs.get(row.pack), now) for row in rows],
        "answers": [
            {"question": row.question, "yes": row.is_yes, "by": row.answered_by.name, "at": _iso(row.answered_at)}
            for row in Answer.objects.filter(incident=incident).select_related("answered_by").order_by("pk")
        ],
        "instants": [
            {
                "name": row.name,
                "pack": row.pack,
                "at": _iso(row.at),
                "because": row.because,
                "said_by": row.said_by.name,
                "said_at": _iso(row.said_at),
                "replaced_at": _iso(row.replaced_at),
            }
            for row in incident.regime_instants.select_related("said_by").order_by("pk")
        ],
        "warnings": [
            {"clock": row.clock.name, "percent": row.percent, "fired_at": _iso(row.fired_at)}
            for row in _warnings(incident)
        ],
        "acts": [
            {"number": row.number, "at": _iso(row.at), "by": row.actor, "act": row.act, "details": row.details}
            for row in AuditEntry.objects.filter(subject=incident.public_id, act__startswith="regime.").order_by(
                "number"
            )
        ],
    }


def table(incident: Incident, *, now: datetime) -> Iterator[str]:
    """The clocks as lines of CSV, headings first; no cell is a formula."""
    writer = csv.writer(Echo())
    yield writer.writerow(HEADINGS)
    for row in clocks(incident):
        said = _clock(row, now)
        yield writer.writerow([harmless(str(said[name] or "")) for name in HEADINGS])


def clocks(incident: Incident) -> list[RegimeClock]:
    """Every clock that was ever owed, the soonest first."""
    rows = RegimeClock.objects.filter(regime__incident=incident).select_related("regime", "met_by", "exempt_by")
    return sorted(rows, key=lambda row: (row.owed_by is None, row.owed_by, row.pk))


def state_on_record(row: RegimeClock, now: datetime) -> str:
    """The state of a clock in a word, also of one that came to be owed no more."""
    return "not owed" if not row.is_owed or row.regime.dropped_at is not None else state_of(row, now)


def _warnings(incident: Incident) -> Iterator[ClockWarning]:
    fired = ClockWarning.objects.filter(clock__regime__incident=incident, fired_at__isnull=False)
    yield from fired.select_related("clock").order_by("fired_at", "pk")


def _regime(row: Regime, pack: Pack | None, now: datetime) -> dict[str, Any]:
    return {
        "pack": row.pack,
        "title": row.title,
        "law": pack.law if pack else "",
        "how_sure": pack.how_sure if pack else "",
        "checked_on": row.checked_on.isoformat(),
        "applied_by": row.applied_by.name,
        "applied_at": _iso(row.applied_at),
        "by_hand": row.is_by_hand,
        "places": row.variants,
        "dropped_by": row.dropped_by.name if row.dropped_by else "",
        "dropped_at": _iso(row.dropped_at),
        "dropped_because": row.dropped_because,
        "clocks": [_clock(clock, now) for clock in row.clocks.all()],
    }


def _clock(row: RegimeClock, now: datetime) -> dict[str, Any]:
    return {
        "regime": row.regime.title,
        "clock": row.name,
        "to": row.to,
        "state": state_on_record(row, now),
        "our_aim": "yes" if row.is_aim else "",
        "started_at": _iso(row.started_at),
        "owed_by": _iso(row.owed_by),
        "done_at": _iso(row.met_at),
        "done_by": row.met_by.name if row.met_by else "",
        "written_down_at": _iso(row.met_recorded_at),
        "proof": row.proof,
        "missed_at": _iso(row.missed_at),
        "exemption": row.exemption,
        "exempt_because": row.exempt_because,
        "exempt_by": row.exempt_by.name if row.exempt_by else "",
        "exempt_at": _iso(row.exempt_at),
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
