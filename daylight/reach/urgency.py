"""How hard we try to reach people: the severity of an incident decides.

severity              waits for "I have seen this"    rings in quiet hours    calls who never confirmed
1 highly material     10 minutes, then the next way   yes                     yes
2 material            30 minutes, then the next way   no                      no
3, 4, 5               never; only when a way failed   no                      no
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from daylight.incidents.models import Incident
from daylight.incidents.words import Severity


@dataclass(frozen=True)
class Urgency:
    """What a severity asks for.

    `confirm_within` is how long we wait for a customer to confirm before we try the next way; None: we do not ask.
    `calls_unconfirmed` puts whoever confirmed on no way at all on the call list.
    """

    confirm_within: timedelta | None = None
    overrides_quiet_hours: bool = False
    calls_unconfirmed: bool = False

    @property
    def minutes(self) -> int:
        """The same wait in minutes; 0 when we do not ask."""
        return round(self.confirm_within / timedelta(minutes=1)) if self.confirm_within else 0


CALM = Urgency()

URGENCY: Mapping[int, Urgency] = {
    Severity.HIGHLY_MATERIAL: Urgency(timedelta(minutes=10), overrides_quiet_hours=True, calls_unconfirmed=True),
    Severity.MATERIAL: Urgency(timedelta(minutes=30)),
    Severity.NOTICEABLE: CALM,
    Severity.SLIGHT: CALM,
    Severity.IMMATERIAL: CALM,
}


def of(incident: Incident) -> Urgency:
    """How urgent an incident is as it is judged now. Nobody is chased in an exercise, or woken for good news."""
    return CALM if incident.is_exercise or not incident.is_open else URGENCY[incident.severity]


def asks_confirmation(incident: Incident) -> bool:
    """Whether its messages carry the link to confirm."""
    return of(incident).confirm_within is not None
