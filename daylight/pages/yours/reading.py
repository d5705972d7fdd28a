"""Reads what one customer's own page says: what hits them, what they can do, what they were told and said."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from daylight.customers.models import Commitment
from daylight.incidents import register
from daylight.incidents.models import Incident, Promise, Update, UpdateText
from daylight.incidents.statement import language_for
from daylight.pages.models import Alternative, Choice
from daylight.pages.yours import choosing
from daylight.pages.yours.door import Visit
from daylight.reach import confirming, links, preferring
from daylight.reach.channels.base import Notification
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.composing import Wording
from daylight.reach.models import Confirmation, Delivery, Notice, Reply

SHORTEST_REFERENCE = 3
"""A shorter number found in a reason may stand there by chance."""

MOST_LOOKED_AT, MOST_COMMITMENTS, MOST_SAID = 200, 20, 10


@dataclass(frozen=True)
class OwnCommitment:
    """Something promised to the customer as their page tells it: `state` is late, done or hit."""

    kind: str
    reference: str
    title: str
    promised: date | datetime | None
    expected: date | datetime | None
    state: str


@dataclass(frozen=True)
class Offer:
    """An alternative as the customer reads it; without a label of the crew's it is worded by its kind."""

    alternative: Alternative
    label: str
    explanation: str
    is_chosen: bool


@dataclass
class Told:
    """One update that reached the customer: what it said in a line, and where and when it came."""

    number: int
    headline: str
    is_correction: bool
    published_at: datetime
    came: list[tuple[str, str, datetime]] = field(default_factory=list)


@dataclass(frozen=True)
class OwnPage:
    """What stands on the page."""

    visit: Visit
    notification: Notification | None
    latest: Update | None
    promise: Promise | None
    commitments: list[OwnCommitment]
    other_commitments: list[OwnCommitment]
    offers: list[Offer]
    choice: Choice | None
    may_change: bool
    confirmation: Confirmation | None
    told: list[Told]
    said: list[Reply]
    others: list[tuple[str, str]]

    @property
    def deadline(self) -> datetime | None:
        """Until when everything may be chosen, where that is the same for all; else each says its own."""
        times = {offer.alternative.until for offer in self.offers if not offer.is_chosen}
        return times.pop() if len(times) == 1 else None

    @property
    def shows_answer(self) -> bool:
        """Whether number and words of the choice may be read by whoever holds this link."""
        return self.choice is not None and (not self.visit.is_shared or self.choice.contact_point == self.visit.point)

    @property
    def is_late(self) -> bool:
        """Whether we are late with our next word."""
        return self.promise is not None and self.promise.promised_for < self.visit.now

    @property
    def public_url(self) -> str:
        """The address that may be passed on; empty while the incident is private."""
        return self.notification.page_url if self.notification and self.visit.incident.is_public else ""


def read(visit: Visit) -> OwnPage:
    """The page of one customer as it stands now."""
    customer, incident = visit.customer, visit.incident
    latest, choice = incident.latest_update, choosing.standing(customer, incident)
    wording = Wording(latest) if latest else None
    touched = _touched(visit)
    return OwnPage(
        visit=visit,
        notification=(
            wording.notification(language=customer.language, time_zone=customer.time_zone) if wording else None
        ),
        latest=latest,
        promise=incident.open_promise,
        commitments=[_shown(row, visit) for row in touched],
        other_commitments=[_shown(row, visit) for row in _late_besides(touched, visit)],
        offers=_offers(visit, choice),
        choice=choice,
        may_change=choice is not None and choosing.may_change(choice, visit.now),
        confirmation=confirming.of(customer, incident),
        told=_told(preferring.told_of(customer, incident), visit),
        said=_said(visit),
        others=_others(visit),
    )


def _touched(visit: Visit) -> list[Commitment]:
    """What was promised to the customer and the incident hits: its rules look for it, or the reason names it."""
    if visit.affected is None:
        return []
    found = {row.pk: row for row in register.commitments_touched(visit.incident, {visit.customer.pk})}
    for row in _standing(visit)[:MOST_LOOKED_AT]:
        if len(row.reference) >= SHORTEST_REFERENCE and row.reference in visit.affected.reason:
            found[row.pk] = row
    return sorted(found.values(), key=lambda row: (row.promised_on or date.max, row.pk))[:MOST_COMMITMENTS]


