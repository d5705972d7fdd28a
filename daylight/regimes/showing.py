"""The regimes of an incident as a member sees them: each clock with its state in a word, and what it waits for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from daylight.incidents.models import Incident
from daylight.regimes import answering, applying
from daylight.regimes.known import the_shelf
from daylight.regimes.models import Answer, Regime, RegimeClock
from daylight.regimes.packs.judging import Verdict, is_owed
from daylight.regimes.packs.pack import DONE, INSTANTS, Clock, Pack, Question

OF_ALL_PACKS = ("occurred", "aware", "confirmed")
"""Instants that mean the same to every law; what each law classes is a moment of its own pack."""

COLOURS = {
    "late": "red",
    "not started": "amber",
    "soon": "amber",
    "running": "blue",
    "later": "grey",
    "done late": "amber",
    "done": "green",
    "exempt": "grey",
}
"""The states of a clock, the most pressing first, and the colour of each."""


@dataclass(frozen=True)
class Start:
    """A moment at which a clock starts: its name, whether it counts for this pack alone, and when it was, if known."""

    name: str
    pack: str
    says: str
    at: datetime | None

    @property
    def target(self) -> str:
        """How a form names it."""
        return f"{self.pack}:{self.name}"

    @property
    def anchor(self) -> str:
        """Where on the page it is said."""
        return f"when-{self.pack}-{self.name}"


@dataclass(frozen=True)
class ClockShown:
    """One clock: its row, what its pack says of it, and its state."""

    row: RegimeClock
    spec: Clock | None
    state: str
    starts: tuple[Start, ...] = ()
    after: tuple[str, ...] = ()
    law_says: str = ""
    note: str = ""

    @property
    def colour(self) -> str:
        """The colour of its badge."""
        return COLOURS[self.state]

    @property
    def unknown(self) -> list[Start]:
        """Starts that nobody has said yet."""
        return [start for start in self.starts if start.at is None]


@dataclass(frozen=True)
class RegimeShown:
    """A regime that applies: its pack (None where the firm took it away), its clocks, and what is still open in it."""

    regime: Regime
    pack: Pack | None
    is_faded: bool
    clocks: tuple[ClockShown, ...]
    open_questions: tuple[tuple[Clock, Question], ...]

    @property
    def starts(self) -> list[Start]:
        """Moments that count for this pack alone, each once."""
        return list({start.name: start for clock in self.clocks for start in clock.starts if start.pack}.values())

    @property
    def waits_for_places(self) -> bool:
        """Whether no place is chosen where the pack goes by places."""
        return bool(self.pack and self.pack.variants and not self.regime.variants)


def state_of(row: RegimeClock, now: datetime) -> str:
    """The state of a clock, in a word."""
    if row.exempt_at is not None:
        return "exempt"
    if row.met_at is not None:
        return "done late" if row.was_late else "done"
    if row.owed_by is None:
        return "not started"
    if row.is_late(now):
        return "late"
    return "soon" if row.at_risk_from and now >= row.at_risk_from else "running"


def shown(incident: Incident, *, now: datetime) -> list[RegimeShown]:
    """Every regime that applies, with its clocks, the most pressing first."""
    packs, questions, answers = the_shelf().packs, the_shelf().questions, Answer.objects.about(incident)
    rows: dict[int, list[RegimeClock]] = {}
    for row in RegimeClock.objects.of(incident):
        rows.setdefault(row.regime_id, []).append(row)
    found = []
    for regime in incident.regimes.standing().select_related("applied_by"):
        pack = packs.get(regime.pack)
        moments = applying.moments_of(incident, regime.pack)
        clocks = (_clock(row, pack, moments, now) for row in rows.get(regime.pk, []))
        found.append(
            RegimeShown(
                regime=regime,
                pack=pack,
                is_faded=pack is not None and pack.is_faded(now.date()),
                clocks=tuple(sorted(clocks, key=_urgency)),
                open_questions=tuple(_open(pack, questions, answers)),
            )
        )
    return found


def _clock(row: RegimeClock, pack: Pack | None, moments: Mapping[str, datetime], now: datetime) -> ClockShown:
    spec = pack.clock(row.clock) if pack else None
    if pack is None or spec is None:
        return ClockShown(row, None, state_of(row, now))
    variant = pack.variant(row.variant)
    limits = variant.limits.get(spec.id, spec.limits) if variant else spec.limits
    names = list(dict.fromkeys(limit.starts for limit in limits))
    starts = (
        Start(name, "" if name in OF_ALL_PACKS else pack.id, pack.says(name), moments.get(name))
        for name in names
        if not name.startswith(DONE)
    )
    after = tuple(pack.says(name) for name in names if name.startswith(DONE))
    law_says = (variant.law_says if variant else "") or spec.law_says
    state = state_of(row, now)
    known = tuple(starts)
    if state == "not started" and after and all(start.at for start in known):
        state = "later"  # Nobody has to say anything: it follows another clock.
    return ClockShown(row, spec, state, known, after, law_says, spec.note)


def _open(
    pack: Pack | None, questions: Mapping[str, Question], answers: Mapping[str, bool]
) -> Iterable[tuple[Clock, Question]]:
    """Clocks that may be owed, and the question that decides."""
    for clock in pack.clocks if pack else ():
        if is_owed(clock, answers) is Verdict.OPEN:
            for key in clock.only_if:
                if key not in answers:
                    yield clock, questions[key]


def _urgency(clock: ClockShown) -> tuple[int, str, int]:
    order = list(COLOURS).index(clock.state)
    return order, clock.row.owed_by.isoformat() if clock.row.owed_by else "", clock.row.pk or 0


@dataclass(frozen=True)
class Glance:
    """The regimes of an incident in a few lines: clocks that need somebody, and how many there are in all."""

    pressing: tuple[tuple[RegimeShown, ClockShown], ...]
    more: int
    settled: int
    without_a_start: int
    may_apply: int
    questions: int
    applied: int


MOST_AT_A_GLANCE = 4


def glance(incident: Incident, *, now: datetime) -> Glance:
    """What the incident room shows beside the promise clock."""
    regimes = shown(incident, now=now)
    pairs = [(regime, clock) for regime in regimes for clock in regime.clocks]
    owed = sorted((pair for pair in pairs if not pair[1].row.is_settled), key=lambda pair: _urgency(pair[1]))
    answers = Answer.objects.about(incident)
    asked = [question for question in answering.questions_about(incident) if question.id not in answers]
    return Glance(
        pressing=tuple(owed[:MOST_AT_A_GLANCE]),
        more=max(0, len(owed) - MOST_AT_A_GLANCE),
        settled=len(pairs) - len(owed),
        without_a_start=sum(pair[1].state == "not started" for pair in owed)
        + sum(regime.waits_for_places for regime in regimes),
        may_apply=len(answering.open_packs(incident)),
        questions=len(asked),
        applied=len(regimes),
    )


def four_instants(incident: Incident) -> list[Start]:
    """The four starts that are kept apart, as far as they count for every law."""
    known = applying.moments_of(incident, "")
    return [Start(name, "", INSTANTS[name], known.get(name)) for name in OF_ALL_PACKS]
