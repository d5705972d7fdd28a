"""Shows a template as an example customer gets it, and sends it to the member who writes it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from liquid.exceptions import LiquidError

from daylight.accounts.models import Member, StaffContact
from daylight.reach import providers, single
from daylight.reach.channels.base import (
    AddressRejected,
    ChannelBroken,
    Composer,
    Message,
    MessageRejected,
    TryLater,
    Unanswered,
)
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.connecting import Trial
from daylight.reach.plain_words import in_plain_words
from daylight.reach.templating.examples import Example, Scope, examples
from daylight.reach.templating.parsing import OwnWordsFail


def shown(pieces: Mapping[str, str], scope: Scope, *, example: str, at: datetime) -> tuple[Example, Message | None]:
    """The example and its message; None when these words cannot make one."""
    found = {one.name: one for one in examples(scope, at=at)}
    chosen = found.get(example, found["usual"])
    try:
        message = _composer(pieces, scope, chosen)(to=chosen.reader, key="example")
    except (LiquidError, OwnWordsFail):
        return chosen, None
    return chosen, message


def address_of(member: Member, channel: str) -> str:
    """Where this member can be reached on a channel; empty when nowhere."""
    if channel == providers.EMAIL:
        return member.email
    contact = StaffContact.objects.filter(member=member, channel=channel).order_by("pk").first()
    return contact.address if contact else ""


def send_to(member: Member, pieces: Mapping[str, str], scope: Scope, *, at: datetime) -> Trial:
    """Really send the usual example to this member. Raises LiquidError, OwnWordsFail."""
    [usual, *_] = examples(scope, at=at)
    reader = replace(usual.reader, address=address_of(member, scope.channel))
    key = f"template-test-{member.pk}-{int(at.timestamp())}"
    message = _composer(pieces, scope, usual)(to=reader, key=key)
    try:
        accepted = single.send(CHANNELS[scope.channel], message, key=key)
    except (AddressRejected, MessageRejected, ChannelBroken, TryLater, Unanswered) as problem:
        return Trial(is_good=False, words=in_plain_words(problem), answer=str(problem))
    words = f"The example is on its way to {reader.address}."
    return Trial(is_good=True, words=words, answer=accepted.answer or accepted.reference)


def _composer(pieces: Mapping[str, str], scope: Scope, example: Example) -> Composer:
    return example.compiled(pieces).own_composer(CHANNELS[scope.channel], example.notification)
