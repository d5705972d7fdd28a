"""One claim, and when two of them cannot both be true."""

from dataclasses import dataclass
from datetime import UTC, datetime
from math import inf

from daylight.candour.reading.reading import Place

ABOUT_ENOUGH = {"sum": 1, "where": 1, "due": 2, "cause": 0, "late": 1, "lasted": 0, "since": 0}
"""How many words two claims of a kind must share to be about the same; others must be about exactly the same."""

SLACK = {"since": 5.0, "due": 12 * 60.0}
"""Minutes by which two moments may differ and be the same."""


DAY = 24 * 60.0

UNKNOWN, SPARED = "unknown", frozenset({"spared"})


@dataclass(frozen=True, slots=True)
class Claim:
    """What is claimed: between `low` and `high` of what it is `about`, or `value` where it is no amount."""

    kind: str
    about: frozenset[str]
    place: Place
    words: str
    low: float = -inf
    high: float = inf
    value: frozenset[str] = frozenset()
    is_progress: bool = False
    """Said with words like “still” or “left”: such an amount may shrink without anybody having been wrong. Of what is
    spared: said with what was checked."""


def differs(now: Claim, before: Claim) -> bool:
    """Whether the later claim says something else of the same."""
    if not is_about_same(now, before):
        return False
    if now.value and before.value:
        return _differ_in_words(now, before)
    slack = SLACK.get(now.kind, 0.0)
    if now.kind == "since":
        return around_the_clock(now.low, before.low) > slack
    is_apart = now.low > before.high + slack or now.high < before.low - slack
    return is_apart and not (now.is_progress and now.high < before.low)


def minute_of_day(moment: datetime) -> float:
    """Minutes since midnight in UTC: what claims of a start are compared by."""
    utc = moment.astimezone(UTC)
    return float(60 * utc.hour + utc.minute)


def around_the_clock(one: float, other: float) -> float:
    """Minutes between two times of day, the shorter way: 23:58 and 00:03 are five apart."""
    return min((one - other) % DAY, (other - one) % DAY)


def _differ_in_words(now: Claim, before: Claim) -> bool:
    if now.kind == "cause":
        return now.value.isdisjoint(before.value)
    if now.kind == "where":
        return not now.value <= before.value
    if UNKNOWN in before.value:
        return now.value == SPARED and not now.is_progress
    return now.value != before.value and UNKNOWN not in now.value


def is_about_same(now: Claim, before: Claim) -> bool:
    """Whether two claims are of one kind and one matter, so that they agree or differ."""
    if now.kind != before.kind:
        return False
    needed = ABOUT_ENOUGH.get(now.kind)
    if needed is None:
        return now.about == before.about
    return len(now.about & before.about) >= needed and not (now.kind == "since" and _other_parts(now, before))


def _other_parts(now: Claim, before: Claim) -> bool:
    """Both name parts of the product, and not one in common."""
    return bool(now.about and before.about) and now.about.isdisjoint(before.about)
