"""Where every way in ends: what was said is kept before whoever brought it is told that we have it."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from daylight.core import waking
from daylight.core.parts import in_parts
from daylight.core.together import Together
from daylight.listen.models import Attachment, Incoming, Message
from daylight.listen.said import LONGEST_TEXT, Said

ACCEPTED = "messages.accepted"
"""The event that wakes whoever reads what came in."""

LONGEST_NAME = 200
MOST_NAMES = 100
"""Messages of a thread, and order numbers, that are looked at."""


def accept(said: Sequence[Said], *, at: datetime) -> int:
    """Keep what was said until it is read; returns how many were new.

    When this commits, nothing of it is lost any more. What we have had before, by source and name, changes nothing.
    What several threads bring at the same moment is committed together, except files, which can be read only once.
    """
    if connection.in_atomic_block or any(one.files for one in said):
        return _accept_each([(said, at)])[0]
    return _beside_others.do((said, at))


@transaction.atomic
def _accept_each(brought: Sequence[tuple[Sequence[Said], datetime]]) -> list[int]:
    return [_accept(one, at) for one, at in brought]


_beside_others = Together(_accept_each)


def _accept(said: Sequence[Said], at: datetime) -> int:
    cleaned = [_clean(one, at) for one in said]
    new = _unknown(cleaned)
    Incoming.objects.bulk_create((_row(one, at) for one in new if not one.files), 500, ignore_conflicts=True)
    for one in new:
        if one.files:
            _keep_with_files(one, at)
    if new:
        waking.wake(ACCEPTED)
    return len(new)


def _unknown(said: Sequence[Said]) -> list[Said]:
    """Those that were not accepted before, each once."""
    by_name = {(one.source, one.external_id): one for one in reversed(said)}
    for model in (Message, Incoming):
        for source in {source for source, _ in by_name}:
            names = [name for of, name in by_name if of == source]
            for part in in_parts(names):
                known = model.objects.filter(source=source, external_id__in=part)
                for name in known.values_list("external_id", flat=True):
                    by_name.pop((source, name), None)
    return list(reversed(by_name.values()))


def _row(said: Said, at: datetime) -> Incoming:
    return Incoming(source=said.source, external_id=said.external_id, said=said.written(), received_at=at, due_at=at)


def _keep_with_files(said: Said, at: datetime) -> None:
    given = {"said": said.written(), "received_at": at, "due_at": at}
    row, is_new = Incoming.objects.get_or_create(source=said.source, external_id=said.external_id, defaults=given)
    if not is_new:
        return
    for file in said.files:
        Attachment.keep(
            name=_readable(file.name) or "file",
            content_type=_readable(file.content_type),
            pieces=file.pieces,
            incoming=row,
        )


def _clean(said: Said, at: datetime) -> Said:
    """The same as a database keeps it; nobody has said anything in the future."""
    texts = {name: _readable(value) for name, value in vars(said).items() if isinstance(value, str)}
    changes: dict[str, Any] = texts | {
        "external_id": _name(texts["external_id"]),
        "thread_key": _name(texts["thread_key"]) if said.thread_key else "",
        "text": texts["text"][:LONGEST_TEXT],
        "said_at": min(said.said_at, at),
        "thread": tuple(_name(_readable(name)) for name in said.thread[:MOST_NAMES]),
        "references": tuple(_readable(reference)[:120] for reference in said.references[:MOST_NAMES]),
        "facts": {_readable(str(name))[:60]: _readable(str(value))[:200] for name, value in said.facts.items()},
    }
    return replace(said, **changes)


def _name(name: str) -> str:
    """A name as long as the table takes; a longer one by its digest, so that two never become one."""
    if len(name) <= LONGEST_NAME:
        return name
    return f"sha256-{hashlib.sha256(name.encode()).hexdigest()}"


def _readable(text: str) -> str:
    """Without what no database keeps in a text: the NUL character and halves of characters."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
