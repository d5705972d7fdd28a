"""Words that members write again and again: each save is a version, and nobody writes over what they have not read."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from daylight.accounts import audit
from daylight.accounts.models import Member


class WrittenMeanwhile(Exception):
    """Somebody else saved since this member opened it: read theirs, then save again."""


@transaction.atomic
def write(
    row: Any,
    words: Mapping[str, Any],
    *,
    based_on: int,
    by: Member,
    at: datetime,
    act: str,
    restored: int | None = None,
) -> Any:
    """Keep `words` as the next version of `row`, unless they are the ones in use; returns the version in use then.

    `row.versions` are numbered from 1; `based_on` is the number that the member had before them, `restored` the one
    whose words are used again. Raises WrittenMeanwhile.
    """
    type(row).objects.select_for_update(no_key=True).get(pk=row.pk)
    last = row.versions.order_by("-number").first()
    if last is not None and last.number != based_on:
        raise WrittenMeanwhile
    if last is not None and all(getattr(last, name) == value for name, value in words.items()):
        return last
    number = last.number + 1 if last else 1
    version = row.versions.create(number=number, **words, written_by=by, written_at=at, restored=restored)
    audit.record(at=at, actor=by.name, act=act, subject=str(row), version=number)
    return version
