"""The crew's inbox for programs: conversations, what was said in them, and what the crew does with them."""

from datetime import datetime
from typing import Annotated, Literal

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from ninja import Field, Query, Router, Schema, Status

from daylight.accounts.models import Member
from daylight.accounts.roles import Act
from daylight.api.v1.door import KeyRequest, needs, reading, writing
from daylight.api.v1.incidents import PublicId, incident_of
from daylight.api.v1.paging import Paging, page_of
from daylight.api.v1.problems import Refused
from daylight.api.v1.types import Key, LongWords, Moment, Reason
from daylight.core import clock
from daylight.customers.models import Customer
from daylight.listen import handling, identifying, replying
from daylight.listen.models import Conversation, Message

router = Router(tags=["conversations"])

LATEST = 50

State = Literal["open", "unanswered", "overdue", "closed", "all"]


class MessageOut(Schema):
    """One thing said: by the customer (in), by the crew (out), or among the crew (note)."""

    id: str
    direction: str
    text: str
    nature: str
    is_chaser: bool
    author: str
    said_at: datetime
    received_at: datetime

    @staticmethod
    def resolve_id(message: Message) -> str:
        """Digits in a text: JavaScript has no whole numbers as large as these."""
        return str(message.pk)

    @staticmethod
    def resolve_author(message: Message) -> str:
        """The member who wrote it; empty for a customer."""
        return message.author.name if message.author else ""


class ConversationOut(Schema):
    """What one writer and the crew say to each other about one matter.

    `confidence` (percent) and `recognised_why` tell how sure we are of the customer, `linked_why` why it is linked to
    its incident. `answer_due_at` is set while the customer had the last word.
    """

    id: str
    source: str
    channel: str
    address: str
    writer: str
    subject: str
    language: str
    kind: str
    nature: str
    facts: dict[str, str]
    effect: str
    customer_id: int | None
    recognised_by: str
    recognised_why: str
    confidence: int
    incident: str | None
    linked_why: str
    is_open: bool
    claimed_by: str
    messages_in: int
    first_said_at: datetime
    last_said_at: datetime
    last_out_at: datetime | None
    answer_due_at: datetime | None
    closed_at: datetime | None

    @staticmethod
    def resolve_id(row: Conversation) -> str:
        """Its permanent name."""
        return row.public_id

    @staticmethod
    def resolve_facts(row: Conversation) -> dict[str, str]:
        """What it is about in its source's terms, as texts."""
        return {name: str(value) for name, value in row.facts.items()}

    @staticmethod
    def resolve_incident(row: Conversation) -> str | None:
        """The public id of its incident."""
        return row.incident.public_id if row.incident else None

    @staticmethod
    def resolve_claimed_by(row: Conversation) -> str:
        """The e-mail of the member who has it in hand."""
        return row.claimed_by.email if row.claimed_by else ""


class WholeConversationOut(ConversationOut):
    """A conversation with the latest fifty things said in it, oldest first."""

    messages: list[MessageOut]

    @staticmethod
    def resolve_messages(row: Conversation) -> list[Message]:
        """The latest messages."""
        newest = row.messages.select_related("author").order_by("-said_at", "-pk")[:LATEST]
        return list(reversed(newest))


class ConversationPage(Schema):
    """A page of conversations."""

    items: list[ConversationOut]
    next: str | None


class MessagePage(Schema):
    """A page of messages."""

    items: list[MessageOut]
    next: str | None


class ConversationFilter(Paging):
    """Which conversations. `since`: something was said in them at or after this time."""

    state: State = "all"
    incident: Annotated[str, Field(max_length=20, pattern=r"^[0-9a-z]*$")] = ""
    customer_id: Key | None = None
    source: Annotated[str, Field(max_length=20, pattern=r"^[a-z_]*$")] = ""
    since: Moment | None = None


class WordsIn(Schema):
    """What is to be said."""

    text: LongWords


class CloseIn(Schema):
    """Why nothing more is to be done."""

    because: Reason


class LinkIn(Schema):
    """Which incident it is about, and which customer it is; null takes the link away, what is left out stays."""

    incident: Annotated[str, Field(max_length=20, pattern=r"^[0-9a-z]+$")] | None = None
    customer_id: Key | None = None


@router.get("/conversations", response=reading(ConversationPage), operation_id="list_conversations")
@needs(Act.READ_CUSTOMERS)
def list_conversations(request: KeyRequest, paging: Query[ConversationFilter]) -> object:
    """Conversations, those that began first at first."""
    rows = _in_state(request, paging.state).select_related("incident", "claimed_by")
    if paging.incident:
        rows = rows.filter(incident=incident_of(request, paging.incident))
    if paging.customer_id:
        rows = rows.filter(customer=paging.customer_id)
    if paging.source:
        rows = rows.filter(source=paging.source)
    if paging.since:
        rows = rows.filter(last_said_at__gte=paging.since)
    items, following = page_of(rows, paging)
    return {"items": items, "next": following}


