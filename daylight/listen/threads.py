"""Finds the conversation that a message goes on with."""

import re
from collections.abc import Sequence
from datetime import timedelta

from daylight.core.parts import in_parts
from daylight.listen.models import Conversation, Message
from daylight.listen.models.message import OURS
from daylight.listen.said import Said
from daylight.listen.sources.base import Joins
from daylight.listen.sources.registry import SOURCES

MOST = 2_000
"""Earlier conversations that are looked at for the writers of a stretch."""

IN_A_ROW = timedelta(minutes=1)
"""What one writer says within so short a time of each other is one matter; nobody writes of two so quickly."""

MOST_OPEN = 30
"""Open conversations of one writer; whatever else they write goes on in the newest."""

Writer = tuple[str, str]

_FORWARDED = re.compile(r"^\s*(fwd?|wg|tr|rv|vs|i)\s*[::]", re.IGNORECASE)
_ANSWERING = re.compile(r"^\s*((re|aw|antw|fw|fwd|wg|tr|rv|sv|vs|odp|r)(\[\d+\])?\s*[::]\s*)+", re.IGNORECASE)


class Threads:
    """The conversations that many messages may go on with, those made meanwhile too; read in few questions."""

    def __init__(self, said: Sequence[Said]) -> None:
        self._known: dict[int, Conversation] = {}
        self._by_name: dict[tuple[str, str], Conversation] = {}
        self._ours: dict[str, Conversation] = {}
        self._by_key: dict[tuple[str, str], Conversation] = {}
        self._by_writer: dict[Writer, list[Conversation]] = {}
        self._read_names(said)
        self._read_keys(said)
        self._read_writers({(one.channel, one.address) for one in said if one.address})

    def find(self, said: Said) -> Conversation | None:
        """The conversation that a message goes on with, or None for a new matter."""
        if said.thread_key:
            return self._by_key.get((said.source, said.thread_key))
        for name in said.thread:
            known = self._by_name.get((said.source, name)) or self._ours.get(name)
            if known is not None:
                return known
        return self._going_on(said)

    def add(self, said: Said, conversation: Conversation) -> None:
        """Remember where a message went."""
        self._by_name[said.source, said.external_id] = conversation
        if said.thread_key:
            self._by_key[said.source, said.thread_key] = conversation
        if said.address:
            mine = self._by_writer.setdefault((said.channel, said.address), [])
            if conversation not in mine:
                mine.insert(0, conversation)

    def _going_on(self, said: Said) -> Conversation | None:
        source = SOURCES.get(said.source)
        if source is None or source.joins is Joins.NEVER or not said.address:
            return None
        mine = [
            conversation
            for conversation in self._by_writer.get((said.channel, said.address), [])
            if conversation.source == said.source and conversation.is_open
        ]
        recent = (one for one in mine if said.said_at - one.last_said_at <= source.joins_within)
        same = next((one for one in recent if source.joins is Joins.SAME_WRITER or _is_same_matter(said, one)), None)
        return same or (_flooded(said, mine) if source.folds_floods else None)

    def _one(self, conversation: Conversation) -> Conversation:
        """The same object for the same row, so that what several messages change is written once."""
        return self._known.setdefault(conversation.pk, conversation)

    def _read_names(self, said: Sequence[Said]) -> None:
        for source in {one.source for one in said}:
            names = {name for one in said if one.source == source for name in one.thread}
            for part in in_parts(names):
                rows = Message.objects.filter(source=source, external_id__in=part).select_related("conversation")
                self._by_name |= {(source, row.external_id): self._one(row.conversation) for row in rows}
        self._read_ours({name for one in said for name in one.thread if name.startswith(OURS)})

    def _read_ours(self, names: set[str]) -> None:
        """What we said goes by mail, say, to somebody who wrote by a form: the answer comes by another source."""
        for part in in_parts(names):
            rows = Message.objects.filter(source__in=[*SOURCES], external_id__in=part).select_related("conversation")
            self._ours |= {row.external_id: self._one(row.conversation) for row in rows}

    def _read_keys(self, said: Sequence[Said]) -> None:
        for source in {one.source for one in said}:
            for part in in_parts({one.thread_key for one in said if one.source == source and one.thread_key}):
                rows = Conversation.objects.filter(source=source, thread_key__in=part)
                self._by_key |= {(source, row.thread_key): self._one(row) for row in rows}

    def _read_writers(self, writers: set[Writer]) -> None:
        for channel in {channel for channel, _ in writers}:
            for part in in_parts({address for of, address in writers if of == channel}):
                rows = Conversation.objects.open().filter(channel=channel, address__in=part)
                rows = rows.exclude(
                    address=""
                )  # Said so that PostgreSQL sees that its index of writers holds them all.
                for row in rows.order_by("-last_said_at", "-pk")[:MOST]:
                    self._by_writer.setdefault((channel, row.address), []).append(self._one(row))


def _is_same_matter(said: Said, conversation: Conversation) -> bool:
    return about(conversation.subject) == about(said.subject)


def _flooded(said: Said, mine: Sequence[Conversation]) -> Conversation | None:
    """The conversation that takes what its writer says in a row, or beyond measure.

    Who forwards mails brings the matters of others, and quickly. Words never go where spam or machines' answers lie.
    """
    alike = [one for one in mine if one.nature == said.nature]
    if len(alike) >= MOST_OPEN:
        return alike[0]
    if _FORWARDED.match(said.subject):
        return None
    return next((one for one in alike if abs(said.said_at - one.last_said_at) <= IN_A_ROW), None)


def about(subject: str) -> str:
    """A subject without the marks of an answer, as it is compared."""
    return " ".join(_ANSWERING.sub("", subject).casefold().split())
