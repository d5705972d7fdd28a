"""What customers said, handed in by other programs."""

from typing import Annotated

from ninja import Field, Router, Schema, Status
from pydantic import StringConstraints

from daylight.accounts.roles import Act
from daylight.api.v1.door import KeyRequest, needs, writing
from daylight.api.v1.types import Language, Line, Moment, Word
from daylight.core import clock
from daylight.listen import accepting
from daylight.listen.said import Said

router = Router(tags=["messages"])

SOURCE = "api"
MOST = 500
LONGEST = 200_000

FactName = Annotated[str, StringConstraints(min_length=1, max_length=60)]


class MessageIn(Schema):
    """One thing that a customer said.

    `id` is your name for it: sent again with the same name, it changes nothing. `said_at` is when they said it.
    `channel` and `address` are the way in which an answer reaches them. `thread` is your name for the whole
    conversation. `customer` is the external id of the customer, `references` are order numbers, where you know them.
    `facts` say what it is about in your own terms, such as product, region and category.
    """

    id: Annotated[Word, Field(max_length=120)]
    text: Annotated[str, StringConstraints(min_length=1, max_length=LONGEST)]
    said_at: Moment | None = None
    subject: Line = ""
    channel: Annotated[str, StringConstraints(max_length=20, pattern=r"^[a-z_]*$")] = ""
    address: Annotated[str, StringConstraints(max_length=400)] = ""
    name: Line = ""
    thread: Line = ""
    customer: Annotated[str, StringConstraints(max_length=120)] = ""
    references: Annotated[list[Word], Field(max_length=40)] = []
    language: Language = ""
    facts: Annotated[dict[FactName, Line], Field(max_length=20)] = {}


class MessagesIn(Schema):
    """Up to 500 messages at once."""

    messages: Annotated[list[MessageIn], Field(min_length=1, max_length=MOST)]


class Taken(Schema):
    """How many messages were new, and how many we had before."""

    accepted: int
    known: int


@router.post("/messages", response=writing(Taken, status=202), operation_id="hand_in_messages")
@needs(Act.HAND_IN)
def hand_in_messages(request: KeyRequest, payload: MessagesIn) -> object:
    """Hand in what customers said. Once this is answered, nothing of it is lost; a loop reads it within seconds."""
    now = clock.now()
    said = [
        Said(
            source=SOURCE,
            external_id=message.id,
            said_at=message.said_at or now,
            text=message.text,
            subject=message.subject,
            channel=message.channel,
            address=message.address,
            name=message.name,
            thread_key=message.thread,
            customer_key=message.customer,
            references=tuple(message.references),
            language=message.language,
            facts=message.facts,
        )
        for message in payload.messages
    ]
    accepted = accepting.accept(said, at=now)
    return Status(202, {"accepted": accepted, "known": len(said) - accepted})
