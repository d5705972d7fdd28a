"""What is shown with a signal: words that rise, typical messages, where it is, and how many customers."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from django.db.models import QuerySet
from django.db.models.functions import Left

from daylight.core.text import one_line
from daylight.listen.models import Message
from daylight.watch.amplifying import reach_of
from daylight.watch.belonging import messages_of
from daylight.watch.detection.text.description import Description, describe
from daylight.watch.detection.text.heard import Heard as Said
from daylight.watch.detection.text.terms import Term, rising_terms
from daylight.watch.facets import NAMES, Facets
from daylight.watch.heard import READ
from daylight.watch.judged import doubling
from daylight.watch.models import Evidence, Heard, Signal, Topic
from daylight.watch.words import WHOLE, EvidenceKind, TopicKind

LOOKED_AT, COMPARED_WITH = 300, 500
BEFORE = timedelta(days=28)
MOST_WRITERS = 20_000
GROWN = 1.25
"""A signal is described anew when it has grown by that much."""

COVERS = 0.4
"""A term names a surge when so large a part of its messages hold it."""

QUOTED = 90
"""Characters of what is said in public that name it."""

_FOUND = (EvidenceKind.MESSAGE, EvidenceKind.TERM, EvidenceKind.PLACE)


def update(signal: Signal, topic: Topic) -> None:
    """Count the customers of a signal, and describe it anew when it has grown."""
    said = messages_of(topic, since=signal.since).order_by().values("pk")
    heard = Heard.objects.filter(message__in=said, counts=True).order_by("-said_at")
    writers = dict(heard.values_list("writer", "said_at")[:MOST_WRITERS])
    known = signal.evidence.filter(kind=EvidenceKind.MESSAGE).exists()
    grown = len(writers) >= GROWN * max(1, signal.customers) or not known
    signal.customers = len(writers)
    if writers:
        signal.since = max(signal.since, min(writers.values()))
    doubled = doubling(list(writers.values()))
    signal.doubling = doubled.total_seconds() if doubled else None
    if grown:
        _describe(signal, topic)
    signal.save(update_fields=["customers", "since", "doubling", "headline"])


def _describe(signal: Signal, topic: Topic) -> None:
    counted = Heard.objects.filter(counts=True, said_at__gte=signal.since).values("message_id")
    now = _texts(messages_of(topic, since=signal.since).filter(pk__in=counted)[:LOOKED_AT])
    if not now:
        return
    texts, before = [text for _, text in now], [text for _, text in _texts(_others(signal))]
    # Each of these is another writer's, so the same words again are one customer more and no copy.
    terms = rising_terms([one.text for one in texts], [one.text for one in before])
    said = replace(describe(texts, before), terms=terms)
    messages = [message for message, _ in now]
    signal.headline = headline(topic, terms, len(now))
    if topic.kind == TopicKind.OUTSIDE:
        farthest = _farthest(messages)
        signal.headline = _quoted(Message.objects.heard().get(pk=messages[farthest]).text[:READ])
        said = replace(said, typical=[farthest, *(place for place in said.typical if place != farthest)])
    signal.evidence.filter(kind__in=_FOUND).delete()
    Evidence.objects.bulk_create(_evidence(signal, said, messages))
    if topic.kind == TopicKind.CLUSTER and topic.named_by_id is None:
        Topic.objects.filter(pk=topic.pk).update(name=signal.headline[:160])


def headline(topic: Topic, terms: Sequence[Term], messages: int) -> str:
    """What people say it is about: the words that most of the messages share, else the name of the topic."""
    words = [term.words for term in terms if term.seen >= COVERS * messages]
    if topic.named_by_id is not None:
        return topic.name
    pair = next((term for term in words if " " in term), "")
    shown = pair or " ".join(words[:2])
    if topic.kind in {TopicKind.CLUSTER, *WHOLE}:
        return shown or topic.name
    return f"{topic.name}: {shown}" if shown else topic.name


def _farthest(messages: Sequence[int]) -> int:
    """The place of the message that reaches farthest; the newest where none does."""
    facts = dict(Message.objects.heard().filter(pk__in=messages).values_list("pk", "conversation__facts"))
    return max(range(len(messages)), key=lambda place: (reach_of(facts.get(messages[place], {})), -place))


def _quoted(text: str) -> str:
    words = one_line(text)
    return words if len(words) <= QUOTED else f"{words[:QUOTED].rsplit(' ', 1)[0]} …"


def _others(signal: Signal) -> QuerySet[Message]:
    keys = Heard.objects.filter(said_at__lt=signal.since, said_at__gte=signal.since - BEFORE, counts=True)
    newest = keys.order_by("-said_at").values_list("message_id", flat=True)[:COMPARED_WITH]
    return Message.objects.heard().filter(pk__in=list(newest))


def _texts(messages: QuerySet[Message]) -> list[tuple[int, Said]]:
    rows = messages.annotate(words=Left("text", READ)).values_list(
        "pk",
        "said_at",
        "words",
        "conversation__subject",
        "conversation__facts",
        "conversation__customer",
        "conversation__address",
    )
    found = []
    for pk, said_at, words, subject, facts, customer, address in rows:
        named = zip(NAMES, Facets.of(facts).values, strict=True)
        text = f"{subject}. {words}" if subject else words
        writer = str(customer or address or "")
        found.append((pk, Said(said_at.timestamp(), text, writer, {name: value for name, value in named if value})))
    return found


def _evidence(signal: Signal, said: Description, messages: Sequence[int]) -> Iterator[Evidence]:
    for term in said.terms:
        facts = {"seen": term.seen, "expected": round(term.expected, 2)}
        yield Evidence(signal=signal, kind=EvidenceKind.TERM, name=term.words[:200], weight=term.strength, facts=facts)
    for number, place in enumerate(said.typical):
        yield Evidence(
            signal=signal,
            kind=EvidenceKind.MESSAGE,
            name=str(messages[place]),
            message_id=messages[place],
            weight=-number,
        )
    for where in said.places:
        found: dict[str, object] = {"facet": where.key, "seen": where.seen, "expected": round(where.expected, 2)}
        yield Evidence(
            signal=signal,
            kind=EvidenceKind.PLACE,
            name=f"{where.key}: {where.value}"[:200],
            text=where.value[:300],
            weight=where.strength,
            facts=found,
        )
