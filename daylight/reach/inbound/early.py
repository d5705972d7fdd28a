"""Keeps what a provider said before the ledger knew of the delivery, and has it heard again when that may be mended.

Results reach the ledger in groups: a quick provider speaks first, and a worker that died is only settled when its
lease ends.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from daylight.core.loops import Step
from daylight.reach.channels.inbound import BounceReason, Named, SaidKey, SaidKind, SaidReceipt, SaidStop
from daylight.reach.inbound.together import work_together
from daylight.reach.models import EarlyWord, Provider

FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=10)
KEPT_FOR = timedelta(days=1)
"""After which a word is taken to be about a message that somebody else sent by the same provider."""

AT_ONCE = 1_000
LEASE = timedelta(minutes=2)

TYPES: dict[str, type[Any]] = {kind.__name__: kind for kind in (SaidReceipt, SaidStop, SaidKey)}

log = logging.getLogger("daylight.inbound")

TakeIn = Callable[[Sequence[Named], Provider | None, datetime], Sequence[Named]]
"""Takes in words of one provider; returns those that are still early."""


def keep(words: Sequence[Named], *, provider: Provider | None, at: datetime) -> None:
    """Keep early words, to be taken in again."""
    EarlyWord.objects.bulk_create(
        (EarlyWord(provider=provider, said=written(word), heard_at=at, due_at=at + FIRST_WAIT) for word in words),
        batch_size=500,
    )


def step(now: datetime, take_in: TakeIn) -> Step:
    """Take in again what is due, a provider at a time."""
    rows = EarlyWord.objects.select_related("provider")
    act = partial(_again, take_in=take_in)
    return work_together(rows, now, act, lease=LEASE, limit=AT_ONCE, group=lambda row: row.provider_id)


def _again(rows: Sequence[EarlyWord], now: datetime, *, take_in: TakeIn) -> None:
    words = [read(row.said) for row in rows]
    still_early = set(take_in(words, rows[0].provider, now))
    done = []
    for row, word in zip(rows, words, strict=True):
        if word in still_early and now < row.heard_at + KEPT_FOR:
            row.put_off(until=now + _wait(row))
            continue
        if word in still_early:
            log.info("A word of %s was about no delivery of ours within a day and is dropped.", row.provider)
        done.append(row.pk)
    EarlyWord.objects.filter(pk__in=done).delete()


def _wait(row: EarlyWord) -> timedelta:
    return min(timedelta(seconds=FIRST_WAIT.total_seconds() * 2 ** min(row.attempts, 10)), LONGEST_WAIT)


def written(word: Named) -> dict[str, Any]:
    """A word as JSON takes it."""
    facts = asdict(word)
    return {**facts, "said_at": word.said_at.isoformat(), "type": type(word).__name__}


def read(facts: dict[str, Any]) -> Named:
    """A word as it was written."""
    facts = dict(facts)
    kind = TYPES[facts.pop("type")]
    facts["said_at"] = datetime.fromisoformat(facts["said_at"])
    if kind is SaidReceipt:
        facts |= {"kind": SaidKind(facts["kind"]), "reason": BounceReason(facts["reason"])}
    word: Named = kind(**facts)
    return word
