"""What the customers of an incident may choose, and what each of them chose."""

from datetime import date, datetime
from typing import Annotated, Literal

from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema, Status
from pydantic import StringConstraints

from daylight.accounts.roles import Act
from daylight.api.v1.door import KeyRequest, needs, reading, writing
from daylight.api.v1.incidents import PublicId, incident_of
from daylight.api.v1.paging import Paging, page_of
from daylight.api.v1.problems import Refused
from daylight.api.v1.types import Key, LanguageCode, Line, Moment
from daylight.core import clock
from daylight.pages.models import Alternative, AlternativeText, Choice
from daylight.pages.yours import choosing

router = Router(tags=["choices"])

Label = Annotated[str, StringConstraints(min_length=1, max_length=80, strip_whitespace=True)]


class WordsOut(Schema):
    """The crew's words for an alternative in one language."""

    label: str
    explanation: str


class WordsIn(Schema):
    """What stands on the button, and below it."""

    label: Label
    explanation: Line = ""


class AlternativeOut(Schema):
    """Something customers may choose; without texts it is worded by its kind, in each language of the page.

    `chosen` counts the customers who want it now, `done` those of them for whom it was done.
    """

    id: int
    kind: str
    needs: str
    until: datetime | None
    texts: dict[str, WordsOut]
    offered_at: datetime
    withdrawn_at: datetime | None
    chosen: int
    done: int


class Alternatives(Schema):
    """All alternatives of an incident, in the order in which customers see them."""

    items: list[AlternativeOut]


class AlternativeIn(Schema):
    """A new alternative. Kind `other` needs texts; `until` may outlast the incident."""

    kind: Alternative.Kind
    needs: Alternative.Needs = Alternative.Needs.NOTHING
    until: Moment | None = None
    texts: Annotated[dict[LanguageCode, WordsIn], Field(max_length=20)] = {}


class ChoiceOut(Schema):
    """What a customer wants. `alternative` is null for a proposal of their own, which stands in `words`.

    A choice that was changed or taken back has `ended_at`, and `end` says which.
    """

    id: int
    customer_id: int
    external_id: str | None
    alternative: int | None
    kind: str | None
    wanted_on: date | None
    phone: str
    words: str
    chosen_at: datetime
    channel: str | None
    ended_at: datetime | None
    end: str
    done_at: datetime | None

    @staticmethod
    def resolve_external_id(choice: Choice) -> str | None:
        """The customer's key in the firm's records."""
        return choice.customer.external_id

    @staticmethod
    def resolve_alternative(choice: Choice) -> int | None:
        """The number of the alternative."""
        return choice.alternative_id

    @staticmethod
    def resolve_kind(choice: Choice) -> str | None:
        """The kind of the alternative."""
        return choice.alternative.kind if choice.alternative else None

    @staticmethod
    def resolve_channel(choice: Choice) -> str | None:
        """The channel by which the link was sent that was used."""
        return choice.contact_point.channel if choice.contact_point else None


class ChoicePage(Schema):
    """A page of choices."""

    items: list[ChoiceOut]
    next: str | None


class ChoiceFilter(Paging):
    """Which: what stands now, what of it is left to do, or everything with what was changed and taken back."""

    which: Literal["standing", "to_do", "all"] = "standing"


@router.get("/incidents/{incident_id}/choices", response=reading(ChoicePage), operation_id="list_choices")
@needs(Act.READ_CUSTOMERS)
def list_choices(request: KeyRequest, incident_id: PublicId, paging: Query[ChoiceFilter]) -> object:
    """Who chose what, oldest first."""
    rows = Choice.objects.about(incident_of(request, incident_id))
    if paging.which != "all":
        rows = rows.to_do() if paging.which == "to_do" else rows.standing()
    items, following = page_of(rows.select_related("customer", "alternative", "contact_point"), paging)
    return {"items": items, "next": following}


@router.post("/incidents/{incident_id}/choices/{choice_id}/done", response=writing(ChoiceOut), operation_id="do_choice")
@needs(Act.LEAD_INCIDENT)
def do_choice(request: KeyRequest, incident_id: PublicId, choice_id: Key) -> object:
    """Mark what a customer wanted as done; the customer sees it. Twice is once."""
    incident = incident_of(request, incident_id)
    choice = get_object_or_404(Choice, pk=choice_id, incident=incident)
    if choice.ended_at is not None:
        raise Refused("The customer changed this choice or took it back meanwhile.")
    choosing.do(Choice.objects.filter(pk=choice.pk), incident=incident, by=request.auth.made_by, at=clock.now())
    choice.refresh_from_db()
    return choice


@router.get("/incidents/{incident_id}/alternatives", response=reading(Alternatives), operation_id="list_alternatives")
@needs(Act.READ)
def list_alternatives(request: KeyRequest, incident_id: PublicId) -> object:
    """What customers may choose, and how many chose it."""
    incident = incident_of(request, incident_id)
    rows = list(Alternative.objects.filter(incident=incident).prefetch_related("texts"))
    return {"items": [_shown(row, chosen, done) for row, chosen, done in choosing.counts(incident, rows) if row]}


@router.post(
    "/incidents/{incident_id}/alternatives",
    response=writing(AlternativeOut, status=201),
    operation_id="offer_alternative",
)
@needs(Act.LEAD_INCIDENT)
def offer_alternative(request: KeyRequest, incident_id: PublicId, payload: AlternativeIn) -> object:
    """Let customers choose one thing more; it stands on the page of every affected customer at once."""
    incident, now = incident_of(request, incident_id), clock.now()
    if payload.kind == Alternative.Kind.OTHER and not payload.texts:
        raise Refused("Give its words in at least one language.", status=422, where="texts")
    if payload.until is not None and payload.until <= now:
        raise Refused("This time has gone; give one that is still to come.", status=422, where="until")
    row = choosing.offer(
        incident,
        kind=payload.kind,
        needs=payload.needs,
        until=payload.until,
        texts={name: choosing.Label(said.label, said.explanation) for name, said in payload.texts.items()},
        by=request.auth.made_by,
        at=now,
    )
    return Status(201, _shown(row, 0, 0))


@router.post(
    "/incidents/{incident_id}/alternatives/{alternative_id}/withdrawal",
    response=writing(AlternativeOut),
    operation_id="withdraw_alternative",
)
@needs(Act.LEAD_INCIDENT)
def withdraw_alternative(request: KeyRequest, incident_id: PublicId, alternative_id: Key) -> object:
    """Nobody may choose it any more; whoever did keeps it."""
    incident = incident_of(request, incident_id)
    row = get_object_or_404(Alternative, pk=alternative_id, incident=incident)
    choosing.withdraw(row, by=request.auth.made_by, at=clock.now())
    [(_, chosen, done), *_rest] = choosing.counts(incident, [row])
    return _shown(row, chosen, done)


def _shown(row: Alternative, chosen: int, done: int) -> dict[str, object]:
    texts: list[AlternativeText] = list(row.texts.all())
    return {
        "id": row.pk,
        "kind": row.kind,
        "needs": row.needs,
        "until": row.until,
        "texts": {text.language: {"label": text.label, "explanation": text.explanation} for text in texts},
        "offered_at": row.offered_at,
        "withdrawn_at": row.withdrawn_at,
        "chosen": chosen,
        "done": done,
    }
