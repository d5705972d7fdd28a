"""What stands on a writer's own page of a conversation: their words, ours, and what we know of the matter by now."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from daylight.core.links import LinkRefused
from daylight.incidents.models import Incident, Update, UpdateText
from daylight.incidents.statement import language_for
from daylight.listen import reply_clock
from daylight.listen.models import Conversation, Incoming, Message
from daylight.listen.said import Said
from daylight.listen.sources.form import keys
from daylight.listen.sources.form.given import FORM, INSIDE


@dataclass(frozen=True)
class Line:
    """One thing said: by whom, when, in which words, with which files."""

    is_ours: bool
    text: str
    said_at: datetime
    files: Sequence[str] = ()


@dataclass(frozen=True)
class News:
    """The latest word on the incident that a conversation is about."""

    incident: Incident
    words: UpdateText
    next_word_by: datetime | None


@dataclass(frozen=True)
class Talk:
    """A conversation as its writer sees it. `is_private_to_address`: our answers go to the address alone."""

    lines: Sequence[Line]
    answer_by: datetime | None
    source: str
    name: str
    conversation: Conversation | None = None
    news: News | None = None
    is_private_to_address: bool = False
    reaches_nobody: bool = False


def read(opened: keys.Opened, *, language: str, at: datetime) -> Talk:
    """The conversation that a link opens. Raises LinkRefused."""
    if opened.public_id:
        conversation = Conversation.objects.filter(public_id=opened.public_id).first()
        if conversation is None:
            raise LinkRefused
        return _talk(conversation, opened, language=language)
    sources = (FORM.name, INSIDE.name)
    named = Message.objects.filter(source__in=sources, external_id=opened.name)
    message = named.select_related("conversation__incident").first()
    if message is not None:
        return _talk(message.conversation, opened, language=language)
    waiting = Incoming.objects.filter(source__in=sources, external_id=opened.name).first()
    if waiting is None:
        raise LinkRefused
    return _not_yet(waiting, language=language, at=at)


def _talk(conversation: Conversation, opened: keys.Opened, *, language: str) -> Talk:
    """With a link of the form only what was said under its key; our answers, where nobody else's words are there.

    An address typed into a form proves nothing: words of whoever really has it may lie in the same conversation.
    """
    rows = list(
        conversation.messages.exclude(direction=Message.Direction.NOTE)
        .prefetch_related("attachments")
        .order_by("said_at", "pk")
    )
    mine = f"{opened.key}-"
    is_shared = not opened.public_id and any(
        row.direction == Message.Direction.IN and not row.external_id.startswith(mine) for row in rows
    )
    shown = [row for row in rows if not is_shared or row.external_id.startswith(mine)]
    return Talk(
        lines=[_line(row) for row in shown],
        answer_by=conversation.answer_due_at,
        source=conversation.source,
        name=opened.name or next((row.external_id for row in rows), ""),
        conversation=conversation,
        news=_news(conversation.incident, language),
        is_private_to_address=is_shared,
        reaches_nobody=not conversation.address,
    )


def _line(row: Message) -> Line:
    files = [file.name for file in row.attachments.all()]
    return Line(row.direction == Message.Direction.OUT, row.text, row.said_at, files)


def _not_yet(row: Incoming, *, language: str, at: datetime) -> Talk:
    """What came in a moment ago and is not read yet: the same page, with the usual time for an answer."""
    said = Said.read(row.said)
    usual = Conversation(kind=Conversation.Kind.COMPLAINT, incident_id=said.incident_id)
    incident = Incident.objects.filter(pk=said.incident_id).first() if said.incident_id else None
    return Talk(
        lines=[_unread(row)],
        answer_by=reply_clock.Times.read().due_at(usual, since=row.received_at),
        source=row.source,
        name=row.external_id,
        news=_news(incident, language),
        reaches_nobody=not said.address,
    )


def _news(incident: Incident | None, language: str) -> News | None:
    """What the world was told last of an incident, in the reader's language where it was written in it."""
    if incident is None or not incident.is_public or not incident.is_open:
        return None
    update = Update.objects.published().filter(incident=incident).with_news().last()
    if update is None:
        return None
    texts = {text.language: text for text in update.texts.all()}
    if not texts:
        return None
    chosen = texts[language_for(language, list(texts), fallback=next(iter(texts)))]
    return News(incident, chosen, update.next_update_by)


def waiting(talk: Talk, name: str) -> Line | None:
    """What came for a conversation under this name and is not read yet."""
    row = Incoming.objects.filter(source=talk.source, external_id=name).first()
    return _unread(row) if row else None


def going_on(said: Said, talk: Talk, *, name: str) -> Said:
    """The same as a further message of a conversation, by whatever way that one came."""
    return replace(said, source=talk.source, external_id=name, thread_key="", thread=(talk.name,))


def _unread(row: Incoming) -> Line:
    said, files = Said.read(row.said), list(row.attachments.values_list("name", flat=True))
    return Line(is_ours=False, text=said.text, said_at=said.said_at, files=files)
