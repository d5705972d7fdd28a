"""Keeps what the far end answered to each message it took: a pack of hundreds, since a text per row would cost half.

A pack is the lines `id answer` of one flush, compressed. To read one answer, the packs of its batch are opened; they
are few.
"""

import zlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from daylight.reach.models import AnswerPack, Batch, Delivery

LONGEST = 300
"""Characters of one answer."""


def keep(batch: Batch, said: Iterable[tuple[int, str]], *, at: datetime) -> None:
    """Keep the answers to these deliveries, by id; empty ones need no place."""
    lines = [f"{key} {_line(answer)}" for key, answer in said if answer]
    if lines:
        AnswerPack.objects.create(batch=batch, made_at=at, content=zlib.compress("\n".join(lines).encode(), 1))


def of_batches(batches: Iterable[int]) -> dict[int, str]:
    """The answers of these batches by delivery, the latest for each."""
    found: dict[int, str] = {}
    packs = AnswerPack.objects.filter(batch__in=list(batches)).order_by("pk").values_list("content", flat=True)
    for content in packs.iterator():
        for line in zlib.decompress(content).decode().split("\n"):
            key, _, answer = line.partition(" ")
            found[int(key)] = answer
    return found


def filled_in(deliveries: Iterable[Any]) -> list[Delivery]:
    """These deliveries, with the answers of the packs on those that have none of their own; nothing is saved."""
    rows: list[Delivery] = list(deliveries)
    packed = of_batches({row.batch_id for row in rows if not row.answer})
    for row in rows:
        row.answer = row.answer or packed.get(row.pk, "")
    return rows


def _line(answer: str) -> str:
    return " ".join(answer.replace("\x00", "").split())[:LONGEST]
