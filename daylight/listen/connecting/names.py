"""Names of messages and threads at a far end, told apart from the same names at another one of the same source."""

from collections.abc import Iterable
from dataclasses import replace

from daylight.listen.models import Connection
from daylight.listen.said import Said


def of_connection(connection: Connection, said: Iterable[Said]) -> list[Said]:
    """What came from a far end, with names that no other one gives."""
    mine = f"{connection.pk}/"
    return [
        replace(
            one,
            source=connection.source,
            connection_id=connection.pk,
            external_id=mine + one.external_id,
            thread=tuple(mine + name for name in one.thread),
            thread_key=mine + one.thread_key if one.thread_key else "",
        )
        for one in said
    ]


def far_name(name: str) -> tuple[int | None, str]:
    """The connection (by its key) and the far end's own name of a message or a thread; no key for what has none."""
    key, _, own = name.partition("/")
    return (int(key), own) if own and key.isascii() and key.isdigit() else (None, name)
