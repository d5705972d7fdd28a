"""The duty to speak: the worse it is for customers, the less may stay unsaid without a name and a reason."""

from dataclasses import dataclass
from datetime import datetime

from daylight.incidents.models import Incident, WithheldFact
from daylight.incidents.words import Severity


@dataclass(frozen=True)
class Duty:
    """Something that is owed on a grave incident: since when, and who keeps it back why, if somebody does."""

    incident: Incident
    is_silent: bool
    since: datetime
    kept_back: WithheldFact | None

    @property
    def is_breached(self) -> bool:
        """Whether nobody answers for it."""
        return self.kept_back is None

    @property
    def text(self) -> str:
        """What is owed, in a sentence."""
        if self.is_silent:
            return f"Severity {self.incident.severity}: customers should have had a first word by now."
        return (
            f"Severity {self.incident.severity}: it is not public, so whoever is not on our list knows nothing of it."
        )


def duty(incident: Incident, *, at: datetime) -> Duty | None:
    """What is owed now: a first word, or a public one; None while its time has not come, or the harm is small."""
    due = incident.first_word_due_at
    if incident.severity > Severity.MATERIAL or not incident.is_open or incident.is_exercise or incident.is_planned:
        return None
    if due is None or due > at:
        return None
    is_silent = not incident.updates.published().exists()
    if not is_silent and incident.made_public_at is not None:
        return None
    standing = incident.withheld_facts.standing().filter(is_everything=True, review_at__gt=at)
    return Duty(incident, is_silent, since=due, kept_back=standing.select_related("owner").first())
