"""Finds conversations by words of their messages, the newest first, at a price that does not grow with their number.

SQLite keeps the words in an FTS5 table that triggers hold in step with the messages (migration `message_words`), and
reads it from its end. PostgreSQL keeps them in a GIN index that cannot be read in any order; so each message also has
the word of its stretch of messages there, and the newest stretches are asked first.
"""

import re
from collections.abc import Sequence

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from daylight.customers.models.finding import folded, postgres_words, sqlite_words

READ = 20_000
"""Characters of a message whose words can be found."""

MOST = 200
"""Messages that one search looks at."""

MOST_WORDS = 8
STRETCH = 65_536
NEWEST_STRETCHES = 3
SHORTEST_BEGINNING = 4
"""Letters from which on a word may be the beginning of a longer one."""

STRETCH_SQL = f"'@' || (id / {STRETCH})::text"
POSTGRES = f"({postgres_words(f'left(text, {READ})')} || array_to_tsvector(ARRAY[{STRETCH_SQL}]))"
"""What PostgreSQL's index holds of a message."""


def sqlite(column: str) -> str:
    """What SQLite's table of words is given of a message."""
    return sqlite_words(f"substr({column}, 1, {READ})")


def words_in(asked: str) -> list[str]:
    """The words to look for, as they are compared."""
    return re.findall(r"[^\W_]+", folded(asked.replace("\x00", " ")[:200]))[:MOST_WORDS]


def messages_with(asked: str) -> list[int]:
    """Ids of messages that have all these words, the newest first; where none has, words that begin so do."""
    words = words_in(asked)
    if not words:
        return []
    find = _in_sqlite if connection.vendor == "sqlite" else _in_postgres
    return find(words, is_beginning=False) or find(words, is_beginning=True)


def _in_sqlite(words: Sequence[str], *, is_beginning: bool) -> list[int]:
    match = " ".join(f'"{word}"{"*" if _may_go_on(word, is_beginning) else ""}' for word in words)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rowid FROM listen_words WHERE listen_words MATCH %s ORDER BY rowid DESC LIMIT %s", [match, MOST]
        )
        return [key for (key,) in cursor.fetchall()]


def _in_postgres(words: Sequence[str], *, is_beginning: bool) -> list[int]:
    match = " & ".join(f"'{word}'{':*' if _may_go_on(word, is_beginning) else ''}" for word in words)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SELECT max(id) FROM listen_message")
        newest = (cursor.fetchone()[0] or 0) // STRETCH
        found: set[int] = set()
        for stretch in range(newest, max(newest - NEWEST_STRETCHES, -1), -1):
            found |= _asked_of(cursor, f"{match} & '@{stretch}'", STRETCH)
            if len(found) >= MOST:
                break
        else:
            found |= _asked_of(cursor, match, MOST * 10)
    return sorted(found, reverse=True)[:MOST]


def _asked_of(cursor: CursorWrapper, match: str, most: int) -> set[int]:
    sql = f"SELECT id FROM listen_message WHERE {POSTGRES} @@ %s::tsquery LIMIT %s"  # noqa: S608  # our own columns
    cursor.execute(sql, [match, most])
    return {key for (key,) in cursor.fetchall()}


def _may_go_on(word: str, is_beginning: bool) -> bool:
    return is_beginning and len(word) >= SHORTEST_BEGINNING
