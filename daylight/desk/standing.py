"""How each open incident stands: what is due next, how many are affected, how many of them have been told."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from daylight.accounts.models import Member
from daylight.desk.addresses import address_of, room_of
from daylight.incidents.models import Incident, Promise, Update
from daylight.reach.progress import in_short

UNDECIDED = (Promise.State.OPEN, Promise.State.LATE)


class NextWord(TypedDict):
    """The word that is due: when, given when, and which."""

    due: datetime | None
    since: datetime | None
    what_is_due: str


@dataclass(frozen=True)
class Standing:
    """One open incident as the bar shows it. `due` is the next promised word, or the first one that is owed."""

    incident: Incident
    due: datetime | None
    since: datetime | None
    what_is_due: str
    affected: int
    told: int
    leaving: Update | None

    @property
    def address(self) -> str:
        """The incident room."""
        return room_of(self.incident)

    @property
    def told_in_words(self) -> str:
        """How many of the affected have been told, as on a departure board."""
        return f"{self.told:,}/{self.affected:,}"

    @property
    def take_back(self) -> str:
        """Where the update that is leaving is stopped."""
        return address_of("incidents:take-back", self.incident.public_id) if self.leaving else ""

    def is_late(self, now: datetime) -> bool:
        """Whether the time for the next word has passed."""
        return self.due is not None and self.due < now


def standings(member: Member) -> list[Standing]:
    """The open incidents this member may see, the one that needs word first before the others; a few queries."""
    incidents = list(Incident.objects.for_member(member).open())
    if not incidents:
        return []
    promises = {row.incident_id: row for row in Promise.objects.filter(incident__in=incidents, state__in=UNDECIDED)}
    leaving = {
        row.incident_id: row for row in Update.objects.filter(incident__in=incidents, state=Update.State.LEAVING)
    }
    told = in_short(incidents)
    found = [
        Standing(
            incident=incident,
            **_next_word(incident, promises.get(incident.pk), has_spoken=told[incident.pk].has_spoken),
            affected=told[incident.pk].affected,
            told=told[incident.pk].told,
            leaving=leaving.get(incident.pk),
        )
        for incident in incidents
    ]
    return sorted(found, key=lambda row: (row.due is None, row.due or row.incident.opened_at, row.incident.pk))


def _next_word(incident: Incident, promise: Promise | None, *, has_spoken: bool) -> NextWord:
    if promise:
        return NextWord(due=promise.promised_for, since=promise.given_at, what_is_due="next word")
    if not has_spoken and incident.first_word_due_at:
        return NextWord(due=incident.first_word_due_at, since=incident.opened_at, what_is_due="first word")
    return NextWord(due=None, since=None, what_is_due="")
