"""Question cards: a reply written once in Liquid, filled for each customer with the facts as they are now."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, F
from liquid.exceptions import LiquidError

from daylight.accounts import audit
from daylight.accounts.models import Member, Organisation
from daylight.customers.models import Customer
from daylight.incidents.models import AffectedCustomer, Incident
from daylight.listen.models import CardUse, Conversation, Message, QuestionCard
from daylight.reach import touched
from daylight.reach.channels.base import Promised, Reader
from daylight.reach.composing import Wording
from daylight.reach.templating import syntax
from daylight.reach.templating.compiling import CompiledTemplate
from daylight.reach.templating.examples import Scope, examples
from daylight.reach.templating.facts import AboutIncident, compiled
from daylight.reach.templating.parsing import LONGEST_SOURCE, Absent, OwnWordsFail, parse
from daylight.reach.templating.variables import VARIABLES
from daylight.reach.words import Phrases, zone_of

PIECE = "text"
ASKED_OFTEN = 5
"""From so many answers about one incident on, a question belongs into an update."""

ASKED_WITHIN = timedelta(days=2)


class CardFails(Exception):
    """Why a card cannot be used here, in a sentence."""


@dataclass(frozen=True)
class Repeat:
    """A question that was answered again and again about one incident."""

    card: QuestionCard
    incident: Incident
    times: int


class Filling:
    """Fills cards for the conversations of one incident, or of none; its latest update is read once."""

    def __init__(self, incident: Incident | None) -> None:
        self._incident = incident
        self._update = incident.latest_update if incident else None
        self._wording = Wording(self._update) if self._update else None
        self._organisation = Organisation.get()

    def text(self, source: str, conversation: Conversation) -> str:
        """The text for this customer. Raises CardFails."""
        reader = _reader(conversation, self._incident)
        try:
            return self._compiled(source, conversation, reader).fill(PIECE, reader).strip()
        except LiquidError as problem:
            raise CardFails(syntax.explained(problem, source)[1]) from problem
        except OwnWordsFail as problem:
            raise CardFails(f"It cannot be filled for this customer: {problem}") from problem

    def missing(self, source: str) -> str:
        """What the card speaks of and does not exist yet, in a sentence; empty when all is there."""
        if "update." not in source or self._update is not None:
            return ""
        if self._incident is None:
            return "This card speaks of an update, and the conversation is linked to no incident."
        return "This card speaks of an update, and none was published yet."

    def _compiled(self, source: str, conversation: Conversation, reader: Reader) -> CompiledTemplate:
        zone = zone_of(reader.time_zone, self._organisation.time_zone)
        if self._wording is None or self._incident is None:
            return self._without_update(source, conversation.language)
        notification = self._wording.notification(language=conversation.language, time_zone=zone.key)
        incident = AboutIncident(self._incident.kind, self._incident.public_id, self._incident.occurred_at)
        return compiled({PIECE: source}, notification, incident=incident, zone=zone)

    def _without_update(self, source: str, language: str) -> CompiledTemplate:
        facts: dict[str, dict[str, object]] = {"organisation": {}, "incident": {}, "update": {}, "links": {}}
        for variable in VARIABLES:
            head, _, name = variable.name.partition(".")
            if head in facts:
                facts[head][name] = Absent(variable.name)
        facts["organisation"] |= {"name": self._organisation.name, "person": self._organisation.reach_a_person}
        phrases = Phrases(language)
        named, nameless = phrases.say("greeting"), phrases.say("greeting_nameless")
        return CompiledTemplate(
            {PIECE: source},
            facts=facts,
            greet=lambda name: named.replace("{name}", name) if name else nameless,
            day=lambda day: f"{day:%Y-%m-%d}",
        )


def check(source: str, *, at: datetime) -> str:
    """What is wrong with a card's text, in a sentence; empty when nothing is."""
    if len(source) > LONGEST_SOURCE:
        return f"This is longer than {LONGEST_SOURCE:,} characters."
    try:
        parse(source)
        for example in examples(Scope(channel="email", language="en"), at=at):
            example.compiled({PIECE: source}).fill(PIECE, example.reader)
    except LiquidError as problem:
        line, says = syntax.explained(problem, source)
        return f"Line {line}: {says}" if line else says
    except OwnWordsFail as problem:
        return str(problem)
    return ""


@transaction.atomic
def save(card: QuestionCard, *, by: Member, at: datetime) -> None:
    """Keep a card as it is now, as a version that can be read again."""
    is_new = card.pk is None
    card.changed_by, card.changed_at = by, at
    card.save()
    card.versions.create(
        number=card.versions.count() + 1, question=card.question, text=card.text, made_by=by, made_at=at
    )
    audit.record(at=at, actor=by.name, act="card.make" if is_new else "card.change", subject=card.shortcut)


@transaction.atomic
def put_away(card: QuestionCard, *, by: Member, at: datetime) -> None:
    """Offer it no more, or offer it again."""
    card.retired_at = None if card.retired_at else at
    card.save(update_fields=["retired_at"])
    act = "card.put_away" if card.retired_at else "card.bring_back"
    audit.record(at=at, actor=by.name, act=act, subject=card.shortcut)


def used(card: QuestionCard, message: Message, *, at: datetime) -> None:
    """Count that an answer came from this card."""
    QuestionCard.objects.filter(pk=card.pk).update(used=F("used") + 1)
    CardUse.objects.create(card=card, message=message, incident=message.conversation.incident, used_at=at)


def repeats(now: datetime, *, incident: Incident | None = None) -> list[Repeat]:
    """Questions about open incidents that were answered so often that an update should answer them."""
    uses = CardUse.objects.filter(used_at__gte=now - ASKED_WITHIN, incident__closed_at__isnull=True)
    uses = uses.filter(incident=incident) if incident else uses.filter(incident__isnull=False)
    often = uses.order_by().values("card", "incident").annotate(times=Count("pk")).filter(times__gte=ASKED_OFTEN)
    rows = list(often.order_by("-times")[:10])
    named = QuestionCard.objects.in_bulk([row["card"] for row in rows])
    about = Incident.objects.in_bulk([row["incident"] for row in rows])
    return [Repeat(named[row["card"]], about[row["incident"]], row["times"]) for row in rows]


def _reader(conversation: Conversation, incident: Incident | None) -> Reader:
    customer = conversation.customer
    return Reader(
        address=conversation.address,
        name=(customer.name if customer else conversation.writer) or "",
        time_zone=customer.time_zone if customer else "",
        reason=_reason(customer, incident),
        own_url="",
        unsubscribe_url="",
        commitments=_commitments(customer, incident),
    )


def _reason(customer: Customer | None, incident: Incident | None) -> str:
    if customer is None or incident is None:
        return ""
    row = AffectedCustomer.objects.filter(incident=incident, customer=customer).first()
    return row.reason if row else ""


def _commitments(customer: Customer | None, incident: Incident | None) -> tuple[Promised, ...]:
    """What the incident touches of theirs."""
    if customer is None or incident is None:
        return ()
    return touched.promised_to(incident, {customer.pk}).get(customer.pk, ())
