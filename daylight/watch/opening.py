"""Makes an incident of a signal: its register, its topic and its conversations come along."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from daylight.accounts import audit
from daylight.accounts.models import Member
from daylight.accounts.roles import Act
from daylight.core.parts import in_parts
from daylight.incidents import drafting, register
from daylight.incidents.declaring import declare
from daylight.incidents.models import Incident
from daylight.listen.models import Conversation
from daylight.watch.models import IncidentTopic, Signal
from daylight.watch.proposing import LISTED, Proposal, complained
from daylight.watch.words import Outcome


class AlreadyJudged(Exception):
    """Somebody else said what it is meanwhile."""


@transaction.atomic
def open_incident(
    signal: Signal,
    *,
    facts: Mapping[str, Any],
    proposal: Proposal,
    chosen: Collection[str],
    by: Member,
    at: datetime,
) -> Incident:
    """Declare an incident with what a member confirmed (`facts`, names of suggestions). Raises AlreadyJudged."""
    _hold(signal)
    incident = declare(by=by, at=at, **facts)
    for one in proposal.suggestions:
        if one.name in chosen:
            customers = {"customers": proposal.customers} if one.kind == LISTED else {}
            parameters = {**one.parameters, **customers}
            register.add_rule(incident, kind=one.kind, parameters=parameters, reason=one.reason, by=by, at=at)
    if chosen:
        register.freeze(incident, by=by, at=at)
    link(signal, incident, by=by, at=at)
    if by.may(Act.WRITE_UPDATE):
        drafting.start(incident, by=by, at=at)
    return incident


@transaction.atomic
def add_to(signal: Signal, incident: Incident, *, by: Member, at: datetime) -> None:
    """The signal is about an incident that is open: topic and conversations belong there. Raises AlreadyJudged."""
    _hold(signal)
    link(signal, incident, by=by, at=at)


def link(signal: Signal, incident: Incident, *, by: Member, at: datetime) -> None:
    """Link topics and conversations, and end the signal."""
    conversations, _ = complained(signal)
    why = f"Part of the signal “{signal.headline}”."[:300]
    for part in in_parts(conversations):
        Conversation.objects.filter(pk__in=part, incident__isnull=True).update(
            incident=incident, linked_by=Conversation.Linked.SIGNAL, linked_why=why, linked_at=at
        )
    for row in [signal, *signal.parts.filter(ended_at__isnull=True)]:
        if row.topic_id is not None:
            linked = {"linked_by": by, "linked_at": at}
            IncidentTopic.objects.get_or_create(incident=incident, topic_id=row.topic_id, defaults=linked)
    signal.end(outcome=Outcome.INCIDENT, at=at, by=by, incident=incident)
    audit.record(at=at, actor=by.name, act="signal.incident", subject=incident.public_id, signal=signal.public_id)


def _hold(signal: Signal) -> None:
    if not Signal.objects.select_for_update().get(pk=signal.pk).is_open:
        raise AlreadyJudged("Somebody has judged this signal meanwhile.")
