"""What each agent carries now, so that the load can be shared: never a score of people, and nothing is kept.

It looks at the last hours alone, and at a bounded number of messages.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max, Min, Q
from django.db.models.functions import Left

from daylight.accounts.models import Member
from daylight.accounts.roles import Act
from daylight.listen.models import Break, Conversation, HandOver, Message
from daylight.listen.models.conversation import ConversationQuerySet
from daylight.listen.models.message import MessageQuerySet
from daylight.listen.understanding.tone import READ, upset

LOOKS_BACK = timedelta(hours=4)
LONG_WITHOUT_BREAK = timedelta(hours=2)
STILL_AT_IT = timedelta(minutes=30)
"""Whoever answered so lately is at it."""

MANY_OPEN = 12
HEAVY_HANDED_OVER = 2

ENOUGH_READ = 6
"""From so many messages on it says something that most of them sound upset."""

MOST_READ = 2_000
"""Messages whose tone is looked at, the newest ones."""


@dataclass(frozen=True)
class Load:
    """What one member carries: conversations in hand, those overdue, answers and reliefs of the last hours.

    `read` are the messages that came into what they have in hand meanwhile, `upset` those of them that sound upset.
    """

    member: Member
    open: int
    overdue: int
    answered: int
    reliefs: int
    read: int
    upset: int
    at_it_since: datetime | None
    on_break_until: datetime | None

    def suggestion(self, now: datetime) -> str:
        """What would help, in a sentence; empty when nothing is needed."""
        if self.on_break_until:
            return ""
        if self.reliefs >= HEAVY_HANDED_OVER:
            return f"Asked {self.reliefs} times for another voice in the last hours: offer quieter work for a while."
        if self.read >= ENOUGH_READ and 2 * self.upset > self.read:
            return "Most of what they read sounds upset: swap some of it for quieter work."
        if self.at_it_since and now - self.at_it_since >= LONG_WITHOUT_BREAK:
            return "Has answered for more than two hours without a break: take over for twenty minutes."
        if self.overdue and self.open >= MANY_OPEN:
            return f"Has {self.open} in hand and some of them are late: take some over."
        return ""


def loads(now: datetime, *, by: Member) -> list[Load]:
    """What everybody who may answer carries, as far as this member may know of it, those who carry most first."""
    members = list(Member.objects.able_to(Act.ANSWER).filter(is_active=True))
    keys = [member.pk for member in members]
    in_hand = _in_hand(Conversation.objects.visible_to(by), keys, now)
    breaks = {row.member_id: row for row in Break.objects.filter(member__in=keys, began_at__gte=now - LOOKS_BACK)}
    answers = _answers(Message.objects.visible_to(by), keys, breaks, now)
    reliefs = _reliefs(keys, now)
    heat = _heat(Message.objects.visible_to(by), keys, now)
    found = [
        Load(
            member=member,
            open=in_hand.get(member.pk, (0, 0))[0],
            overdue=in_hand.get(member.pk, (0, 0))[1],
            answered=answers.get(member.pk, (0, None))[0],
            reliefs=reliefs.get(member.pk, 0),
            read=len(heat[member.pk]),
            upset=sum(heat[member.pk]),
            at_it_since=answers.get(member.pk, (0, None))[1],
            on_break_until=_away_until(breaks.get(member.pk), now),
        )
        for member in members
    ]
    return sorted(found, key=lambda load: (-load.open, load.member.name))


def _away_until(row: Break | None, now: datetime) -> datetime | None:
    return row.until if row and row.ended_at is None and row.until > now else None


def _in_hand(seen: ConversationQuerySet, keys: Iterable[int], now: datetime) -> dict[int, tuple[int, int]]:
    rows = seen.open().filter(claimed_by__in=keys).order_by().values("claimed_by")
    counted = rows.annotate(open=Count("pk"), late=Count("pk", filter=Q(answer_due_at__lt=now)))
    return {row["claimed_by"]: (row["open"], row["late"]) for row in counted}


def _answers(
    seen: MessageQuerySet, keys: Iterable[int], breaks: Mapping[int, Break], now: datetime
) -> dict[int, tuple[int, datetime | None]]:
    """How many answers each gave, and since when they are at it without a break."""
    rows = seen.filter(author__in=keys, direction=Message.Direction.OUT, said_at__gte=now - LOOKS_BACK)
    told = rows.order_by().values("author").annotate(number=Count("pk"), first=Min("said_at"), last=Max("said_at"))
    found = {}
    for row in told:
        pause = breaks.get(row["author"])
        began = max(row["first"], pause.ended_at or pause.until) if pause else row["first"]
        is_at_it = now - row["last"] < STILL_AT_IT
        found[row["author"]] = (row["number"], began if is_at_it else None)
    return found


def _heat(seen: MessageQuerySet, keys: Iterable[int], now: datetime) -> dict[int, list[bool]]:
    """Of each, whether the messages that came into what they have in hand sound upset."""
    words = Conversation.Nature.WORDS
    came = seen.filter(direction=Message.Direction.IN, nature=words, said_at__gte=now - LOOKS_BACK)
    theirs = came.filter(conversation__claimed_by__in=keys, conversation__closed_at__isnull=True)
    rows = theirs.order_by("-said_at").values_list("conversation__claimed_by", Left("text", READ))[:MOST_READ]
    found: dict[int, list[bool]] = defaultdict(list)
    for member, text in rows:
        found[member].append(upset(text))
    return found


def _reliefs(keys: Iterable[int], now: datetime) -> dict[int, int]:
    rows = HandOver.objects.filter(from_member__in=keys, is_relief=True, made_at__gte=now - LOOKS_BACK)
    counted = rows.order_by().values("from_member").annotate(number=Count("pk"))
    return {row["from_member"]: row["number"] for row in counted}
