"""From what we told to a row of Statuspage's forms; who reads rows or facts hands in `Told`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from daylight.incidents.words import FINAL_STAGES, ComponentState, Severity, Stage
from daylight.reach.statuspage import forms, table, wording

WORKING = table.COMPONENT_STATUS[ComponentState.OPERATIONAL]


@dataclass(frozen=True)
class Said:
    """One published update: `impacts` are our states by the components' names for the world; `why` only if known.

    `next_by` is the promise that it gave and that is owed now.
    """

    id: str
    stage: str
    published_at: datetime
    language: str
    words: Mapping[str, str]
    impacts: Mapping[str, str]
    said_before: tuple[str, ...] = ()
    next_by: datetime | None = None
    is_delivered: bool = True


@dataclass(frozen=True)
class Review:
    """A published post-mortem."""

    id: str
    body: str
    published_at: datetime


@dataclass(frozen=True)
class Told:
    """An incident as far as it was told; its updates oldest first, at least one.

    `names` and `components` are those of every component that an update named; a private one is only in `names`.
    """

    id: str
    severity: int
    occurred_at: datetime
    opened_at: datetime
    closed_at: datetime | None
    planned_from: datetime | None
    planned_until: datetime | None
    shortlink: str
    updates: tuple[Said, ...]
    names: Mapping[str, str]
    components: tuple[forms.Component, ...]
    review: Review | None = None


def incident(told: Told, *, zone: ZoneInfo) -> forms.Incident:
    """The row of an incident or, with a window, of a maintenance."""
    is_planned = told.planned_from is not None
    watched = (update.published_at for update in told.updates if update.stage == Stage.MONITORING)
    last = told.updates[-1]
    moments = [last.published_at, *([told.closed_at] if told.closed_at else [])]
    moments += [told.review.published_at] if told.review else []
    return forms.Incident(
        id=told.id,
        name=last.words["headline"],
        status=_status(told),
        impact=table.MAINTENANCE if is_planned else table.IMPACT[Severity(told.severity)],
        created_at=told.opened_at,
        updated_at=max(moments),
        started_at=told.occurred_at,
        shortlink=told.shortlink,
        monitoring_at=next(watched, None),
        resolved_at=told.closed_at,
        begins_at=told.planned_from,
        ends_at=told.planned_until,
        updates=tuple(reversed(_updates(told, zone))),
        components=told.components,
    )


def _status(told: Told) -> str:
    """The stage; of what ended without a last word, the last stage there is."""
    stage = told.updates[-1].stage
    if told.closed_at is None:
        return stage
    if told.planned_from is not None:
        return str(Stage.COMPLETED)
    return table.POSTMORTEM if told.review else str(Stage.RESOLVED)


def _updates(told: Told, zone: ZoneInfo) -> list[forms.Update]:
    before: Mapping[str, str] = {}
    earlier: Said | None = None
    rows = []
    for update in told.updates:
        after = _statuses(update)
        rows.append(
            forms.Update(
                id=update.id,
                status=update.stage,
                body=_body(update, earlier, zone),
                at=update.published_at,
                affected=forms.affected(before, after, told.names, working=WORKING),
                is_delivered=update.is_delivered,
            )
        )
        before, earlier = after, update
    if told.review is not None:
        rows.append(forms.Update(told.review.id, table.POSTMORTEM, told.review.body, told.review.published_at))
    return rows


def _statuses(update: Said) -> Mapping[str, str]:
    """What an update says of components; with the end of an incident they work again."""
    if update.stage in FINAL_STAGES:
        return dict.fromkeys(update.impacts, WORKING)
    return {key: table.COMPONENT_STATUS[ComponentState(state)] for key, state in update.impacts.items()}


def _body(update: Said, earlier: Said | None, zone: ZoneInfo) -> str:
    text = wording.text(
        update.words,
        stage=update.stage,
        language=update.language,
        before=earlier.words if earlier else None,
        said_before=update.said_before,
    )
    if update.next_by is None:
        return text
    seen_from = update.published_at
    return f"{text}\n\n{wording.next_word(update.next_by, language=update.language, zone=zone, seen_from=seen_from)}"
