"""What customers choose: the crew offers alternatives, a customer takes one, changes it, takes it back; it is done."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Count, QuerySet

from daylight.accounts import audit
from daylight.accounts.models import Member
from daylight.customers.models import ContactPoint, Customer
from daylight.incidents.models import Incident
from daylight.pages.models import Alternative, AlternativeText, Choice


class NotOffered(Exception):
    """The alternative may not be chosen any more: its time is over, or the crew withdrew it."""


class DoneAlready(Exception):
    """The crew has done what was chosen: to change it, the customer must speak to a person."""


@dataclass(frozen=True)
class Answer:
    """What a customer tells us with a choice."""

    wanted_on: date | None = None
    phone: str = ""
    words: str = ""


@dataclass(frozen=True)
class Label:
    """The crew's words for an alternative in one language."""

    label: str
    explanation: str = ""


@transaction.atomic
def offer(
    incident: Incident,
    *,
    kind: str,
    needs: str,
    until: datetime | None,
    texts: Mapping[str, Label],
    by: Member,
    at: datetime,
) -> Alternative:
    """Let the customers of an incident choose one thing more; `texts` by language take the place of our words."""
    alternative = Alternative.objects.create(
        incident=incident,
        kind=kind,
        needs=needs,
        until=until,
        position=Alternative.objects.filter(incident=incident).count(),
        offered_by=by,
        offered_at=at,
    )
    _write(alternative, texts)
    audit.record(
        at=at, actor=by.name, act="alternative.offer", subject=incident.public_id, kind=kind, number=alternative.pk
    )
    return alternative


@transaction.atomic
def reword(
    alternative: Alternative, *, until: datetime | None, texts: Mapping[str, Label], by: Member, at: datetime
) -> None:
    """Other words, another deadline; what it is and what it needs stays, because customers have answered that."""
    alternative.until = until
    alternative.save(update_fields=["until"])
    alternative.texts.all().delete()
    _write(alternative, texts)
    audit.record(
        at=at,
        actor=by.name,
        act="alternative.reword",
        subject=alternative.incident.public_id,
        number=alternative.pk,
        until=until.isoformat() if until else "",
    )


def _write(alternative: Alternative, texts: Mapping[str, Label]) -> None:
    AlternativeText.objects.bulk_create(
        AlternativeText(alternative=alternative, language=language, label=said.label, explanation=said.explanation)
        for language, said in texts.items()
        if said.label
    )


@transaction.atomic
def withdraw(alternative: Alternative, *, by: Member, at: datetime) -> None:
    """Nobody may choose it from now on; whoever did keeps it."""
    if alternative.withdrawn_at is None:
        alternative.withdrawn_at, alternative.withdrawn_by = at, by
        alternative.save(update_fields=["withdrawn_at", "withdrawn_by"])
        audit.record(
            at=at,
            actor=by.name,
            act="alternative.withdraw",
            subject=alternative.incident.public_id,
            number=alternative.pk,
        )


def standing(customer: Customer, incident: Incident) -> Choice | None:
    """What the customer wants now."""
    return (
        Choice.objects.standing()
        .filter(customer=customer, incident=incident)
        .select_related("alternative", "alternative__incident")
        .first()
    )


@transaction.atomic
def choose(
    customer: Customer,
    incident: Incident,
    alternative: Alternative | None,
    answer: Answer,
    *,
    point: ContactPoint | None,
    at: datetime,
) -> Choice:
    """Write down what the customer wants, in the place of what they wanted before; the same again changes nothing.

    Without an alternative the answer's words are a proposal of their own. Raises NotOffered and DoneAlready.
    """
    _hold(customer)
    if not (alternative.is_offered(at) if alternative else incident.is_open):
        raise NotOffered
    before = standing(customer, incident)
    if before is not None:
        if (before.alternative, _answer_of(before)) == (alternative, answer):
            return before
        _end(before, Choice.End.CHANGED, at=at)
    return Choice.objects.create(
        incident=incident,
        customer=customer,
        alternative=alternative,
        contact_point=point,
        chosen_at=at,
        wanted_on=answer.wanted_on,
        phone=answer.phone,
        words=answer.words,
    )


@transaction.atomic
def undo(customer: Customer, incident: Incident, *, at: datetime) -> Choice | None:
    """Take back what stands, as long as it could be chosen. Raises NotOffered and DoneAlready."""
    _hold(customer)
    before = standing(customer, incident)
    if before is not None:
        if not may_change(before, at):
            raise NotOffered if before.done_at is None else DoneAlready
        _end(before, Choice.End.UNDONE, at=at)
    return before


def may_change(choice: Choice, at: datetime) -> bool:
    """Whether the customer may still change it by themselves."""
    if choice.done_at is not None:
        return False
    return choice.alternative.is_offered(at) if choice.alternative else choice.incident.is_open


@transaction.atomic
def do(choices: QuerySet[Choice], *, incident: Incident, by: Member, at: datetime) -> int:
    """Mark what customers wanted as done; how many were not before."""
    keys = list(choices.to_do().filter(incident=incident).values_list("pk", flat=True))  # type: ignore[attr-defined]
    done = Choice.objects.filter(pk__in=keys, done_at__isnull=True).update(done_at=at, done_by=by)
    if done:
        audit.record(at=at, actor=by.name, act="choice.done", subject=incident.public_id, choices=done)
    return done


def counts(incident: Incident, alternatives: Collection[Alternative]) -> list[tuple[Alternative | None, int, int]]:
    """How many customers chose each alternative, and for how many of them it was done; None: proposals of their own."""
    rows = Choice.objects.standing().about(incident).order_by().values("alternative")
    found: dict[int | None, tuple[int, int]] = {
        row["alternative"]: (row["chosen"], row["done"])
        for row in rows.annotate(chosen=Count("pk"), done=Count("done_at"))
    }
    listed: list[tuple[Alternative | None, int, int]] = [(each, *found.get(each.pk, (0, 0))) for each in alternatives]
    own = found.get(None, (0, 0))
    return [*listed, (None, *own)] if own[0] else listed


def forget_erased() -> int:
    """Forget what customers wrote who were erased since; how many rows."""
    rows = Choice.objects.filter(customer__erased_at__isnull=False).exclude(phone="", words="")
    return rows.update(phone="", words="", wanted_on=None) if rows.exists() else 0


def _hold(customer: Customer) -> None:
    """Two taps at once are one after the other."""
    Customer.objects.select_for_update(no_key=True).get(pk=customer.pk)


def _answer_of(choice: Choice) -> Answer:
    return Answer(choice.wanted_on, choice.phone, choice.words)


def _end(choice: Choice, how: str, *, at: datetime) -> None:
    if choice.done_at is not None:
        raise DoneAlready
    choice.ended_at, choice.end = at, how
    choice.save(update_fields=["ended_at", "end"])
