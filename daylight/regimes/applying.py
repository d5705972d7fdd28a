"""Regimes of an incident and their clocks, as the answers and the known moments make them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from daylight.accounts import audit
from daylight.accounts.models import Member, Organisation
from daylight.incidents.models import Incident
from daylight.regimes.checking import leave_for_the_composer
from daylight.regimes.clockwork.reckoning import Limit, Reckoned, reckon
from daylight.regimes.failures import SaysWhy
from daylight.regimes.known import calendar_of, the_shelf
from daylight.regimes.models import Answer, ClockWarning, Regime, RegimeClock
from daylight.regimes.packs.judging import Verdict, is_owed, judge
from daylight.regimes.packs.pack import DONE, Clock, Pack, Variant

BY_ANSWERS = "The answers say that it does not apply."


@dataclass(frozen=True)
class Wanted:
    """A clock that the pack asks for here: the place it is for, whether it is owed, and its time."""

    clock: Clock
    variant: Variant | None
    limits: tuple[Limit, ...]
    is_owed: bool

    @property
    def name(self) -> str:
        """What is to be done, and for which place."""
        return f"{self.clock.name}: {self.variant.name}" if self.variant else self.clock.name

    @property
    def is_aim(self) -> bool:
        """Whether the law names no number, so that this one is ours."""
        return self.clock.is_aim or (self.variant is not None and self.variant.is_aim)


def apply_by_answers(incident: Incident, *, by: Member, at: datetime) -> None:
    """Packs that the answers ask for apply; those that answers brought and now rule out are dropped."""
    answers = Answer.objects.about(incident)
    shelf = the_shelf()
    standing = {regime.pack: regime for regime in incident.regimes.standing()}
    refused = set(
        incident.regimes.filter(dropped_at__isnull=False)
        .exclude(dropped_because=BY_ANSWERS)
        .values_list("pack", flat=True)
    )
    for pack in shelf.for_kind(incident.kind):
        verdict = judge(pack, answers)
        regime = standing.get(pack.id)
        if verdict is Verdict.APPLIES and regime is None and pack.id not in refused:
            apply(incident, pack, by=by, at=at)
        elif verdict is Verdict.NOT and regime is not None and not regime.is_by_hand:
            drop(regime, because=BY_ANSWERS, by=by, at=at)


@transaction.atomic
def apply(incident: Incident, pack: Pack, *, by: Member, at: datetime, is_by_hand: bool = False) -> Regime:
    """A pack applies from now on, and its clocks run as far as their starts are known.

    One that answers ruled out is taken up again with its places, proofs and exemptions.
    """
    dropped = incident.regimes.filter(pack=pack.id, dropped_because=BY_ANSWERS).order_by("-dropped_at", "-pk").first()
    if dropped is not None and not incident.regimes.standing().filter(pack=pack.id).exists():
        return _take_up(dropped, by=by, at=at, is_by_hand=is_by_hand)
    regime, is_new = incident.regimes.get_or_create(
        pack=pack.id,
        dropped_at=None,
        defaults={
            "title": pack.title,
            "is_by_hand": is_by_hand,
            "checked_on": pack.checked_on,
            "applied_by": by,
            "applied_at": at,
        },
    )
    if is_new:
        recount(regime, at=at)
        audit.record(at=at, actor=by.name, act="regime.apply", subject=incident.public_id, pack=pack.id)
    found: Regime = regime
    return found


def _take_up(regime: Regime, *, by: Member, at: datetime, is_by_hand: bool) -> Regime:
    regime = held(regime)
    was, because = regime.dropped_at, regime.dropped_because
    regime.dropped_by, regime.dropped_at, regime.dropped_because = None, None, ""
    regime.is_by_hand = regime.is_by_hand or is_by_hand
    regime.save(update_fields=["dropped_by", "dropped_at", "dropped_because", "is_by_hand"])
    recount(regime, at=at)
    for clock in regime.clocks.select_for_update(no_key=True):
        settle(clock, at=at)
    audit.record(
        at=at,
        actor=by.name,
        act="regime.apply",
        subject=regime.incident.public_id,
        pack=regime.pack,
        dropped_at=was.isoformat() if was else "",
        dropped_because=because,
    )
    return regime


def held(regime: Regime) -> Regime:
    """The regime as it stands, its incident locked: whoever changes a regime or a clock takes that lock first."""
    Incident.objects.select_for_update(no_key=True).get(pk=regime.incident_id)
    found: Regime = Regime.objects.select_related("incident").get(pk=regime.pk)
    return found


def held_clock(clock: RegimeClock) -> RegimeClock:
    """A clock as it stands, locked after its incident."""
    held(clock.regime)
    found: RegimeClock = RegimeClock.objects.select_for_update(no_key=True).get(pk=clock.pk)
    return found


@transaction.atomic
def drop(regime: Regime, *, because: str, by: Member, at: datetime) -> None:
    """It does not apply after all, for a reason; its clocks stay on record and warn nobody any more."""
    if not because.strip():
        raise SaysWhy("Say why it does not apply: somebody will ask.")
    regime = held(regime)
    if regime.dropped_at is not None:
        return
    regime.dropped_by, regime.dropped_at, regime.dropped_because = by, at, because.strip()
    regime.save(update_fields=["dropped_by", "dropped_at", "dropped_because"])
    for clock in regime.clocks.select_for_update(no_key=True):
        ClockWarning.objects.drop_waiting(clock, at=at)
    leave_for_the_composer(regime.incident, at=at)
    audit.record(at=at, actor=by.name, act="regime.drop", subject=regime.incident.public_id, pack=regime.pack)


@transaction.atomic
def choose_variants(regime: Regime, variants: list[str], *, by: Member, at: datetime) -> None:
    """Say which places it is about, such as the states where people live."""
    held(regime)
    regime.variants = variants
    regime.save(update_fields=["variants"])
    recount(regime, at=at)
    audit.record(
        at=at,
        actor=by.name,
        act="regime.choose",
        subject=regime.incident.public_id,
        pack=regime.pack,
        places=", ".join(variants),
    )


def moments_of(incident: Incident, pack: str) -> dict[str, datetime]:
    """What is known of the starts: from the incident, said for all packs, and said for this pack, the last first.

    The incident's own `classified_at` is when its severity was judged, which no law means, and so is not taken.
    """
    known = {"occurred": incident.occurred_at, "aware": incident.aware_at}
    if incident.confirmed_at is not None:
        known["confirmed"] = incident.confirmed_at
    rows = incident.regime_instants.standing().filter(pack__in=["", pack]).order_by("pack")
    return known | dict(rows.values_list("name", "at"))


@transaction.atomic
def recount(regime: Regime, *, at: datetime) -> int:
    """Bring the clocks of a regime up to what is known now; how many moved. A pack that is gone changes nothing."""
    pack, regime = the_shelf().packs.get(regime.pack), held(regime)
    if pack is None or regime.dropped_at is not None:
        return 0
    rows = {(row.clock, row.variant): row for row in regime.clocks.select_for_update(no_key=True)}
    moments = moments_of(regime.incident, pack.id)
    organisation = Organisation.get()
    moved = 0
    done = [row for row in rows.values() if row.met_at is not None]
    for each in _wanted(regime, pack):
        key = (each.clock.id, each.variant.id if each.variant else "")
        known = moments | _done(done, key[1])
        time = reckon(each.limits, known, calendar_of(pack, each.clock, organisation))
        moved += _bring_up(regime, rows.pop(key, None), each, time, at=at)
    for row in rows.values():
        moved += _not_owed(row, at=at)
    leave_for_the_composer(regime.incident, at=at)
    return moved


def _wanted(regime: Regime, pack: Pack) -> Iterator[Wanted]:
    answers = Answer.objects.about(regime.incident)
    chosen = [variant for variant in pack.variants if variant.id in regime.variants]
    places: list[Variant | None] = [*chosen] if pack.variants else [None]
    for clock in pack.clocks:
        owed = is_owed(clock, answers)
        if owed is Verdict.OPEN:
            continue
        for variant in places:
            limits = variant.limits.get(clock.id, clock.limits) if variant else clock.limits
            yield Wanted(clock, variant, limits, owed is Verdict.APPLIES)


def _done(rows: list[RegimeClock], variant: str) -> dict[str, datetime]:
    """When other clocks were met, as starts: those of the same place, or of none."""
    return {f"{DONE}{row.clock}": row.met_at for row in rows if row.met_at and row.variant in {"", variant}}


def _bring_up(regime: Regime, row: RegimeClock | None, wanted: Wanted, time: Reckoned, *, at: datetime) -> bool:
    """Make or move one clock; whether anything changed."""
    if row is None:
        if not wanted.is_owed:
            return False
        row = RegimeClock(regime=regime, clock=wanted.clock.id, variant=wanted.variant.id if wanted.variant else "")
    before = (row.pk, row.started_at, row.owed_by, row.is_owed, row.is_aim)
    after = (row.pk, time.started_at, time.owed_by, wanted.is_owed, wanted.is_aim)
    if row.pk is not None and before == after:
        return False
    was = row.owed_by
    row.name, row.to, row.is_aim = wanted.name[:200], wanted.clock.to[:200], wanted.is_aim
    row.started_at, row.owed_by, row.is_owed = time.started_at, time.owed_by, wanted.is_owed
    settle(row, at=at)
    audit.record(
        at=at,
        actor="Daylight",
        act="regime.clock",
        subject=regime.incident.public_id,
        pack=regime.pack,
        clock=row.clock,
        variant=row.variant,
        was=was.isoformat() if was else "",
        owed_by=row.owed_by.isoformat() if row.owed_by else "",
    )
    return True


def _not_owed(row: RegimeClock, *, at: datetime) -> bool:
    """A place was taken out again, or the pack lost the clock."""
    if not row.is_owed:
        return False
    row.is_owed = False
    settle(row, at=at)
    return True


def settle(row: RegimeClock, *, at: datetime) -> None:
    """Write a clock down after a change: whether it was missed, and which warnings are still to come."""
    end = row.met_at or row.exempt_at or at
    is_over = row.is_owed and row.owed_by is not None and end > row.owed_by
    row.missed_at = row.owed_by if is_over else None
    row.save()
    if row.is_settled or row.owed_by is None:
        ClockWarning.objects.drop_waiting(row, at=at)
    else:
        ClockWarning.objects.plan(row, at=at)
