"""Whether mentions grow, who spoke first, they or we, and that somebody answered there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Min

from daylight.accounts.models import Member
from daylight.incidents.models import Incident, Update
from daylight.listen import accepting
from daylight.listen.models import Conversation, Message
from daylight.listen.said import Said
from daylight.listen.sources.mentions.reading import NAME

A_DAY = timedelta(days=1)
COUNTED = 1_000
ANSWERED = "Answered there."


@dataclass(frozen=True)
class Growth:
    """How many mentions were made within the last day, and the day before; none is counted beyond a thousand."""

    last_day: int
    day_before: int


@dataclass(frozen=True)
class FirstWord:
    """Of one incident: when the first outside mention was made, and when we first spoke to everybody."""

    incident: Incident
    theirs: datetime
    ours: datetime | None

    @property
    def is_ours(self) -> bool:
        """Whether we spoke first."""
        return self.ours is not None and self.ours <= self.theirs


def growth(now: datetime) -> Growth:
    """How mentions grow."""
    made = Conversation.objects.heard().filter(source=NAME, last_said_at__gt=now - 2 * A_DAY)
    last = made.filter(first_said_at__gt=now - A_DAY).order_by()[:COUNTED].count()
    return Growth(last, made.filter(first_said_at__lte=now - A_DAY).order_by()[:COUNTED].count())


def newest(most: int) -> Sequence[Conversation]:
    """The mentions made last."""
    rows = Conversation.objects.heard().filter(source=NAME).select_related("customer", "incident")
    return list(rows.order_by("-last_said_at", "-pk")[:most])


def first_words(most: int) -> list[FirstWord]:
    """Of the newest incidents that were mentioned: who spoke first."""
    mentioned = Conversation.objects.heard().filter(source=NAME, incident__isnull=False)
    firsts = mentioned.values_list("incident").annotate(first=Min("first_said_at")).order_by("-first")[:most]
    theirs = dict(firsts)
    ours = Update.objects.filter(incident__in=theirs, published_at__isnull=False).order_by()
    first_of_ours = dict(ours.values_list("incident").annotate(first=Min("published_at")))
    incidents = Incident.objects.in_bulk(theirs)
    return [FirstWord(incidents[key], said_at, first_of_ours.get(key)) for key, said_at in theirs.items()]


def answered_there(conversation: Conversation, *, by: Member, at: datetime) -> None:
    """Somebody answered at the place itself: the reply clock stops."""
    names = conversation.messages.filter(direction=Message.Direction.IN).order_by("-said_at", "-pk")
    name = names.values_list("external_id", flat=True).first() or ""
    answer = Said(
        source=NAME,
        external_id=f"answered-{name}",
        said_at=at,
        text=ANSWERED,
        thread=(name,),
        direction="out",
        typed_by=by.pk,
    )
    accepting.accept([answer], at=at)
