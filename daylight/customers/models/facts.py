"""Asks rows for plain facts kept as JSON: the same answer on SQLite and on PostgreSQL, whatever a name looks like.

Django's own `attributes__name=value` reads the name as a lookup, so a column called `size__in` or one with a
quotation mark would ask something else. Here a name is data from end to end.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Func, Q
from django.db.models.sql.compiler import SQLCompiler

SAMPLE = 20_000
"""Newest rows that suggestions are taken from, so that a form is as quick at a million rows as at ten."""

FactValue = str | int | float | bool


class HasFact(Func):
    """Whether the JSON object in a column holds `value` under `name`, alone or in a list.

    Facts come from files as text and from programs as numbers: "5" finds 5, "true" finds true.
    """

    output_field = models.BooleanField()

    def __init__(self, column: str, name: str, value: FactValue) -> None:
        super().__init__(F(column))
        self._name = name
        self._values = _spellings(value)

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        """Walk the object with json_each, whose keys are values and never paths."""
        column, given = compiler.compile(self.source_expressions[0])
        marks = ", ".join(["(%s, %s)"] * len(self._values))
        pairs = [part for value in self._values for part in (_sqlite_type(value), value)]
        inner = "CASE fact.type WHEN 'array' THEN fact.value ELSE '[]' END"
        sql = (  # The column is ours, everything asked is a parameter.
            f"EXISTS (SELECT 1 FROM json_each({column}) AS fact WHERE fact.key = %s AND ("  # noqa: S608
            f"(fact.type, fact.value) IN (VALUES {marks}) OR EXISTS (SELECT 1 FROM json_each({inner}) AS item"
            f" WHERE (item.type, item.value) IN (VALUES {marks}))))"
        )
        return sql, [*given, self._name, *pairs, *pairs]

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        """Ask by containment, which a GIN index answers."""
        column, given = compiler.compile(self.source_expressions[0])
        asked = [json.dumps({self._name: shape}) for value in self._values for shape in (value, [value])]
        sql = " OR ".join([f"{column} @> %s::jsonb"] * len(asked))
        return f"({sql})", [part for text in asked for part in (*given, text)]


def has_facts(wanted: Mapping[str, Any], *, column: str = "attributes") -> Q:
    """Every name must hold its value, or one of its values where a list is given."""
    every = Q()
    for name, value in wanted.items():
        values = list(value) if isinstance(value, list | tuple | set | frozenset) else [value]
        some = Q()
        for one in values:
            some |= Q(HasFact(column, name, one))
        every &= some if values else Q(pk__in=())
    return every


def askable(wanted: Mapping[str, Any]) -> bool:
    """Whether any row could match: no database keeps a NUL character."""
    return "\x00" not in "".join([*wanted, *(str(value) for value in wanted.values())])


def choices(rows: models.QuerySet[Any], *, names: int = 50, values: int = 100) -> dict[str, list[str]]:
    """The names of facts and their values among the newest rows, for suggestions in a form; sorted, and cut short."""
    newest = rows.order_by("-pk").values("attributes")[:SAMPLE]
    sql, given = newest.query.sql_with_params()
    unfold = {
        "sqlite": "SELECT DISTINCT fact.key, fact.value FROM ({}) AS rows, json_each(rows.attributes) AS fact"
        " WHERE fact.type IN ('text', 'integer', 'real')",
        "postgresql": "SELECT DISTINCT fact.key, fact.value #>> '{{}}' FROM ({}) AS rows,"
        " jsonb_each(rows.attributes) AS fact WHERE jsonb_typeof(fact.value) IN ('string', 'number')",
    }
    connection = connections[rows.db]
    with connection.cursor() as cursor:
        cursor.execute(unfold[connection.vendor].format(sql) + " ORDER BY 1, 2", given)
        return _gathered(cursor.fetchall(), names=names, values=values)


def _gathered(found: Iterable[tuple[str, Any]], *, names: int, values: int) -> dict[str, list[str]]:
    gathered: dict[str, list[str]] = {}
    for name, value in found:
        if name not in gathered and len(gathered) >= names:
            continue
        known = gathered.setdefault(name, [])
        if len(known) < values:
            known.append(str(value))
    return gathered


def _spellings(value: FactValue) -> list[FactValue]:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    spellings: list[FactValue] = [text]
    if text in {"true", "false"}:
        spellings.append(text == "true")
    elif text.lstrip("-").isdecimal() and text.isascii() and len(text) <= 15 and str(int(text)) == text:
        spellings.append(int(text))
    elif isinstance(value, float):
        spellings.append(value)
    return spellings


def _sqlite_type(value: FactValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return {str: "text", int: "integer", float: "real"}[type(value)]
