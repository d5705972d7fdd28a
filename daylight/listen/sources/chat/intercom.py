"""Intercom, and chats that speak like it: signed notifications that bring the parts of a conversation."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django import forms

from daylight.listen.said import Direction, Said
from daylight.listen.sources import given
from daylight.listen.sources.base import Connects, Heard, Joins, Settings, Source
from daylight.listen.sources.helpdesk import told, whose, with_files
from daylight.listen.sources.mailbox.pages import words_of
from daylight.reach.channels.fields import secret
from daylight.reach.channels.inbound import InboundRequest

NAME = "intercom"
DIRECTIONS: dict[str, Direction] = {"user": "in", "lead": "in", "contact": "in", "admin": "out", "team": "out"}
"""By the kind of an author; bots are none."""


class IntercomForm(forms.Form):
    """An app of the chat."""

    client_secret = secret("Client secret", "On the app's page, under Basic information: it seals what is sent here.")


def read(request: InboundRequest, settings: Settings) -> Heard:
    """The parts that one notification brings, each once."""
    given.check_sealed(request, "X-Hub-Signature", str(settings.get("client_secret") or ""), by="sha1", before="sha1=")
    posted = given.object_in(request)
    item = given.part(posted, "data", "item")
    return Heard(tuple(_parts(item, request.received_at)))


def _parts(item: Any, received_at: datetime) -> Iterator[Said]:
    began = given.part(item, "source") or given.part(item, "conversation_message")
    rest = given.listed(item, "conversation_parts", "conversation_parts")
    for part, otherwise in ((began, f"{given.words(item, 'id')}-first"), *((one, "") for one in rest)):
        said = _said(part, item, otherwise, received_at)
        if said is not None:
            yield said


def _said(part: Any, item: Any, otherwise: str, received_at: datetime) -> Said | None:
    """What a person wrote; None for what the chat says by itself, and for parts without words."""
    direction = DIRECTIONS.get(given.words(part, "author", "type"))
    conversation, name = given.words(item, "id"), given.words(part, "id") or otherwise
    names = [given.words(file, "name") for file in given.listed(part, "attachments")]
    text = with_files(words_of(given.words(part, "body"))[0], names) if direction else ""
    if direction is None or not text or not conversation:
        return None
    if given.words(part, "part_type") == "note":
        direction = "note"
    customer = given.part(item, "source", "author") or given.part(part, "author")
    created = part if given.words(part, "created_at") else item
    return Said(
        source=NAME,
        external_id=f"{conversation}-{name}",
        said_at=given.moment(created, "created_at", otherwise=received_at),
        text=text,
        subject=words_of(given.words(item, "source", "subject"))[0],
        name=given.words(customer, "name"),
        thread_key=conversation,
        direction=direction,
        facts=told(tags=[given.words(tag, "name") for tag in given.listed(item, "tags", "tags")]),
        **whose(given.words(customer, "email"), given.words(customer, "phone")),
    )


SOURCE = Source(NAME, "Intercom", Joins.NEVER, connects=Connects(form=IntercomForm, read=read))
