"""Makers of the room: one word makes a sensible thing, keywords say what matters to the test."""

from datetime import datetime
from itertools import count
from typing import Any

from conftest import START
from daylight.listen import accepting, taking_in
from daylight.listen.models import Conversation, Message
from daylight.listen.said import Said

_numbers = count(1)


def something_said(text: str = "I was charged twice.", *, at: datetime = START, **more: Any) -> Said:
    """One thing that somebody said by mail, from an address of their own."""
    serial = next(_numbers)
    given = {"channel": "email", "address": f"writer{serial}@mail.example"} | more
    return Said(
        source=given.pop("source", "mailbox"),
        external_id=given.pop("external_id", f"said-{serial}"),
        said_at=given.pop("said_at", at),
        text=text,
        **given,
    )


def taken_in(*said: Said, at: datetime = START) -> list[Message]:
    """What was said, as messages."""
    accepting.accept(said, at=at)
    while taking_in.step(at).handled:
        pass
    names = [one.external_id for one in said]
    return list(Message.objects.filter(external_id__in=names).select_related("conversation").order_by("pk"))


def a_conversation(text: str = "I was charged twice.", *, at: datetime = START, **more: Any) -> Conversation:
    """A conversation that one message by mail began."""
    return taken_in(something_said(text, at=at, **more), at=at)[0].conversation
