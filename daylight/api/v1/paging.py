"""Pages of a list by cursor: the last key of one page begins the next, so a growing list never repeats or skips."""

import base64
import binascii
from typing import Annotated, Any, TypeVar

from django.db.models import Model, QuerySet
from ninja import Field, Schema

from daylight.api.v1.problems import Refused

LARGEST_PAGE = 200

Row = TypeVar("Row", bound=Model)


class Paging(Schema):
    """Which part of a list: at most `limit` items after `cursor` (from the `next` of the page before)."""

    limit: Annotated[int, Field(ge=1, le=LARGEST_PAGE)] = 50
    cursor: Annotated[str, Field(max_length=80)] = ""


def after_of(paging: Paging) -> int:
    """The key after which the page begins; 0 for the first page."""
    return _read(paging.cursor)


def page_of(rows: QuerySet[Row], paging: Paging) -> tuple[list[Row], str | None]:
    """The items of one page, by ascending key, and the cursor of the next page (None at the end)."""
    items = list(rows.filter(pk__gt=_read(paging.cursor)).order_by("pk")[: paging.limit + 1])
    if len(items) <= paging.limit:
        return items, None
    items.pop()
    return items, _write(items[-1].pk)


def _write(key: Any) -> str:
    return base64.urlsafe_b64encode(f"after:{key}".encode()).decode().rstrip("=")


def _read(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        text = base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)).decode("ascii")
    except (ValueError, binascii.Error):
        text = ""
    word, _, key = text.partition(":")
    if word != "after" or not key.isdigit() or len(key) > 18:
        raise Refused("Take the cursor from the 'next' of a page, unchanged.", status=422, where="cursor")
    return int(key)
