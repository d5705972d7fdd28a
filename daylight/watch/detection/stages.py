"""Quiet stages: watch, warn, crisis; and how sure a warning must be where many topics are watched."""

from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum
from math import log


class Stage(IntEnum):
    """How loud it is."""

    CALM = 0
    WATCH = 1
    WARN = 2
    CRISIS = 3


@dataclass(frozen=True)
class Steps:
    """Where the stages begin, and when an episode is over."""

    watch: float = 0.85
    warn: float = 1.0
    crisis: float = 2.5
    over: float = 0.6
    """An episode ends when the score has been below this"""
    quiet_for: timedelta = timedelta(days=2)
    """for so long."""


SHIPPED = Steps()

FEWEST = {Stage.WATCH: 3, Stage.WARN: 3, Stage.CRISIS: 8}
"""Different customers without whom a stage is not reached."""

A_YEAR, A_WEEK = 0.85, 52.0
"""False alarms at a score of 1 that a topic has in a year; and how many an installation may have in a year."""

STEEP, HIGHEST = 7.0, 1.15
"""False alarms fall by this power as the score rises; and the highest bar, which two loud days still pass."""


def warn_at(topics: int, steps: Steps = SHIPPED) -> float:
    """The score from which people are called where so many topics are watched: chance calls them once a week at most.

    Below that a surge is shown all the same. With few topics it is the plain alarm.
    """
    too_often = topics * A_YEAR / A_WEEK
    return steps.warn if too_often <= 1 else min(HIGHEST, steps.warn + log(too_often) / STEEP)


def reached(
    score: float, *, strength: float, customers: int, warn: float = SHIPPED.warn, steps: Steps = SHIPPED
) -> Stage:
    """The stage of a score: an alarm by the score, a crisis where it is also far out, and neither without customers.

    What is far out needs no higher bar: one loud day has a score of hardly more than 1, however loud it is.
    """
    is_far_out = score >= steps.warn and strength >= steps.crisis
    alarms = score >= warn or is_far_out
    found = (
        (Stage.CRISIS, is_far_out),
        (Stage.WARN, alarms),
        (Stage.WATCH, score >= steps.watch),
    )
    return next((stage for stage, is_so in found if is_so and customers >= FEWEST[stage]), Stage.CALM)
