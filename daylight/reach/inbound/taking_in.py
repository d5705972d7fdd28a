"""Where everything that comes back is heard: receipts move the ledger, stops stop us, keys and replies are answered."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction

from daylight.core.loops import Step
from daylight.reach import preferring, receipts
from daylight.reach.channels.inbound import Named, Said, SaidJoin, SaidReceipt, SaidReply, SaidStop
from daylight.reach.inbound import early, finding, joining, replying
from daylight.reach.models import Confirmation, Provider

SEEN = "1"
"""The key that says: I have seen this."""

Word = TypeVar("Word", bound=Said)


@transaction.atomic
def take_in(said: Sequence[Said], *, provider: Provider | None, at: datetime) -> None:
    """Take in what one request, or one returned mail, said; what comes too early is kept and taken in again."""
    said = [_readable(word) for word in said]
    too_early = _named([word for word in said if not isinstance(word, SaidReply | SaidJoin)], provider, at)
    early.keep(too_early, provider=provider, at=at)
    for word in said:
        if isinstance(word, SaidReply) and provider is not None:
            replying.take(word, provider=provider, at=at)
        elif isinstance(word, SaidJoin) and provider is not None:
            joining.join(word, provider=provider, at=at)


def step(now: datetime) -> Step:
    """Take in again what came too early."""
    return early.step(now, _named)


def _named(said: Sequence[Named], provider: Provider | None, at: datetime) -> list[Named]:
    """Act on what names a delivery; returns what does so too early."""
    found = finding.find(said, provider_id=provider.pk if provider else None)
    about: list[receipts.About] = []
    too_early: list[Named] = []
    for word in said:
        delivery = found.of(word)
        if isinstance(word, SaidStop) and word.address and provider is not None:
            replying.stop_address(word, channel=provider.channel, at=at)
        if delivery is None:
            too_early += [word] if _may_be_found_later(word) else []
        elif isinstance(word, SaidReceipt):
            about.append(receipts.About(delivery, word))
        elif isinstance(word, SaidStop):
            preferring.unsubscribe(delivery.contact_point, at=at, notice_id=delivery.notice_id)
        elif word.digit == SEEN:
            replying.confirm(delivery, how=Confirmation.How.KEY, at=at)
    return [*too_early, *(one.said for one in receipts.record(about, at=at))]


def _may_be_found_later(word: Named) -> bool:
    """Whether the ledger may yet learn of it: a reference comes with the result, a key is known from the first."""
    return bool(word.reference)


def _readable(word: Word) -> Word:
    """The same without the NUL character, which no database keeps in a text."""
    texts: dict[str, Any] = {
        name: value.replace("\x00", "")
        for name, value in vars(word).items()
        if isinstance(value, str) and "\x00" in value
    }
    return replace(word, **texts) if texts else word
