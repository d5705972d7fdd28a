"""Calm before a first big statement and after a long shift: the mirror question, and a pause for those who want it.

It takes nothing away: a pause can be ended at once, and words can be sent while it runs.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from daylight.accounts.models import Member, Organisation
from daylight.incidents.models import CalmMoment, Incident
from daylight.incidents.remarks import Remark
from daylight.incidents.shift import long_shift
from daylight.incidents.words import Severity

USUAL_PAUSE = timedelta(minutes=5)
BEFORE_THE_PROMISE = timedelta(minutes=2)
"""A pause ends so long before word is due."""

SHORTEST = timedelta(minutes=1)
SAVING_FACE = ("CND-2", "CND-3", "CND-4", "CND-5")
"""Families of rules whose words protect us rather than the reader."""


@dataclass(frozen=True)
class Mirror:
    """What a writer is asked before a first big statement, or one who has been at it for long, since `since`.

    `stops`: it is a step of its own, since they wish so.
    """

    stops: bool
    protects_us: tuple[str, ...]
    pause: timedelta | None
    is_first: bool = True
    since: datetime | None = None

    @property
    def minutes(self) -> int:
        """The pause in minutes."""
        return round(self.pause.total_seconds() / 60) if self.pause else 0


def is_first_big_statement(incident: Incident) -> bool:
    """Whether nobody has spoken yet on something that hurts customers badly."""
    return incident.severity <= Severity.MATERIAL and not incident.updates.published().exists()


def mirror(incident: Incident, member: Member, remarks: Iterable[Remark], *, at: datetime) -> Mirror | None:
    """The question, where it is due; it is asked again as long as it is, and stops the writer once."""
    if not incident.is_open:
        return None
    is_first, since = is_first_big_statement(incident), long_shift(member, at=at)
    if not is_first and since is None:
        return None
    phrases = [remark.phrase for remark in remarks if remark.phrase and remark.rule.startswith(SAVING_FACE)]
    wants_calm = bool(member.pause_minutes) or Organisation.get().calm_mode
    asked = CalmMoment.objects.filter(incident=incident, member=member)
    was_asked = (asked if since is None else asked.filter(asked_at__gte=since)).exists()
    return Mirror(
        stops=wants_calm and not was_asked,
        protects_us=tuple(dict.fromkeys(phrases)),
        pause=possible_pause(incident, member, at=at),
        is_first=is_first,
        since=since,
    )


def possible_pause(incident: Incident, member: Member, *, at: datetime) -> timedelta | None:
    """How long a pause may be before word is due; None where no time is left for one."""
    wanted = timedelta(minutes=member.pause_minutes) if member.pause_minutes else USUAL_PAUSE
    due = promise.promised_for if (promise := incident.open_promise) else incident.first_word_due_at
    if due is not None and due > at:
        wanted = min(wanted, due - BEFORE_THE_PROMISE - at)
    elif due is not None:
        return None
    return wanted if wanted >= SHORTEST else None


def ask(incident: Incident, member: Member, *, at: datetime) -> CalmMoment:
    """Note that the member was asked."""
    moment, _ = CalmMoment.objects.update_or_create(incident=incident, member=member, defaults={"asked_at": at})
    return moment


def pause(incident: Incident, member: Member, *, at: datetime) -> CalmMoment | None:
    """Book the member's pause; None where no time is left for one."""
    length = possible_pause(incident, member, at=at)
    if length is None:
        return None
    moment = ask(incident, member, at=at)
    moment.pause(until=(at + length).replace(microsecond=0), at=at)
    return moment


def running(incident: Incident, member: Member, *, at: datetime) -> CalmMoment | None:
    """The pause in which the member is."""
    return CalmMoment.objects.running(at).filter(incident=incident, member=member).first()
