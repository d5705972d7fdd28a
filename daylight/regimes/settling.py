"""What members do about a clock: say that it is done, and how that is known; why nothing is owed; take that back."""

from datetime import datetime

from django.db import transaction

from daylight.accounts import audit
from daylight.accounts.models import Member
from daylight.regimes import applying
from daylight.regimes.checking import leave_for_the_composer
from daylight.regimes.failures import NeedsProof, NotSoon, RegimeFailure, SaysWhy
from daylight.regimes.models import RegimeClock


@transaction.atomic
def meet(clock: RegimeClock, *, done_at: datetime, proof: str, by: Member, at: datetime) -> None:
    """It was done at `done_at`, and `proof` says how that is known. Clocks that start there begin.

    Raises NeedsProof, NotSoon, and RegimeFailure where it is settled already.
    """
    row = _held(clock)
    if not proof.strip():
        raise NeedsProof("Say how it is known: a reference number, a receipt, a link, who confirmed it.")
    if done_at > at:
        raise NotSoon("This lies in the future. Come back when it is done.")
    row.met_at, row.met_by, row.met_recorded_at, row.proof = done_at, by, at, proof.strip()
    _write(row, "regime.meet", by=by, at=at, done_at=done_at.isoformat())
    applying.recount(row.regime, at=at)
    clock.refresh_from_db()


@transaction.atomic
def exempt(clock: RegimeClock, *, exemption: str, because: str, by: Member, at: datetime) -> None:
    """Nothing is owed here, by an exemption and for a reason. Raises SaysWhy."""
    row = _held(clock)
    if not because.strip():
        raise SaysWhy("Say why nothing is owed: the authority may ask years from now.")
    row.exempt_at, row.exempt_by = at, by
    row.exemption, row.exempt_because = exemption.strip()[:300], because.strip()
    _write(row, "regime.exempt", by=by, at=at, exemption=row.exemption)
    leave_for_the_composer(row.regime.incident, at=at)
    clock.refresh_from_db()


@transaction.atomic
def take_back(clock: RegimeClock, *, because: str, by: Member, at: datetime) -> None:
    """It was not done, or the exemption does not hold: the clock runs as before. Raises SaysWhy."""
    row = applying.held_clock(clock)
    if not because.strip():
        raise SaysWhy("Say why it is taken back: it is on record that it was settled.")
    was = {"met_at": row.met_at, "proof": row.proof, "exemption": row.exemption}
    row.met_at = row.met_by = row.met_recorded_at = row.exempt_at = row.exempt_by = None
    row.proof = row.exemption = row.exempt_because = ""
    kept = {name: str(value) for name, value in was.items() if value}
    _write(row, "regime.take_back", by=by, at=at, because=because.strip(), **kept)
    applying.recount(row.regime, at=at)
    clock.refresh_from_db()


def _held(clock: RegimeClock) -> RegimeClock:
    row = applying.held_clock(clock)
    if row.is_settled:
        raise RegimeFailure("This clock is settled already; take that back first.")
    return row


def _write(row: RegimeClock, act: str, *, by: Member, at: datetime, **details: object) -> None:
    applying.settle(row, at=at)
    audit.record(
        at=at,
        actor=by.name,
        act=act,
        subject=row.regime.incident.public_id,
        pack=row.regime.pack,
        clock=row.clock,
        **details,
    )
