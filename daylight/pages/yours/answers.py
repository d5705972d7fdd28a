"""Reads what a customer tells us with a choice."""

from collections.abc import Mapping
from datetime import date, timedelta

from daylight.pages.models import Alternative
from daylight.pages.yours.choosing import Answer
from daylight.pages.yours.saying import NotSaid, read

LONGEST_WORDS, LONGEST_PHONE, FEWEST_DIGITS = 1000, 40, 5
FURTHEST = timedelta(days=730)

Needs = Alternative.Needs


def answer_to(alternative: Alternative | None, posted: Mapping[str, str], *, today: date) -> Answer:
    """The answer that an alternative needs; without one, a proposal in the customer's own words. Raises NotSaid."""
    needs = alternative.needs if alternative else Needs.WORDS
    if needs == Needs.DATE:
        return Answer(wanted_on=_day(posted.get("wanted_on", ""), today=today))
    if needs == Needs.PHONE:
        return Answer(phone=_phone(posted.get("phone", "")))
    if needs == Needs.WORDS:
        return Answer(words=read(posted.get("words", ""), longest=LONGEST_WORDS))
    return Answer()


def _day(written: str, *, today: date) -> date:
    try:
        day = date.fromisoformat(written.strip())
    except ValueError:
        raise NotSaid("date") from None
    if not today <= day <= today + FURTHEST:
        raise NotSaid("date")
    return day


def _phone(written: str) -> str:
    """As it was written: a person dials it, and knows what a number without a country code means."""
    number = " ".join(written.split())
    digits = sum(sign.isdigit() for sign in number)
    if len(number) > LONGEST_PHONE or digits < FEWEST_DIGITS or not number.isprintable():
        raise NotSaid("phone")
    return number
