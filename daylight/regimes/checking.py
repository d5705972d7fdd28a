"""The regimes of an incident as the candour checker reads them."""

from datetime import datetime

from daylight.candour import packs as asked
from daylight.incidents.models import Incident, RegimeWords
from daylight.regimes.known import the_shelf
from daylight.regimes.models import Regime, RegimeClock
from daylight.regimes.packs.pack import Pack

__all__ = ["leave_for_the_composer", "packs_of"]


def packs_of(incident: Incident, at: datetime) -> tuple[asked.Pack, ...]:
    """What the regimes of an incident ask of its words at `at`: required elements, banned words, clocks.

    Give it to `daylight.candour.check(..., packs=packs_of(incident, now), now=now)`. Regimes that apply count, by the
    answers or by hand; a clock that has not started or is exempt is left out, one that was met says so. A pack whose
    sources nobody has looked at for a year says so in its title. Empty where nothing applies. Two queries.
    """
    regimes = list(incident.regimes.standing())
    if not regimes:
        return ()
    clocks: dict[int, list[RegimeClock]] = {}
    for clock in RegimeClock.objects.of(incident):
        clocks.setdefault(clock.regime_id, []).append(clock)
    packs = the_shelf().packs
    return tuple(_as_asked(regime, packs.get(regime.pack), clocks.get(regime.pk, []), at=at) for regime in regimes)


def leave_for_the_composer(incident: Incident, *, at: datetime) -> None:
    """What the regimes ask of the next words, as rows where the composer reads them: it knows nothing of this room."""
    RegimeWords.objects.replace(incident, packs_of(incident, at), at=at)


def _as_asked(regime: Regime, pack: Pack | None, clocks: list[RegimeClock], *, at: datetime) -> asked.Pack:
    running = tuple(_clock(clock) for clock in clocks if clock.owed_by is not None and clock.exempt_at is None)
    if pack is None:
        return asked.Pack(regime.pack, regime.title, clocks=running)
    return required_by(pack, clocks=running, title=_title(pack, at))


def required_by(pack: Pack, *, clocks: tuple[asked.Clock, ...] = (), title: str = "") -> asked.Pack:
    """A pack as the checker reads it, without an incident."""
    required = tuple(
        asked.Required(element.id, element.label, element.checker, element.words, element.stages)
        for element in pack.elements
        if element.is_looked_for
    )
    return asked.Pack(pack.id, title or pack.title, required, pack.wording, clocks)


def _title(pack: Pack, at: datetime) -> str:
    return f"{pack.title} (last checked {pack.checked_on:%-d %B %Y})" if pack.is_faded(at.date()) else pack.title


def _clock(clock: RegimeClock) -> asked.Clock:
    if clock.owed_by is None or clock.at_risk_from is None:
        raise ValueError(f"{clock} has not started")
    return asked.Clock(clock.name, clock.owed_by, clock.at_risk_from, clock.met_at is not None)
