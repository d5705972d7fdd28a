"""How those who speak of a topic sound, against what is usual: a sign for a topic, never a score of a customer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import sqrt

from django.db.models import Sum

from daylight.watch.models import Topic, TopicDay
from daylight.watch.words import TopicKind

BEFORE = timedelta(days=56)
FEWEST, FEWEST_BEFORE = 5, 20
"""Different customers without whom nothing is said of the tone; and of what is usual of it."""

FAR_OUT = 2.0
"""Standard deviations from which on the tone is another than usual."""


@dataclass(frozen=True)
class Tone:
    """So many of the different customers sound upset; `usual` of as many did before, None where nobody knows."""

    upset: int
    customers: int
    usual: float | None

    @property
    def is_worse(self) -> bool:
        """Whether more of them are upset than chance would have it."""
        if self.usual is None:
            return False
        part = (self.usual + 0.5) / (self.customers + 1)
        return self.upset - self.usual > FAR_OUT * sqrt(self.customers * part * (1 - part))


def of(topic: Topic, *, since: datetime, until: datetime) -> Tone | None:
    """The tone of a topic in some days against the weeks before them; None while too few spoke of it.

    A young topic is compared with everything that customers said before.
    """
    first, last = since.date(), until.date()
    upset, customers = _counted([topic], first, last)
    if customers < FEWEST:
        return None
    before, heard = _counted([topic], first - BEFORE, first - timedelta(days=1))
    if heard < FEWEST_BEFORE:
        whole = Topic.objects.filter(kind=TopicKind.EVERYTHING)
        before, heard = _counted(whole, first - BEFORE, first - timedelta(days=1))
    return Tone(upset, customers, before / heard * customers if heard >= FEWEST_BEFORE else None)


def _counted(topics: Iterable[Topic], first: date, last: date) -> tuple[int, int]:
    """Upset ones, and all different customers, day by day."""
    days = TopicDay.objects.filter(topic__in=topics, day__range=(first, last))
    found = days.aggregate(upset=Sum("upset"), customers=Sum("writers"))
    return found["upset"] or 0, found["customers"] or 0
