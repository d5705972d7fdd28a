"""How quick we were: from the first sign and the first mention outside to our first public word."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import TruncHour

from daylight.incidents.models import Incident
from daylight.listen.models import Message
from daylight.watch.amplifying import reach_of
from daylight.watch.belonging import messages_of
from daylight.watch.models import Signal
from daylight.watch.words import OUTSIDE

LATELY = timedelta(days=1)
COUNTED_TO = 1_000


@dataclass(frozen=True)
class Pace:
    """The moments that are compared; None for what did not happen, or not yet."""

    surge: datetime | None
    noticed: datetime | None
    outside: datetime | None
    word: datetime | None

    @property
    def noticed_after(self) -> timedelta | None:
        """From the first message of the surge to our signal."""
        return _between(self.surge, self.noticed)

    @property
    def word_after_signal(self) -> timedelta | None:
        """From the signal to the first public word."""
        return _between(self.noticed, self.word)

    @property
    def word_after_outside(self) -> timedelta | None:
        """From the first mention outside to our first public word; below zero when we were first."""
        return _between(self.outside, self.word)

    @property
    def were_first(self) -> bool:
        """Whether we spoke before anybody else did."""
        return self.word is not None and (self.outside is None or self.word <= self.outside)


def of_incident(incident: Incident) -> Pace:
    """The pace of an incident, from the signals it was made of."""
    signals = list(Signal.objects.filter(incident=incident).select_related("topic"))
    linked = Message.objects.heard().filter(conversation__incident=incident)
    outside = [linked.filter(source__in=OUTSIDE).aggregate(first=Min("said_at"))["first"]]
    outside += [_outside(one) for one in signals]
    return Pace(
        surge=min((one.since for one in signals), default=None),
        noticed=min((one.noticed_at for one in signals), default=None),
        outside=min((one for one in outside if one is not None), default=None),
        word=incident.updates.published().aggregate(first=Min("published_at"))["first"],
    )


def of_signal(signal: Signal) -> Pace:
    """The pace of a signal; as that of its incident, where it became one."""
    if signal.incident is not None:
        return of_incident(signal.incident)
    return Pace(signal.since, signal.noticed_at, _outside(signal), None)


@dataclass(frozen=True)
class Spread:
    """How often it is spoken of outside: in all, and in the last day against the day before; and who may read it."""

    mentions: int
    lately: int
    before: int
    reach: int = 0

    @property
    def grows(self) -> bool:
        """Whether mentions outside become more."""
        return self.lately >= 3 and self.lately > 1.5 * self.before


def mentions(messages: QuerySet[Message], *, now: datetime) -> Spread:
    """Mentions outside among these messages."""
    outside = messages.filter(source__in=OUTSIDE).order_by()
    counted = outside.aggregate(
        every=Count("pk"),
        lately=Count("pk", filter=Q(said_at__gt=now - LATELY)),
        before=Count("pk", filter=Q(said_at__gt=now - 2 * LATELY, said_at__lte=now - LATELY)),
    )
    facts = outside.values_list("conversation__facts", flat=True)[:COUNTED_TO] if counted["every"] else ()
    return Spread(counted["every"], counted["lately"], counted["before"], sum(map(reach_of, facts)))


def by_hour(incident: Incident, *, since: datetime) -> list[tuple[datetime, int, int]]:
    """Hour by hour: messages of customers in the conversations of an incident, and chasers among them."""
    rows = (
        Message.objects.heard()
        .filter(conversation__incident=incident, said_at__gte=since)
        .annotate(hour=TruncHour("said_at"))
        .order_by("hour")
        .values("hour")
        .annotate(every=Count("pk"), chasers=Count("pk", filter=Q(is_chaser=True)))
    )
    return [(row["hour"], row["every"], row["chasers"]) for row in rows]


def _outside(signal: Signal) -> datetime | None:
    if signal.topic is None:
        return None
    found = messages_of(signal.topic, since=signal.since, until=signal.ended_at).filter(source__in=OUTSIDE)
    first: datetime | None = found.order_by().aggregate(first=Min("said_at"))["first"]
    return first


def _between(first: datetime | None, then: datetime | None) -> timedelta | None:
    return then - first if first is not None and then is not None else None
