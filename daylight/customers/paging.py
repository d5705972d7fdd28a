"""Leafs through long tables by a cursor: the next page costs as little as the first, however deep it lies."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

PAGE = 50

RowT = TypeVar("RowT", bound=Model)


@dataclass(frozen=True)
class Page(Generic[RowT]):
    """Some rows, and the cursor after which more follow; empty when these are the last."""

    rows: list[RowT]
    after: str
    is_first: bool


def page(rows: "QuerySet[RowT]", *, after: str, by: str = "pk") -> Page[RowT]:
    """The rows after the cursor in the order of `by` ("-pk" for the newest first) and then of their keys."""
    column, is_falling = by.lstrip("-"), by.startswith("-")
    last = rows.model._base_manager.filter(pk=int(after)).first() if after.isdecimal() and len(after) < 19 else None
    if last is not None:
        place: Any = getattr(last, column)
        beyond = "lt" if is_falling else "gt"
        behind = Q(**{f"{column}__{beyond}": place})
        rows = rows.filter(behind if column == "pk" else behind | Q(**{column: place, f"pk__{beyond}": last.pk}))
        if column != "pk":  # Said once more so that the index on the column is entered where the page begins.
            rows = rows.filter(**{f"{column}__{beyond}e": place})
    order = [by] if column == "pk" else [by, "-pk" if is_falling else "pk"]
    found = list(rows.order_by(*order)[: PAGE + 1])
    following = str(found[PAGE - 1].pk) if len(found) > PAGE else ""
    return Page(found[:PAGE], following, is_first=last is None)
