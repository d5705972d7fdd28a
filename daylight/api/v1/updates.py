"""Updates: drafting, approving, publishing and taking back what customers are told."""

from datetime import datetime
from typing import Annotated

from django.db import transaction
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema, Status

from daylight.accounts.models import Organisation
from daylight.accounts.roles import Act
from daylight.api.v1.door import KeyRequest, needs, reading, writing
from daylight.api.v1.incidents import PublicId, incident_of, incidents_of
from daylight.api.v1.paging import Paging, page_of
from daylight.api.v1.problems import Refused
from daylight.api.v1.types import Because, Key, LanguageCode, Line, Moment, Paragraphs, Title, Word
from daylight.core import clock
from daylight.incidents import checking, drafting, sending_off
from daylight.incidents.models import Component, Incident, Update
from daylight.incidents.remarks import Remark
from daylight.incidents.statement import Statement, Words
from daylight.incidents.words import ComponentState, Stage

router = Router(tags=["updates"])


class WordsIn(Schema):
    """The words of an update in one language: a headline and five of the six parts (the sixth is a time)."""

    headline: Title
    what: Paragraphs = ""
    who: Paragraphs = ""
    why: Paragraphs = ""
    doing: Paragraphs = ""
    meanwhile: Paragraphs = ""


class WordsOut(WordsIn):
    """The words of an update in one language; `rhythm_said` announces a slower rhythm."""

    headline: str
    rhythm_said: str = ""


class UpdateIn(Schema):
    """A draft: its words by language code, and its facts.

    Leave `why_known` false to say that the cause is not known yet. `rhythm_minutes` announces a slower rhythm.
    A fact that was told and has changed must be sent with `correction` true.
    """

    stage: Stage
    texts: Annotated[dict[LanguageCode, WordsIn], Field(min_length=1, max_length=20)]
    why_known: bool = False
    next_update_by: Moment | None = None
    rhythm_minutes: Annotated[int, Field(ge=5, le=60 * 24 * 30)] | None = None
    correction: bool = False
    impacts: Annotated[dict[Word, ComponentState], Field(max_length=100)] = {}
    revision: Annotated[int, Field(ge=1, le=2**31 - 1)] | None = None


class UpdateOut(Schema):
    """A statement: a draft, on its way out, or published."""

    id: int
    incident: str
    number: int | None
    kind: str
    state: str
    stage: str
    why_known: bool
    next_update_by: datetime | None
    corrects: int | None
    texts: dict[str, WordsOut]
    impacts: dict[str, str]
    revision: int
    written_at: datetime
    sent_off_at: datetime | None
    leaves_at: datetime | None
    published_at: datetime | None

    @staticmethod
    def resolve_incident(update: Update) -> str:
        """The public id of the incident."""
        return update.incident.public_id

    @staticmethod
    def resolve_corrects(update: Update) -> int | None:
        """The number of the update that this one corrects."""
        return update.corrects.number if update.corrects else None

    @staticmethod
    def resolve_texts(update: Update) -> dict[str, object]:
        """The words by language."""
        return {text.language: text for text in update.texts.all()}

    @staticmethod
    def resolve_impacts(update: Update) -> dict[str, str]:
        """What it says of components, by the component's key."""
        return {impact.component.key: impact.state for impact in update.impacts.select_related("component")}

    @staticmethod
    def resolve_leaves_at(update: Update) -> datetime | None:
        """When it leaves, while it can still be taken back."""
        return update.due_at if update.state == Update.State.LEAVING else None


class UpdatePage(Schema):
    """A page of updates."""

    items: list[UpdateOut]
    next: str | None


class Verdict(Schema):
    """A second member's yes or no to a draft."""

    yes: bool
    words: Annotated[Line, Field(max_length=400)] = ""
    revision: Annotated[int, Field(ge=1, le=2**31 - 1, description="The revision that was read.")] | None = None


class Sending(Schema):
    """Sent with a draft that leaves: why it goes although remarks of severity "error" are open."""

    because: Because = ""


class KeptOut(Schema):
    """Words that stayed, and why."""

    by: str
    at: datetime
    because: str


class RemarkOut(Schema):
    """A finding of the candour checker: characters `start` to `end` of a part, or no phrase where something is missing.

    `severity` is "error" where customers would be kept in the dark; a remark that was kept does not hold an update.
    """

    rule: str
    severity: str
    title: str
    reason: str
    suggestion: str
    language: str
    part: str
    phrase: str
    start: int
    end: int
    kept: KeptOut | None

    @staticmethod
    def resolve_kept(remark: Remark) -> dict[str, object] | None:
        """Who kept it and why, if somebody did."""
        row = remark.kept
        return {"by": str(row.kept_by), "at": row.kept_at, "because": row.reason} if row else None


class CheckedOut(Schema):
    """`parts`: whether each of the six is "said", "missing" or worth a "look"; languages in `unread` were not read."""

    parts: dict[str, str]
    remarks: list[RemarkOut]
    unread: list[str]


