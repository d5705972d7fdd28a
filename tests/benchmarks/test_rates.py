"""How exactly a limit was held is told from arrivals alone."""

import pytest

SECOND = 1_000_000_000


def deviation(arrivals: list[int], rate: int) -> float:
    from benchmarks.road.rates import largest_deviation

    return largest_deviation(arrivals, rate)


def test_messages_at_even_distances_hold_the_limit() -> None:
    arrivals = [number * SECOND // 50 for number in range(50 * 30)]

    assert deviation(arrivals, 50) == pytest.approx(0, abs=0.003)


def test_a_pause_shows_in_the_windows_around_it() -> None:
    before = [number * SECOND // 50 for number in range(50 * 20)]
    after = [at + 21 * SECOND for at in before]

    assert deviation([*before, *after], 50) == pytest.approx(0.1, abs=0.005)


def test_a_burst_shows_even_when_the_whole_is_right() -> None:
    arrivals = [second * SECOND for second in range(30) for _ in range(50)]
    arrivals += [12 * SECOND] * 100

    assert deviation(arrivals, 50) == pytest.approx(0.2, abs=0.005)


def test_nothing_came() -> None:
    assert deviation([], 50) == 1.0
