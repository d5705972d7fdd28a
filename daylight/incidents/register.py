"""Finding the customers an incident hits, and freezing who they are, version by version.

Everything here is set-based: a freeze is one INSERT … SELECT a rule, so that a hundred thousand customers cost
seconds and no memory.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import connection, models, transaction

from daylight.accounts import audit
from daylight.accounts.models import Member
from daylight.core import statistics
from daylight.core.parts import in_parts
from daylight.customers.models import Commitment, Customer
from daylight.incidents.failures import RuleNotUsable, SaysWhy
from daylight.incidents.models import (
    AffectedCustomer,
    Component,
    Incident,
    ListedCustomer,
    RegisterRule,
    RegisterVersion,
)

CHUNK = 5_000
MANY = 50
"""With so many new rows PostgreSQL takes its numbers at once; else telling 450 in a new installation takes a minute."""

MOST_REASONS = 8
Kind = RegisterRule.Kind


def find(kind: str, parameters: Mapping[str, Any]) -> models.QuerySet[Customer]:
    """The customers that a rule of this kind finds now. Raises RuleNotUsable; not for `listed`."""
    everyone = Customer.objects.present()
    if kind == Kind.COMPONENT:
        key = parameters.get("component", "")
        if not Component.objects.filter(key=key).exists():
            raise RuleNotUsable(f"There is no component “{key}”.")
        return everyone.filter(pk__in=Component.objects.get(key=key).uses.values("customer_id"))
    if kind == Kind.COMMITMENTS:
        return everyone.with_commitments(**_sought(parameters))
    if kind == Kind.ATTRIBUTES:
        if not parameters:
            raise RuleNotUsable("Name at least one attribute and its value.")
        return everyone.with_attributes(parameters)
    if kind == Kind.GROUP:
        return everyone.in_group(int(parameters["group"]))
    if kind == Kind.EVERYONE:
        return everyone
    raise RuleNotUsable("A list finds the customers that were named in it.")


def found_by(rule: RegisterRule) -> models.QuerySet[Customer]:
    """The customers that a rule of the register finds now."""
    if rule.kind == Kind.LISTED:
        return Customer.objects.present().filter(pk__in=rule.listed.values("customer_id"))
    return find(rule.kind, rule.parameters)


def commitments_touched(incident: Incident, customers: Collection[int]) -> models.QuerySet[Commitment]:
    """Those commitments of these customers that the rules of the register look for now."""
    theirs = Commitment.objects.standing().filter(customer__in=customers)
    touched = Commitment.objects.none()
    for rule in RegisterRule.objects.standing(incident).filter(kind=Kind.COMMITMENTS):
        touched |= theirs.matching(**_sought(rule.parameters))
    return touched


@transaction.atomic
def add_rule(
    incident: Incident, *, kind: str, parameters: Mapping[str, Any], reason: str, by: Member, at: datetime
) -> RegisterRule:
    """Put a rule into the register; nobody is in it before `freeze`. Raises RuleNotUsable, SaysWhy.

    For `listed`, `parameters` are {"customers": [id, …]} and are kept as rows.
    """
    if not reason.strip():
        raise SaysWhy("Say why these customers are affected, in words they would accept: they will read it.")
    listed = list(parameters.get("customers", [])) if kind == Kind.LISTED else []
    if kind == Kind.LISTED and not listed:
        raise RuleNotUsable("The list names nobody we know.")
    if kind != Kind.LISTED:
        find(kind, parameters)
    _hold(incident)
    kept = {name: value for name, value in parameters.items() if name != "customers"}
    rule = RegisterRule.objects.create(
        incident=incident, kind=kind, parameters=kept, reason=reason.strip(), added_by=by, added_at=at
    )
    for chunk in in_parts(dict.fromkeys(listed), at_once=CHUNK):
        ListedCustomer.objects.bulk_create(
            (ListedCustomer(rule=rule, customer_id=key) for key in chunk), ignore_conflicts=True
        )
    audit.record(at=at, actor=by.name, act="register.add_rule", subject=incident.public_id, kind=kind)
    return rule


def count(subject: Incident | RegisterRule) -> int:
    """How many customers a rule finds, or how many the rules of an incident find together, now and unfrozen."""
    if isinstance(subject, RegisterRule):
        return found_by(subject).count()
    rules = list(RegisterRule.objects.standing(subject))
    if not rules:
        return 0
    any_of = models.Q()
    for rule in rules:
        any_of |= models.Q(pk__in=found_by(rule).order_by().values("pk"))
    return Customer.objects.filter(any_of).count()


def newly_found(incident: Incident) -> int:
    """How many customers the rules find who are not in the register: they join with the next freeze."""
    known = AffectedCustomer.objects.filter(incident=incident).values("customer_id")
    any_of = models.Q(pk__in=[])
    for rule in RegisterRule.objects.standing(incident):
        any_of |= models.Q(pk__in=found_by(rule).order_by().values("pk"))
    return Customer.objects.filter(any_of).exclude(pk__in=known).count()


@transaction.atomic
def freeze(incident: Incident, *, by: Member | None, at: datetime) -> RegisterVersion:
    """Write down who is affected now, as the next version; the first rule that finds a customer gives the reason.

    Nobody leaves by a freeze, and who was removed by hand stays out. Without any change the last version stands.
    """
    number = _next_number(incident)
    added = sum(_insert(incident, rule, number, at) for rule in RegisterRule.objects.standing(incident))
    last = incident.register_versions.last()
    if added == 0 and last is not None:
        return last
    return _close(incident, number, added=added, removed=0, by=by, at=at)


@transaction.atomic
def add_one(incident: Incident, *, customer: Customer, reason: str, by: Member, at: datetime) -> RegisterVersion:
    """Put one customer into the register by hand, also one who was removed before."""
    removed = AffectedCustomer.objects.filter(incident=incident, customer=customer, removed_at__isnull=False)
    number = _next_number(incident)
    back = removed.update(
        removed_at=None, removed_in=None, removed_because="", reason=reason.strip(), added_at=at, added_in=number
    )
    if back:
        audit.record(at=at, actor=by.name, act="register.add", subject=incident.public_id, customer=customer.pk)
        return _close(incident, number, added=back, removed=0, by=by, at=at)
    add_rule(incident, kind=Kind.LISTED, parameters={"customers": [customer.pk]}, reason=reason, by=by, at=at)
    return freeze(incident, by=by, at=at)


@transaction.atomic
def remove(
    incident: Incident, *, customers: Iterable[int], because: str, by: Member, at: datetime
) -> RegisterVersion | None:
    """Take customers (by id) out of the register, saying why; they stay on record. None when none was in it."""
    if not because.strip():
        raise SaysWhy("Say why they are not affected: it stays on record.")
    present = AffectedCustomer.objects.present().filter(incident=incident)
    number, removed = _next_number(incident), 0
    for chunk in in_parts(customers, at_once=CHUNK):
        removed += present.filter(customer__in=chunk).update(
            removed_at=at, removed_in=number, removed_because=because.strip()
        )
    if not removed:
        return None
    audit.record(at=at, actor=by.name, act="register.remove", subject=incident.public_id, removed=removed)
    return _close(incident, number, added=0, removed=removed, by=by, at=at)


@transaction.atomic
def withdraw(rule: RegisterRule, *, because: str, by: Member, at: datetime) -> RegisterVersion | None:
    """A rule was wrong: who was found by it alone leaves the register; who is found by another stays by that one."""
    if not because.strip():
        raise SaysWhy("Say why this rule was wrong: it stays on record.")
    incident = rule.incident
    number = _next_number(incident)
    rule.withdrawn_at, rule.withdrawn_because = at, because.strip()
    rule.save(update_fields=["withdrawn_at", "withdrawn_because"])
    by_this_rule = AffectedCustomer.objects.present().filter(incident=incident, rule=rule)
    for other in RegisterRule.objects.standing(incident):
        keys = found_by(other).order_by().values("pk")
        by_this_rule.filter(customer__in=keys).update(rule=other, reason=other.reason)
    removed = by_this_rule.update(removed_at=at, removed_in=number, removed_because=because.strip())
    audit.record(at=at, actor=by.name, act="register.withdraw_rule", subject=incident.public_id, removed=removed)
    return _close(incident, number, added=0, removed=removed, by=by, at=at) if removed else None


def _next_number(incident: Incident) -> int:
    _hold(incident)
    last: int | None = incident.register_versions.aggregate(last=models.Max("number"))["last"]
    return (last or 0) + 1


def _hold(incident: Incident) -> None:
    """The incident comes before the end of the audit trail: whoever holds that never waits for an incident."""
    Incident.objects.select_for_update(no_key=True).get(pk=incident.pk)


def _close(
    incident: Incident, number: int, *, added: int, removed: int, by: Member | None, at: datetime
) -> RegisterVersion:
    present = AffectedCustomer.objects.present().filter(incident=incident)
    version = RegisterVersion.objects.create(
        incident=incident,
        number=number,
        frozen_at=at,
        frozen_by=by,
        added=added,
        removed=removed,
        total=present.count(),
        reasons=present.by_reason(MOST_REASONS),
        languages=present.languages(),
    )
    audit.record(
        at=at,
        actor=by.name if by else "Daylight",
        act="register.freeze",
        subject=incident.public_id,
        version=number,
        total=version.total,
    )
    return version


def _insert(incident: Incident, rule: RegisterRule, number: int, at: datetime) -> int:
    found, parameters = found_by(rule).order_by().values("id").query.sql_with_params()
    table = connection.ops.quote_name(AffectedCustomer._meta.db_table)
    moment = connection.ops.adapt_datetimefield_value
    # Only our own table name and Django's compiled query are put in; every value is a parameter.
    insert = (
        f"INSERT INTO {table}"  # noqa: S608
        " (incident_id, customer_id, rule_id, reason, since, added_at, added_in, removed_because)"
        f" SELECT %s, found.id, %s, %s, %s, %s, %s, '' FROM ({found}) AS found WHERE true"
        " ON CONFLICT (incident_id, customer_id) DO NOTHING"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            insert,
            [incident.pk, rule.pk, rule.reason, moment(incident.occurred_at), moment(at), number, *parameters],
        )
        inserted: int = cursor.rowcount
    if inserted >= MANY:
        statistics.refresh(AffectedCustomer)
    return max(inserted, 0)


def _sought(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a rule for commitments, as a question."""
    return {
        "kind": parameters.get("kind", ""),
        "attributes": parameters.get("attributes") or {},
        "promised_from": _day(parameters.get("promised_from")),
        "promised_until": _day(parameters.get("promised_until")),
    }


def _day(value: object) -> date | None:
    if not value:
        return None
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise RuleNotUsable(f"“{value}” is not a date; write it as 2026-05-31.") from None
