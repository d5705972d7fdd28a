"""What the page says in one sentence, worked out from facts alone: no database, no clock, no words.

The words are in `templates/pages/headline.html`. The promise of this module: a headline is never greener than the
worst open incident, and planned work never makes it red.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, IntEnum

from daylight.incidents.words import ComponentState, Severity


class Tone(IntEnum):
    """How bad it is, from best to worst."""

    WORKING = 0
    PLANNED = 1
    TROUBLE = 2
    OUTAGE = 3

    @property
    def word(self) -> str:
        """The name in style sheets and in JSON."""
        return self.name.lower()


class Says(Enum):
    """Which sentence it is."""

    NOTHING_YET = "nothing_yet"
    ALL_WORKS = "all_works"
    COMPONENTS = "components"
    LOOKING = "looking"
    ONE_INCIDENT = "one_incident"
    SEVERAL_INCIDENTS = "several_incidents"
    PLANNED_WORK = "planned_work"
    PLANNED_WORK_LONGER = "planned_work_longer"


@dataclass(frozen=True)
class Trouble:
    """What the headline needs to know of one open public incident.

    `is_told`: something was published. `is_planned`: it is planned work; `has_begun` and `is_overrun` say where that
    stands. `is_late`: we promised word by a time that has passed.
    """

    severity: int
    is_planned: bool = False
    has_begun: bool = True
    is_overrun: bool = False
    is_late: bool = False
    is_told: bool = True

    @property
    def tone(self) -> Tone:
        """How bad this is on its own."""
        if self.is_planned:
            if self.is_late or self.is_overrun:
                return Tone.TROUBLE
            return Tone.PLANNED if self.has_begun else Tone.WORKING
        return Tone.OUTAGE if self.severity <= Severity.MATERIAL else Tone.TROUBLE


@dataclass(frozen=True)
class Headline:
    """The sentence to say: its tone, which one it is, how many incidents it speaks of, how many words we owe."""

    tone: Tone
    says: Says
    count: int = 0
    late: int = 0


TONE_OF_COMPONENT = {
    ComponentState.OPERATIONAL: Tone.WORKING,
    ComponentState.MAINTENANCE: Tone.PLANNED,
    ComponentState.DEGRADED: Tone.TROUBLE,
    ComponentState.PARTIAL_OUTAGE: Tone.TROUBLE,
    ComponentState.MAJOR_OUTAGE: Tone.OUTAGE,
}


def headline(troubles: Sequence[Trouble], components: Iterable[ComponentState]) -> Headline:
    """The headline for all open public incidents and the states of the components shown."""
    shown = list(components)
    tones = [trouble.tone for trouble in troubles] + [TONE_OF_COMPONENT[state] for state in shown]
    tone = max(tones, default=Tone.WORKING)
    says, count = _sentence(troubles, shown)
    return Headline(tone=tone, says=says, count=count, late=sum(trouble.is_late for trouble in troubles))


def _sentence(troubles: Sequence[Trouble], components: Sequence[ComponentState]) -> tuple[Says, int]:
    incidents = [trouble for trouble in troubles if not trouble.is_planned]
    works = [trouble for trouble in troubles if trouble.is_planned and trouble.tone > Tone.WORKING]
    broken = [state for state in components if TONE_OF_COMPONENT[state] >= Tone.TROUBLE]
    if len(incidents) > 1:
        return Says.SEVERAL_INCIDENTS, len(incidents)
    if incidents:
        return (Says.ONE_INCIDENT if incidents[0].is_told else Says.LOOKING), 1
    if broken:
        return Says.COMPONENTS, len(broken)
    if any(work.is_overrun for work in works):
        return Says.PLANNED_WORK_LONGER, len(works)
    if works or ComponentState.MAINTENANCE in components:
        return Says.PLANNED_WORK, len(works)
    return (Says.ALL_WORKS if components else Says.NOTHING_YET), 0
