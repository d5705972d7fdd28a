"""The pages of the inbox: each begins at a place in an index, and no count goes further than a thousand."""

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, QuerySet, prefetch_related_objects

from daylight.accounts.models import Member
from daylight.customers.models import Customer
from daylight.listen import finding, let_down
from daylight.listen.models import Conversation, HandOver, IncidentSuggestion, Message
from daylight.listen.models.conversation import ConversationQuerySet
from daylight.listen.sources.registry import SOURCES
from daylight.reach.channels.registry import CHANNELS

PER_PAGE = 40
COUNTED = 1_000
"""Nobody reads further."""

FOUND_CUSTOMERS = 50
FOUND = 100

SHOWN = ("needs", "mine", "nobodys", "suggested", "let-down", "all", "closed", "aside")
SORTED_BY_DUE = frozenset({"needs", "nobodys"})


@dataclass(frozen=True)
class Asked:
    """What of the inbox is asked for: which part, by which facts, by which words, from which place on."""

    show: str = "needs"
    words: str = ""
    after: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """Fields of a conversation and the one value that each must have."""

    @property
    def keep(self) -> str:
        """All but the place, for the address of the next page."""
        return urlencode({"show": self.show, "q": self.words, **self.facts})


@dataclass(frozen=True)
class Row:
    """A conversation in the list; whether its last agent asked for another voice, and how its writer was let down."""

    conversation: Conversation
    wants_relief: bool
    let_down: str = ""


@dataclass(frozen=True)
class Page:
    """Some conversations, and the place from which the next page goes on; empty at the end."""

    rows: list[Row]
    next: str


def page(asked: Asked, *, by: Member) -> Page:
    """One page of what is asked for."""
    if asked.words:
        return Page(_marked(_found(asked, by)), "")
    if asked.show == "let-down":
        return _let_down(asked, by)
    found = _with_names(_ordered(_chosen(asked, by), asked)[: PER_PAGE + 1])
    if asked.show == "suggested":
        prefetch_related_objects(found, "suggestion__incident")
    is_more = len(found) > PER_PAGE
    return Page(_marked(found[:PER_PAGE]), place_of(found[PER_PAGE - 1], asked) if is_more else "")


def _let_down(asked: Asked, by: Member) -> Page:
    """Those who had to chase, to repeat or were misled, each with the reason."""
    why = let_down.reasons()
    rows = Conversation.objects.visible_to(by).open().heard().filter(pk__in=list(why), **asked.facts)
    found = _with_names(_ordered(rows, asked)[: PER_PAGE + 1])
    marked = [replace(row, let_down=why[row.conversation.pk]) for row in _marked(found[:PER_PAGE])]
    return Page(marked, place_of(found[PER_PAGE - 1], asked) if len(found) > PER_PAGE else "")


def counts(by: Member) -> dict[str, int]:
    """How many wait, how many of them are this member's, how many nobody's; none is counted beyond a thousand."""
    mine = Conversation.objects.visible_to(by)
    return {
        "needs": _counted(mine.unanswered()),
        "mine": _counted(mine.of(by)),
        "nobodys": _counted(mine.nobodys()),
        "suggested": _counted(_suggested(mine)),
    }


def waiting(by: Member) -> int:
    """How many conversations wait for an answer, counted to a thousand."""
    return _counted(Conversation.objects.visible_to(by).unanswered())


def late(by: Member, now: datetime) -> int:
    """How many should have been answered by now, counted to a thousand."""
    return _counted(Conversation.objects.visible_to(by).overdue(now))


def in_short(number: int) -> str:
    """A count that goes no further than a thousand, as it is written; empty for none."""
    return f"{COUNTED - 1}+" if number >= COUNTED else str(number or "")


def place_of(row: Conversation, asked: Asked) -> str:
    """Where the page after this row begins."""
    moment = getattr(row, _order(asked))
    return base64.urlsafe_b64encode(f"{moment.isoformat()} {row.pk}".encode()).decode()


def _counted(rows: QuerySet[Conversation]) -> int:
    return rows.order_by()[:COUNTED].count()


