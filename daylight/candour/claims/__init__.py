"""What a text claims that another text could contradict: how many, how late, since when, by when, which, and why."""

from collections.abc import Sequence
from datetime import datetime
from itertools import islice

from daylight.candour.claims import amounts, moments, things
from daylight.candour.claims.claim import Claim, differs, is_about_same
from daylight.candour.claims.sentence import sentences
from daylight.candour.languages import Language
from daylight.candour.reading.reading import Reading

__all__ = ["Claim", "claims", "differs", "is_about_same"]

FINDERS = (*amounts.FINDERS, *moments.FINDERS, *things.FINDERS)

MOST = 100
"""Claims of one text that are compared; no text that people write has more."""


def claims(
    language: Language, reading: Reading, *, now: datetime, zone: str = "", began: datetime | None = None
) -> Sequence[Claim]:
    """Every claim of a text that was, or is to be, said at `now`, to people who live in `zone`.

    `began` is the day on which their clocks are read where it tells since when; without it, that of `now`.
    """
    said = sentences(language, reading, now=now, zone=zone, began=began)
    return list(islice((claim for sentence in said for find in FINDERS for claim in find(sentence)), MOST))
