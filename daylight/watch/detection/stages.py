"""Quiet stages: watch, warn, crisis, with one alarm for each episode however the score trembles."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum


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


@dataclass(frozen=True)
class Episode:
    """What is going on: the stage, the gravest one so far, since when, and since when it is quiet."""

    stage: Stage = Stage.CALM
    gravest: Stage = Stage.CALM
    since: datetime | None = None
    quiet_since: datetime | None = None


CALM = Episode()


def step(before: Episode, score: float, at: datetime, steps: Steps = SHIPPED) -> tuple[Episode, Stage]:
    """The episode after one more score, and the stage to tell of now: CALM when there is nothing new to tell.

    A stage is told once in an episode, and left downward only with the episode, which ends after a time of quiet.
    """
    reached = _reached(score, steps)
    if before.stage is Stage.CALM:
        if reached is Stage.CALM:
            return CALM, Stage.CALM
        return Episode(reached, reached, at), reached
    quiet_since = None
    if score < steps.over:
        quiet_since = before.quiet_since or at
        if at - quiet_since >= steps.quiet_for:
            return CALM, Stage.CALM
    stage = max(before.stage, reached)
    told = stage if stage > before.gravest else Stage.CALM
    return replace(before, stage=stage, gravest=max(stage, before.gravest), quiet_since=quiet_since), told


def _reached(score: float, steps: Steps) -> Stage:
    if score >= steps.crisis:
        return Stage.CRISIS
    if score >= steps.warn:
        return Stage.WARN
    return Stage.WATCH if score >= steps.watch else Stage.CALM
