"""Finds customers as people ask for them: a few letters of a name, half a phone number, an order number.

Names are searched by words. SQLite keeps them in an FTS5 table that triggers hold in step with the customers
(migration 0002); PostgreSQL in a GIN index over the same folded words. Everything else is the beginning of an
indexed value; phone numbers are also kept backwards, so that their last digits are a beginning too.
"""

import re
import unicodedata
from typing import Any, TypeVar

from django.apps import apps
from django.db import connection, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Func, Q
from django.db.models.sql.compiler import SQLCompiler

MARKED = "àáâãäåāăąçćčďđèéêëēėęěğìíîïīįıłñńňòóôõöøōőŕřśşšșťţțùúûüūůűųýÿźżž"
PLAIN = "aaaaaaaaacccddeeeeeeeegiiiiiiilnnnoooooooorrsssstttuuuuuuuuyyzzz"
"""Letters with marks and the letter each counts as."""

LONGER = {"ß": "ss", "æ": "ae", "œ": "oe"}
UNKNOWN_TO_SQLITE = {"ł": "l", "ø": "o", "đ": "d"} | LONGER
"""Letters that its tokenizer leaves alone, because Unicode does not take them apart."""

BREAKS = "./@_-+&"
CAPITALS = MARKED.translate({0x131: "I"}).upper()
FOLD_FROM = MARKED + CAPITALS + BREAKS
FOLD_TO = PLAIN + PLAIN + " " * len(BREAKS)
"""What PostgreSQL's index translates: capitals too, for in the C locale `lower` leaves those with marks alone."""


def _replacing(column: str, letters: dict[str, str]) -> str:
    for letter, plain in letters.items():
        column = f"replace({column}, '{letter}', '{plain}')"
        if len(letter.upper()) == 1:
            column = f"replace({column}, '{letter.upper()}', '{plain}')"
    return column


def sqlite_words(column: str) -> str:
    """SQL for what SQLite's table of words is given of a name."""
    return f"CASE WHEN {column} GLOB '*[^ -~]*' THEN {_replacing(column, UNKNOWN_TO_SQLITE)} ELSE {column} END"


def postgres_words(column: str) -> str:
    """SQL for the words of a name, as PostgreSQL's index holds them."""
    return (
        f"to_tsvector('simple'::regconfig, translate(lower({_replacing(column, LONGER)}), '{FOLD_FROM}', '{FOLD_TO}'))"
    )


MOST_WORDS = 8
LEAST_DIGITS = 5

RowsT = TypeVar("RowsT", bound="models.QuerySet[Any]")


class NameHasWords(Func):
    """Whether a customer's name has, for each word, one that begins with it."""

    output_field = models.BooleanField()

    def __init__(self, words: list[str]) -> None:
        super().__init__(F("id"), F("name"))
        self._words = words

    @staticmethod
    def match(words: list[str]) -> str:
        """What SQLite's table of words is asked."""
        return " ".join(f'"{word}"*' for word in words)

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        """Ask the FTS5 table; it folds case and marks by itself."""
        key, given = compiler.compile(self.source_expressions[0])
        asked = self.match(self._words)
        sql = f"{key} IN (SELECT rowid FROM customers_name WHERE customers_name MATCH %s)"  # noqa: S608  # our column
        return sql, [*given, asked]

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        """Ask by the expression of the GIN index."""
        column, given = compiler.compile(self.source_expressions[1])
        asked = " & ".join(f"{word}:*" for word in self._words)
        return f"{postgres_words(column)} @@ to_tsquery('simple'::regconfig, %s)", [*given, asked]


class BeginsWith(Func):
    """Whether a column begins with a text, asked so that a plain index answers on either database."""

    output_field = models.BooleanField()

    def __init__(self, column: str, beginning: str) -> None:
        super().__init__(F(column))
        self._beginning = beginning

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        """LIKE would read every row; a range does not."""
        column, given = compiler.compile(self.source_expressions[0])
        end = self._beginning + "\U0010ffff"
        return f"({column} >= %s AND {column} < %s)", [*given, self._beginning, *given, end]

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        """The index has pattern operators, which serve LIKE."""
        column, given = compiler.compile(self.source_expressions[0])
        escaped = re.sub(r"([\\%_])", r"\\\1", self._beginning)
        return f"{column} LIKE %s", [*given, escaped + "%"]


