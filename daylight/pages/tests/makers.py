"""Makes worlds for the page: members, incidents and updates as rows, without going through their rooms."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from daylight.accounts.models import Member
from daylight.incidents.models import Component, Impact, Incident, Promise, Section, Update, UpdateText
from daylight.incidents.words import ComponentState, Kind, Stage
from daylight.pages.models import Page

_numbers = count(1)


def a_writer() -> Member:
    return Member.objects.create_user(email=f"writer{next(_numbers)}@firm.example", name="Writer")


def a_page(slug: str, at: datetime, **more: Any) -> Page:
    return Page.objects.create(slug=slug, kept_since=at, **more)


def a_component(
    name: str = "Checkout", state: str = ComponentState.OPERATIONAL, *, section: str = "", **more: Any
) -> Component:
    more["section"] = Section.objects.named(section)
    return Component.objects.create(key=f"part-{next(_numbers)}", name=name, state=state, **more)


def an_incident(
    at: datetime, *, title: str = "Checkout fails", public: bool = True, severity: int = 2, **more: Any
) -> Incident:
    by = more.pop("by", None) or a_writer()
    return Incident.objects.create(
        **{
            "kind": Kind.OUTAGE,
            "severity": severity,
            "title": title,
            "occurred_at": at,
            "aware_at": at,
            "opened_at": at,
            "opened_by": by,
            "made_public_at": at if public else None,
            "made_public_by": by if public else None,
            **more,
        }
    )


def an_update(
    incident: Incident,
    at: datetime,
    *,
    headline: str = "Card payments fail at checkout",
    promised_for: datetime | None = None,
    impacts: dict[Component, str] | None = None,
    state: str = Update.State.PUBLISHED,
    **more: Any,
) -> Update:
    """A published update; keeps the promise before it, gives a new one with `promised_for`."""
    is_told = state == Update.State.PUBLISHED
    texts = {name: more.pop(name, "") for name in ("what", "who", "why", "doing", "meanwhile")}
    language = more.pop("language", "en")
    update = Update.objects.create(
        incident=incident,
        number=incident.updates.filter(state=Update.State.PUBLISHED).count() + 1 if is_told else None,
        state=state,
        stage=more.pop("stage", Stage.INVESTIGATING),
        written_at=at,
        sent_off_at=at if is_told else None,
        published_at=at if is_told else None,
        next_update_by=promised_for,
        **more,
    )
    UpdateText.objects.create(update=update, language=language, headline=headline, **texts)
    for component, reached in (impacts or {}).items():
        Impact.objects.create(update=update, component=component, state=reached)
    if is_told:
        Impact.objects.write_states([component.pk for component in impacts or {}], at=at)
        for promise in incident.promises.filter(state__in=[Promise.State.OPEN, Promise.State.LATE]):
            promise.state = Promise.State.KEPT if at <= promise.promised_for else Promise.State.KEPT_LATE
            promise.decided_at, promise.kept_by = at, update
            promise.save()
        if promised_for:
            Promise.objects.create(
                incident=incident,
                update=update,
                given_at=at,
                promised_for=promised_for,
                lapses_at=promised_for + timedelta(hours=1),
                due_at=promised_for,
            )
    return update


def a_told_incident(at: datetime, *, promised_in: timedelta | None = timedelta(minutes=30), **more: Any) -> Incident:
    """A public incident with one published update."""
    words = {name: more.pop(name) for name in ("headline", "what", "impacts", "stage", "meanwhile") if name in more}
    incident = an_incident(at, **more)
    an_update(incident, at, promised_for=at + promised_in if promised_in else None, **words)
    return incident


def resolve(incident: Incident, at: datetime, **more: Any) -> None:
    """A last update, and the end."""
    an_update(incident, at, stage=Stage.RESOLVED, kind=Update.Kind.RESOLUTION, **more)
    incident.closed_at = at
    incident.save()
