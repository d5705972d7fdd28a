"""Makers of the room: one word makes a sensible thing, keywords say what matters to the test."""

from datetime import datetime
from itertools import count
from typing import Any

from conftest import START
from daylight.accounts.models import Member
from daylight.customers.models import Customer
from daylight.incidents.models import Incident
from daylight.listen import accepting, cards, handling, hearing, replying, taking_in
from daylight.listen.models import Attachment, Conversation, Message, QuestionCard
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


def a_card(
    text: str = "{{ customer.greeting }} {{ update.doing }}", *, by: Member, at: datetime = START
) -> QuestionCard:
    """A question card."""
    card = QuestionCard(shortcut=f"when-{next(_numbers)}", question="When is it mended?", text=text)
    cards.save(card, by=by, at=at)
    return card


def a_full_conversation(incident: Incident, customer: Customer, *, by: Member, at: datetime) -> Conversation:
    """One with everything that can happen in it; the customer had the last word."""
    conversation = a_conversation("My order is late.\n\nI need it on Saturday.", at=at, subject="Late", name="Zoë")
    Conversation.objects.filter(pk=conversation.pk).update(customer=customer, incident=incident, confidence=70)
    conversation.refresh_from_db()
    Attachment.keep(name="photo.jpg", content_type="image/jpeg", pieces=[b"x"], message=conversation.messages.get())
    handling.claim(conversation, by=by, at=at)
    handling.note(conversation, "They called before.", by=by, at=at)
    hearing.read_back(conversation, "It is late.", by=by, at=at)
    hearing.heard(conversation, done="Passed on.", thanks="", by=by, at=at)
    replying.reply(conversation, "We look for it.", by=by, at=at)
    handling.relieve(conversation, by=by, at=at, word="Please.")
    further = something_said("Any news?", at=at, address=conversation.address, subject="Late")
    return taken_in(further, at=at)[0].conversation