def _late_besides(touched: Collection[Commitment], visit: Visit) -> list[Commitment]:
    """What else we expect to be late with."""
    keys = {row.pk for row in touched}
    return list(_standing(visit).foreseen_late().exclude(pk__in=keys)[:MOST_COMMITMENTS])


def _standing(visit: Visit) -> Any:
    return Commitment.objects.standing().filter(customer=visit.customer).order_by("promised_on", "pk")


def _shown(row: Commitment, visit: Visit) -> OwnCommitment:
    promised, expected = row.promised_at or row.promised_on, row.expected_at or row.expected_on
    return OwnCommitment(row.kind, row.reference, row.title, promised, expected, _state_of(row, visit))


def _state_of(row: Commitment, visit: Visit) -> str:
    if row.state == Commitment.State.FULFILLED:
        return "done"
    today = visit.now.astimezone(visit.zone).date()
    has_passed = (row.promised_at is not None and row.promised_at < visit.now) or (
        row.promised_on is not None and row.promised_on < today
    )
    return "late" if has_passed or row.is_foreseen_late else "hit"


def _offers(visit: Visit, choice: Choice | None) -> list[Offer]:
    """What the customer may choose, worded; what they chose stays visible when it is no longer offered."""
    if not visit.is_affected:
        return []
    rows = list(Alternative.objects.offered(visit.incident, visit.now).prefetch_related("texts"))
    chosen = choice.alternative if choice else None
    if chosen is not None and chosen not in rows:
        rows.append(chosen)
    return [worded(row, visit, is_chosen=row == chosen) for row in rows]


def worded(alternative: Alternative, visit: Visit, *, is_chosen: bool = False) -> Offer:
    """An alternative in the customer's language, or in the organisation's."""
    texts = {text.language: text for text in alternative.texts.all()}
    language = language_for(visit.customer.language, list(texts), fallback=visit.organisation.language)
    text = texts.get(language)
    return Offer(alternative, text.label if text else "", text.explanation if text else "", is_chosen)


def _told(deliveries: Iterable[Delivery], visit: Visit) -> list[Told]:
    """What reached the customer, the latest update first, each with every way it came."""
    ways: defaultdict[int, list[tuple[str, str, datetime]]] = defaultdict(list)
    updates: dict[int, Update] = {}
    for row in deliveries:
        update, point = row.notice.update, row.contact_point
        updates[update.pk] = update
        channel = CHANNELS[point.channel].label if point.channel in CHANNELS else point.channel
        shown = point.address if point == visit.point else preferring.masked(point.channel, point.address)
        ways[update.pk].append((channel, shown, row.accepted_at or row.changed_at))
    ordered = sorted(updates.values(), key=lambda update: update.number or 0, reverse=True)
    return [
        Told(
            number=update.number or 0,
            headline=_headline(update, visit),
            is_correction=update.kind == Update.Kind.CORRECTION,
            published_at=update.published_at or visit.now,
            came=sorted(ways[update.pk], key=lambda way: way[2]),
        )
        for update in ordered
    ]


def _headline(update: Update, visit: Visit) -> str:
    texts: dict[str, UpdateText] = {text.language: text for text in update.texts.all()}
    language = language_for(visit.customer.language, list(texts), fallback=visit.organisation.language)
    return texts[language].headline if language in texts else visit.incident.title


def _said(visit: Visit) -> list[Reply]:
    """What the customer wrote to us about it, the latest first."""
    rows: Any = Reply.objects.of_customer(visit.customer).about(visit.incident)
    if visit.is_shared:
        rows = rows.filter(contact_point=visit.point)
    return list(rows.filter(meaning=Reply.Meaning.WORDS)[:MOST_SAID])


def _others(visit: Visit) -> list[tuple[str, str]]:
    """Other open incidents of the customer: what each is, and the link to their page about it."""
    found: list[tuple[str, str]] = []
    for incident in preferring.open_incidents(visit.customer):
        if incident != visit.incident:
            latest = incident.latest_update
            found.append((_headline(latest, visit) if latest else incident.title, _link(incident, visit)))
    return found


def _link(incident: Incident, visit: Visit) -> str:
    """The customer's page about another incident, at the address where they are; none before anything was sent."""
    notice = Notice.objects.filter(incident=incident).order_by("-pk").first()
    if visit.point is None or visit.is_preview or notice is None:
        return ""
    return links.own_url(visit.point.pk, notice.pk, visit.generation)
