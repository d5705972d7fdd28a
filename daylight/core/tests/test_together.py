"""Work asked for at the same moment is done in one turn, and nobody fails for another."""

import threading
import time
from collections.abc import Callable, Sequence

import pytest
from django.db import OperationalError

from daylight.core.together import Together


def until(so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not so():
        assert time.monotonic() < deadline


def ask_all(together: Together[int, int], numbers: Sequence[int], began: threading.Event) -> dict[int, object]:
    """Ask from one thread each, the others while the first is at work."""
    answers: dict[int, object] = {}

    def ask(number: int) -> None:
        try:
            answers[number] = together.do(number)
        except (ValueError, OperationalError) as problem:
            answers[number] = str(problem)

    first = threading.Thread(target=ask, args=(numbers[0],))
    first.start()
    assert began.wait(10)
    others = [threading.Thread(target=ask, args=(number,)) for number in numbers[1:]]
    for thread in others:
        thread.start()
    for thread in (first, *others):
        thread.join(10)
    return answers


def test_who_comes_meanwhile_is_done_in_one_turn() -> None:
    began, turns = threading.Event(), list[list[int]]()

    def double(numbers: Sequence[int]) -> list[int]:
        turns.append(sorted(numbers))
        if not began.is_set():
            began.set()
            until(lambda: len(together._turns) == 4)  # The others wait.
        return [2 * number for number in numbers]

    together = Together(double)

    assert ask_all(together, [1, 2, 3, 4, 5], began) == {1: 2, 2: 4, 3: 6, 4: 8, 5: 10}
    assert turns == [[1], [2, 3, 4, 5]]


def test_what_fails_for_one_fails_for_nobody_else() -> None:
    began = threading.Event()

    def positive(numbers: Sequence[int]) -> list[int]:
        if not began.is_set():
            began.set()
            until(lambda: len(together._turns) == 2)
        if min(numbers) < 0:
            raise ValueError("negative")
        return list(numbers)

    together = Together(positive)

    assert ask_all(together, [1, -2, 3], began) == {1: 1, -2: "negative", 3: 3}


def test_a_failure_alone_is_raised_as_it_is() -> None:
    def fail(_: Sequence[int]) -> list[int]:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        Together(fail).do(1)


def test_a_busy_database_is_asked_once_for_all() -> None:
    began, turns = threading.Event(), list[int]()

    def busy(numbers: Sequence[int]) -> list[int]:
        turns.append(len(numbers))
        if not began.is_set():
            began.set()
            until(lambda: len(together._turns) == 3)
        raise OperationalError("database is locked")

    together = Together(busy)

    assert set(ask_all(together, [1, 2, 3, 4], began).values()) == {"database is locked"}
    assert turns == [1, 3]
