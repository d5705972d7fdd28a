"""Work that several threads ask for at the same moment, done in one turn.

Whoever comes while another is at work waits, and the first of those who waited works for all of them: group commit, as
database systems do (DeWitt and others, 1984). On SQLite each turn waits once for the only writer instead of once for
each caller.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db import OperationalError

Asked = TypeVar("Asked")
Given = TypeVar("Given")


@dataclass(slots=True, eq=False)
class _Turn(Generic[Asked, Given]):
    asked: Asked
    given: list[Given]
    problem: Exception | None = None
    is_over: bool = False


class Together(Generic[Asked, Given]):
    """Calls of `work`, which takes what several asked for and gives an answer to each, all or nothing."""

    def __init__(self, work: Callable[[Sequence[Asked]], Sequence[Given]]) -> None:
        self._work = work
        self._turns: list[_Turn[Asked, Given]] = []
        self._adding, self._working = threading.Lock(), threading.Lock()

    def do(self, asked: Asked) -> Given:
        """The answer to `asked`. Raises what `work` raises for it alone."""
        mine: _Turn[Asked, Given] = _Turn(asked, [])
        with self._adding:
            self._turns.append(mine)
        with self._working:
            if not mine.is_over:
                self._take_all()
        if mine.problem is not None:
            raise mine.problem
        return mine.given[0]

    def _take_all(self) -> None:
        with self._adding:
            turns, self._turns = self._turns, []
        try:
            self._give(turns)
        except Exception as problem:
            if len(turns) == 1 or isinstance(problem, OperationalError):  # A busy database is busy for all of them.
                for turn in turns:
                    turn.problem, turn.is_over = problem, True
                return
            for turn in turns:  # One of them may be what it fails for: nobody fails for another.
                self._alone(turn)

    def _give(self, turns: Sequence[_Turn[Asked, Given]]) -> None:
        for turn, given in zip(turns, self._work([turn.asked for turn in turns]), strict=True):
            turn.given, turn.is_over = [given], True

    def _alone(self, turn: _Turn[Asked, Given]) -> None:
        try:
            self._give([turn])
        except Exception as problem:
            turn.problem, turn.is_over = problem, True