def _chosen(asked: Asked, by: Member) -> ConversationQuerySet:
    rows = Conversation.objects.visible_to(by).filter(**asked.facts)
    parts: Mapping[str, Callable[[], ConversationQuerySet]] = {
        "mine": lambda: rows.of(by),
        "nobodys": rows.nobodys,
        "suggested": lambda: _suggested(rows),
        "closed": lambda: rows.filter(closed_at__isnull=False),
        "aside": lambda: rows.exclude(nature=Conversation.Nature.WORDS),
        "all": lambda: rows.open().heard(),
    }
    return parts.get(asked.show, rows.unanswered)()


def _suggested(rows: ConversationQuerySet) -> ConversationQuerySet:
    """Those of which somebody should say whether they are about the incident that we think: the newest thousand."""
    newest = IncidentSuggestion.objects.waiting().order_by("-pk").values_list("conversation_id", flat=True)
    return rows.filter(pk__in=list(newest[:COUNTED]))


def _order(asked: Asked) -> str:
    """The moment by which the rows stand."""
    if asked.show in SORTED_BY_DUE:
        return "answer_due_at"
    return "closed_at" if asked.show == "closed" else "last_said_at"


def _ordered(rows: QuerySet[Conversation], asked: Asked) -> QuerySet[Conversation]:
    order = _order(asked)
    is_rising = asked.show in SORTED_BY_DUE
    place = _place(asked.after)
    if place is not None:
        moment, key = place
        way = "gte" if is_rising else "lte"
        # Said without an "or", by which PostgreSQL would guess that few are left and sort them all.
        rows = rows.filter(**{f"{order}__{way}": moment})
        rows = rows.exclude(**{order: moment, f"pk__{'lte' if is_rising else 'gte'}": key})
    return rows.order_by(order, "pk") if is_rising else rows.order_by(F(order).desc(), F("pk").desc())


def _place(after: str) -> tuple[datetime, int] | None:
    try:
        moment, _, key = base64.urlsafe_b64decode(after.encode()).decode().rpartition(" ")
        found = datetime.fromisoformat(moment), int(key)
    except (ValueError, binascii.Error, UnicodeError):
        return None
    return found if found[0].tzinfo is not None and 0 <= found[1] < 2**63 else None


def _found(asked: Asked, by: Member) -> list[Conversation]:
    """By words of the messages, by the customer, by the writer's address: those said last first, some hundred."""
    seen = Conversation.objects.visible_to(by)
    keys = dict.fromkeys(_by_messages(asked.words, by))
    keys |= dict.fromkeys(_newest(seen.filter(customer__in=_customers(asked.words))))
    keys |= dict.fromkeys(_newest(_of_writer(asked.words, by)))
    keys |= dict.fromkeys(seen.filter(public_id=asked.words.lower()).values_list("pk", flat=True))
    rows = seen.filter(pk__in=list(keys)[:FOUND], **asked.facts)
    return _with_names(rows.order_by("-last_said_at", "-pk"))


def _by_messages(words: str, by: Member) -> Iterable[int]:
    found = Message.objects.visible_to(by).filter(pk__in=finding.messages_with(words))
    return found.values_list("conversation_id", flat=True)


def _customers(words: str) -> list[int]:
    return Customer.objects.some(words, most=FOUND_CUSTOMERS)


def _of_writer(address: str, by: Member) -> QuerySet[Conversation]:
    """Of one address; that it is none says that the index of writers holds them all."""
    return Conversation.objects.visible_to(by).filter(channel__in=[*CHANNELS], address=address).exclude(address="")


def _newest(rows: QuerySet[Conversation]) -> Iterable[int]:
    return rows.order_by("-last_said_at").values_list("pk", flat=True)[:FOUND]


def _with_names(rows: QuerySet[Conversation]) -> list[Conversation]:
    """With what stands beside each. It is fetched afterwards: a join lets a database sort all before it takes some."""
    found = list(rows)
    prefetch_related_objects(found, "customer", "incident", "claimed_by", "queue")
    return found


def _marked(rows: list[Conversation]) -> list[Row]:
    """With the mark of those whose last hand-over asked for another voice, and which nobody has taken since."""
    free = [row.pk for row in rows if row.claimed_by_id is None]
    handed = HandOver.objects.filter(conversation__in=free).order_by("pk")
    last = dict(handed.values_list("conversation_id", "is_relief"))
    return [Row(row, last.get(row.pk, False)) for row in rows]


def source_names() -> list[tuple[str, str]]:
    """The ways in, by what people call them."""
    return [(source.name, source.label) for source in SOURCES.values()]