def folded(text: str) -> str:
    """Lower case and without marks, as names are compared."""
    lowered = unicodedata.normalize("NFC", text).lower()
    for letter, plain in LONGER.items():
        lowered = lowered.replace(letter, plain)
    return lowered.translate(str.maketrans(MARKED, PLAIN))


def some_found_by(text: str, most: int) -> list[int]:
    """The ids of at most `most` customers that `text` may mean, in their order, however many there are in all.

    Each way of finding stops at `most`; so a name that a million share costs no more than any other.
    """
    asked = _asked(text)
    keys: set[int] = set()
    for way in (*_by_number(asked), *_by_address(asked), *_by_phone(asked)):
        keys.update(key for row in way[:most] for key in row.values())
    words = _words(asked)
    if words:
        keys.update(_some_by_name(words, most))
    return sorted(keys)[:most]


def _some_by_name(words: list[str], most: int) -> list[int]:
    if connection.vendor != "sqlite":
        rows = _rows("Customer").filter(NameHasWords(words)).order_by()
        return list(rows.values_list("pk", flat=True)[:most])
    with connection.cursor() as cursor:  # Through the customers, its table of words would be read to the end.
        match = "SELECT rowid FROM customers_name WHERE customers_name MATCH %s LIMIT %s"
        cursor.execute(match, [NameHasWords.match(words), most])
        return [key for (key,) in cursor.fetchall()]


def found_by(customers: RowsT, text: str) -> RowsT:
    """The customers that `text` may mean; none when it holds nothing to look for."""
    asked = _asked(text)
    ways = [*_by_number(asked), *_by_address(asked), *_by_phone(asked), *_by_name(asked)]
    if not ways:
        return customers.none()
    return customers.filter(pk__in=ways[0].union(*ways[1:]) if ways[1:] else ways[0])


def _asked(text: str) -> str:
    return " ".join(text.replace("\x00", " ").split())[:200]


def _words(asked: str) -> list[str]:
    return [] if "@" in asked else re.findall(r"[^\W_]+", folded(asked))[:MOST_WORDS]


def _by_name(asked: str) -> list[models.QuerySet[Any]]:
    words = _words(asked)
    if not words:
        return []
    return [_rows("Customer").filter(NameHasWords(words)).order_by().values("pk")]


def _by_number(asked: str) -> list[models.QuerySet[Any]]:
    if len(asked) < 2:
        return []
    spellings = {asked, asked.upper(), asked.lower()}
    number, reference = Q(), Q()
    for spelling in sorted(spellings):
        number |= Q(BeginsWith("external_id", spelling))
        reference |= Q(BeginsWith("reference", spelling))
    return [
        _rows("Customer").filter(number).order_by().values("pk"),
        _rows("Commitment").filter(reference).order_by().values("customer_id"),
    ]


def _by_address(asked: str) -> list[models.QuerySet[Any]]:
    if len(asked) < 3 or " " in asked:
        return []
    points = _rows("ContactPoint").filter(BeginsWith("address", asked.lower()))
    return [points.order_by().values("customer_id")]


def _by_phone(asked: str) -> list[models.QuerySet[Any]]:
    digits = re.sub(r"\D", "", asked.replace("(0)", ""))
    if not re.fullmatch(r"[\d\s()/.+\-]+", asked) or len(digits.lstrip("0")) < LEAST_DIGITS:
        return []
    national = digits.lstrip("0")
    ending = _rows("ContactPoint").filter(~Q(backwards=""), BeginsWith("backwards", national[::-1]))
    beginning = _rows("ContactPoint").filter(BeginsWith("address", f"+{national}"))
    return [points.order_by().values("customer_id") for points in (ending, beginning)]


def _rows(model: str) -> models.QuerySet[Any]:
    rows: models.QuerySet[Any] = apps.get_model("customers", model)._default_manager.all()
    return rows
