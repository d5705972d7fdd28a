"""Makes incidents, components, registers and updates for tests, by the same verbs that the product uses."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from conftest import START, a_member
from daylight.accounts.models import Member, Organisation
from daylight.accounts.roles import Role
from daylight.customers.models import Customer
from daylight.incidents import drafting, promises, register
from daylight.incidents.declaring import declare
from daylight.incidents.models import Component, Incident, RegisterVersion, Update
from daylight.incidents.statement import Statement, Words
from daylight.incidents.words import ComponentState, Kind, Severity, Stage

WORDS = Words(
    headline="Card payments fail",
    what="Payments by card are refused.",
    who="Everybody who paid by card since 11:40.",
    why="",
    doing="We are working with the bank to restore payments.",
    meanwhile="Pay by invoice; your order is kept.",
)

SEVERITIES = {
    "worst": Severity.HIGHLY_MATERIAL,
    "major": Severity.MATERIAL,
    "noticeable": Severity.NOTICEABLE,
    "slight": Severity.SLIGHT,
    "blemish": Severity.IMMATERIAL,
}


def somebody() -> Member:
    """A member who may do everything, when it does not matter who acts."""
    return Member.objects.filter(email="somebody@firm.example").first() or a_member("Somebody", Role.OWNER)


def an_incident(
    *,
    severity: int | str = Severity.HIGHLY_MATERIAL,
    kind: str = Kind.OUTAGE,
    title: str = "Card payments fail",
    lead: Member | None = None,
    by: Member | None = None,
    at: datetime = START,
    affected: Iterable[Customer] = (),
    reason: str = "You paid by card today.",
    **facts: Any,
) -> Incident:
    """An open public incident; with `affected`, its register is frozen as version 1."""
    by = by or lead or somebody()
    incident = declare(
        kind=kind,
        severity=SEVERITIES[severity] if isinstance(severity, str) else severity,
        title=title,
        by=by,
        at=at,
        lead=lead,
        **facts,
    )
    customers = [customer.pk for customer in affected]
    if customers:
        a_register(incident, customers, by=by, at=at, reason=reason)
    return incident


def a_register(
    incident: Incident,
    customers: Iterable[int],
    *,
    by: Member | None = None,
    at: datetime = START,
    reason: str = "You paid by card today.",
) -> RegisterVersion:
    """Put customers (by id) into the register and freeze the next version."""
    by = by or somebody()
    parameters = {"customers": list(customers)}
    register.add_rule(incident, kind="listed", parameters=parameters, reason=reason, by=by, at=at)
    return register.freeze(incident, by=by, at=at)


def a_component(name: str = "Checkout", *, state: str = ComponentState.OPERATIONAL, **facts: Any) -> Component:
    """A component whose key is made from its name."""
    return Component.objects.create(key=name.lower().replace(" ", "-"), name=name, state=state, **facts)


def a_draft(
    incident: Incident,
    *,
    by: Member | None = None,
    at: datetime = START,
    stage: str = Stage.INVESTIGATING,
    next_in: timedelta | None = None,
    next_update_by: datetime | None = None,
    impacts: Mapping[str, str] | None = None,
    texts: Mapping[str, Words] | None = None,
    is_correction: bool = False,
    rhythm: int | None = None,
    why_known: bool | None = None,
    **words: str,
) -> Update:
    """A complete draft: what was told last (or the usual words) with `words` changed, next word by the rhythm."""
    by = by or somebody()
    draft = drafting.start(incident, by=by, at=at)
    language = Organisation.get().language
    told = incident.updates.published().with_news().last()
    usual = told.statement().texts[language] if told is not None else WORDS
    said = vars(usual) | words
    organisation = Organisation.get()
    statement = Statement(
        stage=stage,
        why_known=bool(said["why"]) if why_known is None else why_known,
        next_update_by=next_update_by or (at + next_in if next_in else drafting.suggest_next_word(incident, at=at)),
        zone=organisation.time_zone,
        rhythm=rhythm,
        is_correction=is_correction,
        impacts=impacts or {},
        texts=texts or {language: Words(**said)},
    )
    draft.write(statement, by=by, at=at)
    return draft


def an_update(incident: Incident, *, by: Member | None = None, at: datetime = START, **facts: Any) -> Update:
    """A published update: written, sent off and released at `at`. Takes what `a_draft` takes."""
    draft = a_draft(incident, by=by, at=at, **facts)
    draft.send_off(by=by or somebody(), at=at)
    draft.release(at=at)
    return draft


def a_resolution(incident: Incident, *, by: Member | None = None, at: datetime = START, **facts: Any) -> Update:
    """A published resolution, which closes the incident."""
    final = Stage.COMPLETED if incident.is_planned else Stage.RESOLVED
    return an_update(incident, by=by, at=at, stage=final, **facts)


def turn_the_loops(now: datetime) -> None:
    """One turn of every loop of the room, in the worker's order."""
    promises.release_step(now)
    promises.remind_step(now)
    promises.promise_step(now)