@router.get("/conversations/{conversation_id}", response=reading(WholeConversationOut), operation_id="get_conversation")
@needs(Act.READ_CUSTOMERS)
def get_conversation(request: KeyRequest, conversation_id: PublicId) -> object:
    """One conversation with what was said last in it."""
    return _conversation(request, conversation_id)


@router.get("/conversations/{conversation_id}/messages", response=reading(MessagePage), operation_id="list_messages")
@needs(Act.READ_CUSTOMERS)
def list_messages(request: KeyRequest, conversation_id: PublicId, paging: Query[Paging]) -> object:
    """Everything said in a conversation, in the order in which we heard it."""
    rows = _conversation(request, conversation_id).messages.select_related("author")
    items, following = page_of(rows, paging)
    return {"items": items, "next": following}


@router.post("/conversations/{conversation_id}/replies", response=writing(MessageOut, status=201), operation_id="reply")
@needs(Act.ANSWER)
def reply(request: KeyRequest, conversation_id: PublicId, payload: WordsIn) -> object:
    """Answer the customer, by the way by which they wrote; the reply clock stops."""
    row = _conversation(request, conversation_id)
    return Status(201, replying.reply(row, payload.text, by=_by(request), at=clock.now()))


@router.post(
    "/conversations/{conversation_id}/notes", response=writing(MessageOut, status=201), operation_id="write_note"
)
@needs(Act.ANSWER)
def write_note(request: KeyRequest, conversation_id: PublicId, payload: WordsIn) -> object:
    """Write something down for the crew; the customer never sees it."""
    row = _conversation(request, conversation_id)
    return Status(201, handling.note(row, payload.text, by=_by(request), at=clock.now()))


@router.post("/conversations/{conversation_id}/claim", response=writing(ConversationOut), operation_id="claim")
@needs(Act.ANSWER)
def claim(request: KeyRequest, conversation_id: PublicId) -> object:
    """Take it in hand, in the name of the member behind the key."""
    row = _conversation(request, conversation_id)
    if not row.is_open:
        raise Refused("It is closed.")
    if not handling.claim(row, by=_by(request), at=clock.now()):
        raise Refused("Somebody else has it in hand.")
    return row


@router.post(
    "/conversations/{conversation_id}/close", response=writing(ConversationOut), operation_id="close_conversation"
)
@needs(Act.ANSWER)
def close_conversation(request: KeyRequest, conversation_id: PublicId, payload: CloseIn) -> object:
    """It is done, and why. Whatever the customer writes next opens it again."""
    row = _conversation(request, conversation_id)
    if row.is_open:
        handling.close(row, by=_by(request), at=clock.now(), because=payload.because)
    return row


@router.post(
    "/conversations/{conversation_id}/link", response=writing(ConversationOut), operation_id="link_conversation"
)
@needs(Act.ANSWER)
def link_conversation(request: KeyRequest, conversation_id: PublicId, payload: LinkIn) -> object:
    """Say which incident it is about, or which customer it is."""
    row, by, now = _conversation(request, conversation_id), _by(request), clock.now()
    given = payload.model_fields_set
    incident = incident_of(request, payload.incident) if payload.incident else None
    customer = Customer.objects.remembered().filter(pk=payload.customer_id or 0).first()
    if payload.customer_id and customer is None:
        raise Refused("There is no such customer.", status=422, where="customer_id")
    if "incident" in given:
        identifying.link(row, incident, by=by, at=now)
    if "customer_id" in given:
        try:
            identifying.correct_customer(row, customer, by=by, at=now)
        except identifying.CannotName as problem:
            raise Refused(str(problem), status=422, where="customer_id") from problem
    return row


def _in_state(request: KeyRequest, state: State) -> QuerySet[Conversation]:
    rows = Conversation.objects.visible_to(request.auth)
    match state:
        case "open":
            return rows.open()
        case "unanswered":
            return rows.unanswered()
        case "overdue":
            return rows.overdue(clock.now())
        case "closed":
            return rows.filter(closed_at__isnull=False)
    return rows


def _conversation(request: KeyRequest, conversation_id: str) -> Conversation:
    rows = Conversation.objects.visible_to(request.auth).select_related("incident", "claimed_by", "customer")
    return get_object_or_404(rows, public_id=conversation_id)


def _by(request: KeyRequest) -> Member:
    return request.auth.made_by