def _updates(request: KeyRequest) -> QuerySet[Update]:
    return (
        Update.objects.filter(incident__in=incidents_of(request))
        .select_related("incident", "corrects")
        .prefetch_related("texts")
    )


def _update(request: KeyRequest, update_id: int) -> Update:
    return get_object_or_404(_updates(request), pk=update_id)


@router.get("/incidents/{incident_id}/updates", response=reading(UpdatePage), operation_id="list_updates")
@needs(Act.READ)
def list_updates(request: KeyRequest, incident_id: PublicId, paging: Query[Paging]) -> object:
    """Drafts and published updates of an incident, oldest first."""
    incident = incident_of(request, incident_id)
    items, following = page_of(_updates(request).filter(incident=incident), paging)
    return {"items": items, "next": following}


@router.post("/incidents/{incident_id}/updates", response=writing(UpdateOut, status=201), operation_id="draft_update")
@needs(Act.WRITE_UPDATE)
def draft_update(request: KeyRequest, incident_id: PublicId, payload: UpdateIn) -> object:
    """Write a draft. Nothing is sent; the writer's earlier draft of this incident, if any, is written over."""
    incident, by, now = incident_of(request, incident_id), request.auth.made_by, clock.now()
    with transaction.atomic():
        update = drafting.start(incident, by=by, at=now)
        update.write(_statement(incident, payload), by=by, at=now)
    return Status(201, _update(request, update.pk))


@router.get("/updates/{update_id}", response=reading(UpdateOut), operation_id="get_update")
@needs(Act.READ)
def get_update(request: KeyRequest, update_id: Key) -> object:
    """One update."""
    return _update(request, update_id)


@router.put("/updates/{update_id}", response=writing(UpdateOut), operation_id="rewrite_update")
@needs(Act.WRITE_UPDATE)
def rewrite_update(request: KeyRequest, update_id: Key, payload: UpdateIn) -> object:
    """Change a draft. With `revision`, refused (409) when somebody changed it since."""
    update = _update(request, update_id)
    statement = _statement(update.incident, payload)
    update.write(statement, by=request.auth.made_by, at=clock.now(), revision=payload.revision)
    return _update(request, update_id)


@router.get("/updates/{update_id}/remarks", response=reading(CheckedOut), operation_id="check_update")
@needs(Act.READ)
def check_update(request: KeyRequest, update_id: Key) -> object:
    """What customers would miss in an update or stumble over: the six parts, and remarks at the words."""
    update = _update(request, update_id)
    if update.published_at is not None:
        raise Refused("Customers have this already; remarks are for what is still to be sent.")
    checked = checking.read_statement(update.incident, update.statement(), at=clock.now())
    parts = {lamp.part: lamp.state for lamp in checked.lamps}
    return {"parts": parts, "remarks": checked.remarks, "unread": checked.unread}


@router.post("/updates/{update_id}/approval", response=writing(UpdateOut), operation_id="approve_update")
@needs(Act.APPROVE_UPDATE)
def approve_update(request: KeyRequest, update_id: Key, payload: Verdict) -> object:
    """Say yes or no to a draft of somebody else; a no needs words."""
    update, by, now = _update(request, update_id), request.auth.made_by, clock.now()
    if payload.yes:
        update.approve(by=by, at=now, words=payload.words, revision=payload.revision)
    else:
        update.refuse(by=by, at=now, words=payload.words)
    return _update(request, update_id)


@router.post("/updates/{update_id}/publication", response=writing(UpdateOut), operation_id="publish_update")
@needs(Act.PUBLISH_UPDATE)
def publish_update(request: KeyRequest, update_id: Key, payload: Sending | None = None) -> object:
    """Send the draft off. It leaves in ten seconds and can be taken back until then.

    Refused (422) where remarks of severity "error" are open: mend them, or send `because`.
    """
    because = payload.because if payload else ""
    sending_off.send_off(_update(request, update_id), because=because, by=request.auth.made_by, at=clock.now())
    return _update(request, update_id)


@router.delete("/updates/{update_id}/publication", response=writing(UpdateOut), operation_id="take_back_update")
@needs(Act.PUBLISH_UPDATE)
def take_back_update(request: KeyRequest, update_id: Key) -> object:
    """Stop an update before it leaves; it is a draft again. Refused (409) once it has left."""
    _update(request, update_id).take_back(by=request.auth.made_by, at=clock.now())
    return _update(request, update_id)


def _statement(incident: Incident, payload: UpdateIn) -> Statement:
    unknown = set(payload.impacts) - set(
        Component.objects.filter(key__in=payload.impacts).values_list("key", flat=True)
    )
    if unknown:
        names = ", ".join(sorted(unknown))
        raise Refused(f"No component has the key {names}.", status=422, where="impacts")
    return Statement(
        stage=payload.stage,
        why_known=payload.why_known,
        next_update_by=payload.next_update_by,
        zone=Organisation.get().time_zone,
        rhythm=payload.rhythm_minutes,
        is_correction=payload.correction,
        impacts={key: state.value for key, state in payload.impacts.items()},
        texts={language: Words(**words.model_dump()) for language, words in payload.texts.items()},
    )
