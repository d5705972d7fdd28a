"""How each open incident stands: what is due next, how many are affected, how many of them have been told."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from django.db.models import Sum

from daylight.accounts.models import Member
from daylight.desk.addresses import address_of, room_of
from daylight.incidents.models import Incident, Promise, RegisterVersion, Update
from daylight.reach.models import Batch

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
    latest = _latest_words(incidents)
    told = _told(latest)
    totals = dict(
        RegisterVersion.objects.filter(incident__in=incidents).order_by("number").values_list("incident_id", "total")
    )
    found = [
        Standing(
            incident=incident,
            **_next_word(incident, promises.get(incident.pk), has_spoken=incident.pk in latest),
            affected=totals.get(incident.pk, 0),
            told=told.get(incident.pk, 0),
            leaving=leaving.get(incident.pk),
        )
        for incident in incidents
    ]
    return sorted(found, key=lambda row: (row.due is None, row.due or row.incident.opened_at, row.incident.pk))


def _latest_words(incidents: list[Incident]) -> dict[int, int]:
    """The latest published update of each incident that has one."""
    published = Update.objects.filter(incident__in=incidents, number__isnull=False).order_by("number")
    return dict(published.values_list("incident_id", "pk"))


def _told(latest: dict[int, int]) -> dict[int, int]:
    """How many customers have the latest word of each incident; from the batches' counts, never from the ledger."""
    batches = Batch.objects.filter(notice__update__in=latest.values())
    return dict(
        batches.values("notice__incident").annotate(number=Sum("told")).values_list("notice__incident", "number")
    )


def _next_word(incident: Incident, promise: Promise | None, *, has_spoken: bool) -> NextWord:
    if promise:
        return NextWord(due=promise.promised_for, since=promise.given_at, what_is_due="next word")
    if not has_spoken and incident.first_word_due_at:
        return NextWord(due=incident.first_word_due_at, since=incident.opened_at, what_is_due="first word")
    return NextWord(due=None, since=None, what_is_due="")
