"""A caller pressed the key for "text me the updates": they are asked back by a text, and told after their yes.

Whoever presses hears the same whether we know the number or not, and however often they press.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import phonenumbers

from daylight.core.limits import Limit, TooMany, take
from daylight.incidents.models import Incident
from daylight.pages.models import Page
from daylight.pages.on_hold.facts import Part
from daylight.pages.on_hold.formats import TEXT_ME, keys_of
from daylight.reach import signing_up, subscribing
from daylight.reach.channels.phone import normal_number
from daylight.reach.subscribers import Wish

OF_A_LINE = Limit("on-hold line", times=300, per=timedelta(hours=1))
OF_A_NUMBER = Limit("on-hold number", times=3, per=timedelta(hours=6))

HIDDEN = frozenset({"+266696687", "+7378742833", "+2562533", "+8656696", "+464"})
"""What Twilio gives for a number that was withheld: "anonymous" and its like, typed on a keypad."""

WRITABLE = frozenset(
    {
        phonenumbers.PhoneNumberType.MOBILE,
        phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
        phonenumbers.PhoneNumberType.PERSONAL_NUMBER,
        phonenumbers.PhoneNumberType.UNKNOWN,
    }
)


class NoNumber(Exception):
    """The caller's number is withheld, or nobody can be texted there."""


def language_of(told: dict[str, Any], digit: str) -> str:
    """The language that a key leads to; empty for a key without one."""
    other = keys_of(told).get(digit)
    return other["language"] if other else ""


def press(
    told: dict[str, Any], *, digit: str, caller: str, country: str, page: Page, line: str, at: datetime
) -> Part | None:
    """Act on a key: what to say to the caller, or None for a key that means nothing."""
    if digit != TEXT_ME or not told["takes_keys"]:
        return None
    try:
        number = writable(caller, country=country)
    except NoNumber:
        return Part.NO_NUMBER
    try:
        take(OF_A_NUMBER, number, at=at)
        take(OF_A_LINE, line, at=at)
    except TooMany:
        return Part.THANKS
    about = wishes(told["incidents"])
    signing_up.ask(Wish(page.slug, "sms", number, about, told["language"]), at=at)
    return Part.THANKS


def writable(caller: str, *, country: str = "") -> str:
    """The caller's number in E.164, if texts can be read there. Raises NoNumber."""
    if caller in HIDDEN:
        raise NoNumber
    written = caller.removeprefix("sip:").removeprefix("tel:").partition("@")[0].partition(";")[0]
    try:
        number = phonenumbers.parse(written, country or None)
        normal = normal_number(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    except (phonenumbers.NumberParseException, ValueError):
        raise NoNumber from None
    if phonenumbers.number_type(number) not in WRITABLE:
        raise NoNumber
    return normal


def wishes(public_ids: Sequence[str]) -> tuple[str, ...]:
    """What the caller heard of; everything when nothing was the matter."""
    found = Incident.objects.public().filter(public_id__in=public_ids).order_by("pk").values_list("pk", flat=True)
    return tuple(f"{subscribing.INCIDENT}-{pk}" for pk in found) or (subscribing.EVERYTHING,)
