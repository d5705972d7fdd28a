"""How far what is said in public reaches: one mention that many people read may be more than fifty that nobody does."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from math import log10

import numpy as np

from daylight.watch.judged import Judged
from daylight.watch.models import Topic, TopicDay

FACT = "reach"
"""The fact of a conversation by which a source says how many people may read a mention."""

LATELY, BEFORE = timedelta(days=1), timedelta(days=28)
FAR, TIMES, USUAL = 10_000, 5, 0.9
"""An alarm: so many people within two days, and so many times what all but a few days before reached."""

LARGEST = 10**10
_NUMBER = re.compile(r"(\d{1,3}(?:[ .,'\u2019\u00a0\u202f]\d{3})+|\d+(?:[.,]\d+)?)\s*([kKmM]?)")
_THOUSANDS = re.compile(r"[ .,'\u2019\u00a0\u202f](?=\d{3}(?:\D|$))")
_SUFFIX = {"": 1, "k": 1_000, "m": 1_000_000}


def reach_of(facts: Mapping[str, object]) -> int:
    """How many people a mention reaches, as services write it: 12345, 12,345, 12.3k, 1.2M; 0 where nobody says."""
    found = _NUMBER.match(str(facts.get(FACT) or "").strip())
    if found is None:
        return 0
    number, suffix = _THOUSANDS.sub("", found[1]) if not found[2] else found[1], found[2].lower()
    return min(LARGEST, int(float(number.replace(",", ".")) * _SUFFIX[suffix]))


def weigh(topic: Topic, judged: Judged, clock: datetime) -> Judged:
    """What is said in public is judged by how many say it, or by how far it reaches, whichever is louder."""
    first = clock.date() - LATELY
    days = dict(TopicDay.objects.filter(topic=topic, day__gt=first - BEFORE).values_list("day", "reach"))
    lately = sum(reach for day, reach in days.items() if day >= first)
    before = [days.get(first - timedelta(days=number), 0) for number in range(1, BEFORE.days)]
    score = score_reach(lately, usual=float(np.quantile(before, USUAL)))
    if score <= judged.score:
        return judged
    return replace(
        judged, score=score, strength=score, since=clock - LATELY, reach=lately, usual_reach=float(np.mean(before))
    )


def score_reach(lately: int, *, usual: float) -> float:
    """1 where it is an alarm, and one more for each tenfold of that."""
    return max(0.0, 1 + log10(lately / max(FAR, TIMES * usual))) if lately else 0.0
