"""What an incident made of a signal would be: its kind, its words, and whom it hits beside those who complained."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.template.loader import render_to_string

from daylight.core.parts import in_parts
from daylight.customers.models import Commitment, Customer
from daylight.incidents import register
from daylight.incidents.models import Component, ComponentUse, RegisterRule
from daylight.incidents.words import Kind, Severity
from daylight.listen.models import Conversation
from daylight.watch.belonging import messages_of
from daylight.watch.models import Signal
from daylight.watch.words import EvidenceKind, SignalStage

MOST = 5_000
"""Conversations of a signal that are looked at."""

IN_COMMON = 0.6
"""What so many of those who complained share may be what is wrong."""

SUGGESTED = 5

SPEAKS_OF: tuple[tuple[str, tuple[str, ...]], ...] = (
    (Kind.DATA_BREACH, ("breach", "leak", "hacked", "stolen data", "datenleck", "datenpanne")),
    (Kind.RECALL, ("recall", "injur", "burnt", "poison", "rückruf", "verletz")),
    (Kind.BILLING_ERROR, ("charge", "bill", "invoice", "refund", "payment taken", "rechnung", "abgebucht", "doppelt")),
    (Kind.LATE_DELIVERY, ("late", "parcel", "deliver", "shipping", "shipment", "lieferung", "paket", "verspät")),
    (Kind.CANCELLATION, ("cancel", "abgesagt", "storniert")),
    (
        Kind.OUTAGE,
        ("down", "error", "fail", "login", "log in", "outage", "crash", "slow", "fehler", "ausfall", "geht nicht"),
    ),
)
"""Words by which the kind of trouble is guessed; the first that fits."""


@dataclass(frozen=True)
class Suggestion:
    """A rule of the register: whom it finds, and how many of these have not complained."""

    kind: str
    parameters: Mapping[str, Any]
    label: str
    reason: str
    customers: int
    complained: int
    is_chosen: bool = False

    @property
    def silent(self) -> int:
        """Customers it finds who have said nothing."""
        return max(0, self.customers - self.complained)

    def telling(self, *, of: int) -> float:
        """How much more often it fits those who complained than everybody; of two alike the narrower tells more."""
        return (self.complained + 0.5) * of / max(1, self.customers)

    @property
    def name(self) -> str:
        """What tells it from the others in a form."""
        return f"{self.kind}:{sorted(self.parameters.items())}" if self.kind != LISTED else LISTED


LISTED = RegisterRule.Kind.LISTED.value


@dataclass(frozen=True)
class Proposal:
    """An incident as it could be opened now."""

    kind: str
    severity: int
    conversations: list[int]
    customers: list[int]
    suggestions: list[Suggestion] = field(default_factory=list)


def propose(signal: Signal) -> Proposal:
    """What the signal suggests. Conversations of incidents stay where they are."""
    conversations, customers = complained(signal)
    return Proposal(
        kind=guess_kind(_words(signal)),
        severity=Severity.MATERIAL if signal.gravest == SignalStage.CRISIS else Severity.NOTICEABLE,
        conversations=conversations,
        customers=customers,
        suggestions=list(_suggestions(signal, customers)),
    )


def complained(signal: Signal) -> tuple[list[int], list[int]]:
    """The conversations of a signal and its parts that belong to no incident, and their customers."""
    conversations: dict[int, None] = {}
    for row in Signal.objects.filter(Q(pk=signal.pk) | Q(part_of=signal)).select_related("topic"):
        if row.topic is not None:
            messages = messages_of(row.topic, since=signal.since)[:MOST]
            conversations |= dict.fromkeys(messages.values_list("conversation_id", flat=True))
    free: dict[int, int | None] = {}
    for part in in_parts(conversations):
        rows = Conversation.objects.heard().filter(pk__in=part, incident__isnull=True)
        free |= dict(rows.values_list("pk", "customer_id"))
    return list(free), list(dict.fromkeys(key for key in free.values() if key is not None))


def guess_kind(words: str) -> str:
    """The kind of trouble of which these words speak."""
    text = words.casefold()
    return next((kind for kind, signs in SPEAKS_OF if any(sign in text for sign in signs)), Kind.OTHER)


def _words(signal: Signal) -> str:
    found = signal.evidence.filter(kind__in=(EvidenceKind.TERM, EvidenceKind.PLACE))
    return " ".join([signal.headline, *found.order_by("-weight").values_list("name", flat=True)])


def _suggestions(signal: Signal, customers: Sequence[int]) -> Iterator[Suggestion]:
    """Those who complained, then what they have in common, the most telling first."""
    if customers:
        count = len(customers)
        yield Suggestion(LISTED, {}, "Those who wrote to us", _reason(), count, count, is_chosen=True)
    found = [*_by_component(signal, customers), *_by_commitment(customers), *_by_facet(signal, customers)]
    everybody = Customer.objects.present().count()
    found = [one for one in found if one.complained < one.customers < everybody]
    yield from sorted(found, key=lambda one: -one.telling(of=everybody))[:SUGGESTED]


def _by_component(signal: Signal, customers: Sequence[int]) -> Iterator[Suggestion]:
    """Components that most of them use, those that are named as the topic is, and those of which machines speak."""
    used: Counter[int] = Counter()
    for part in in_parts(customers):
        used.update(ComponentUse.objects.filter(customer__in=part).values_list("component_id", flat=True))
    shared = {key for key, count in used.items() if count >= max(2, IN_COMMON * len(customers))}
    named = Q(pk__in=shared) | Q(pk__in=signal.alerts.values("components"))
    for value in _values(signal):
        named |= Q(name__iexact=value) | Q(key__iexact=value)
    for component in Component.objects.in_use().filter(named)[:SUGGESTED]:
        yield Suggestion(
            RegisterRule.Kind.COMPONENT,
            {"component": component.key},
            f"Everybody who uses {component.name}",
            _reason(component=component.name),
            Customer.objects.present().filter(component_uses__component=component).count(),
            used[component.pk],
        )


def _by_commitment(customers: Sequence[int]) -> Iterator[Suggestion]:
    """Facts that the orders of most of them share."""
    shared: Counter[tuple[str, str, str]] = Counter()
    for part in in_parts(customers):
        theirs: dict[int, set[tuple[str, str, str]]] = {}
        rows = Commitment.objects.filter(customer__in=part, state=Commitment.State.OPEN)
        for customer, kind, facts in rows.values_list("customer_id", "kind", "attributes")[:MOST]:
            found = {(kind, name, value) for name, value in facts.items() if isinstance(value, str)}
            theirs.setdefault(customer, set()).update(found)
        for facts in theirs.values():
            shared.update(facts)
    for (kind, name, value), count in shared.most_common(SUGGESTED):
        if count < max(2, IN_COMMON * len(customers)):
            return
        parameters = {"kind": kind, "attributes": {name: value}}
        yield Suggestion(
            RegisterRule.Kind.COMMITMENTS,
            parameters,
            f"Everybody whose {kind} has {name} {value}",
            _reason(kind=kind, name=name, value=value),
            register.find(RegisterRule.Kind.COMMITMENTS, parameters).count(),
            count,
        )


def _by_facet(signal: Signal, customers: Sequence[int]) -> Iterator[Suggestion]:
    """Customers whose records say the same as the topic."""
    topic = signal.topic
    places = signal.evidence.filter(kind=EvidenceKind.PLACE).order_by("-weight")
    said = [(row.facts.get("facet", ""), row.text) for row in places]
    said += list(topic.facets.items()) if topic is not None else []
    for name, value in dict.fromkeys(said):
        if not name or not value:
            continue
        found = register.find(RegisterRule.Kind.ATTRIBUTES, {name: value})
        count = found.count()
        if count:
            mine = sum(found.filter(pk__in=part).count() for part in in_parts(customers))
            label, reason = f"Everybody whose {name} is {value}", _reason(name=name, value=value)
            yield Suggestion(RegisterRule.Kind.ATTRIBUTES, {name: value}, label, reason, count, mine)


def _reason(**about: str) -> str:
    """Why somebody is affected, in words they will read."""
    return render_to_string("watch/reason.txt", about).strip()[:300]


def _values(signal: Signal) -> list[str]:
    facets = list(signal.topic.facets.values()) if signal.topic is not None else []
    return [*facets, *signal.evidence.filter(kind=EvidenceKind.PLACE).values_list("text", flat=True)]
