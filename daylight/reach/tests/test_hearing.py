"""How long customers waited for the first word, between words, and in the dark."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from conftest import START
from daylight.reach.hearing import Hearing, Spread, Word


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def at(number: float) -> datetime:
    return START + minutes(number)


def a_word(update: int, *, published: float, told: float, next_by: float | None = None, channel: str = "email") -> Word:
    promised = None if next_by is None else at(next_by)
    return Word(update=update, published_at=at(published), told_at=at(told), next_by=promised, channel=channel)


def heard(*words: Word, until: float = 120, since: float = 0, aware: float = 5) -> Hearing:
    return Hearing.of(words, since=at(since), aware_at=at(aware), until=at(until))


def test_the_first_word_is_counted_from_publication_from_the_beginning_and_from_our_knowledge() -> None:
    hearing = heard(a_word(1, published=10, told=12))

    assert (hearing.after_publishing, hearing.after_beginning, hearing.after_knowing) == (
        minutes(2),
        minutes(12),
        minutes(7),
    )


def test_who_was_never_told_is_in_the_dark_from_beginning_to_end() -> None:
    hearing = heard()

    assert hearing.first is None
    assert hearing.after_publishing is None
    assert hearing.in_the_dark == minutes(120)


def test_a_promise_that_passed_is_time_in_the_dark_until_the_next_word() -> None:
    hearing = heard(
        a_word(1, published=10, told=10, next_by=40), a_word(2, published=55, told=56, next_by=90), until=90
    )

    assert hearing.silences == ((at(0), at(10)), (at(40), at(56)))
    assert hearing.in_the_dark == minutes(26)
    assert hearing.between == (minutes(46),)


def test_a_promise_that_was_kept_and_a_last_word_without_promise_leave_nobody_in_the_dark() -> None:
    hearing = heard(a_word(1, published=0, told=0, next_by=30), a_word(2, published=20, told=21), until=600)

    assert hearing.in_the_dark == timedelta()


def test_told_on_two_channels_is_told_once_at_the_earlier_time() -> None:
    hearing = heard(a_word(1, published=1, told=9), a_word(1, published=1, told=3, channel="webhook"))

    assert [word.channel for word in hearing.words] == ["webhook"]
    assert hearing.between == ()


def test_told_before_it_begins_is_no_time_in_the_dark() -> None:
    hearing = heard(a_word(1, published=0, told=1, next_by=30), since=20, until=30)

    assert (hearing.after_beginning, hearing.in_the_dark) == (timedelta(), timedelta())


@given(some.lists(some.integers(0, 5000), min_size=1, max_size=200))
def test_the_figures_are_those_of_all_the_lengths_in_line(lengths: list[int]) -> None:
    spread = Spread()
    for length in lengths:
        spread.add(timedelta(seconds=length))

    figures = spread.figures()

    line = sorted(lengths)
    assert figures == {
        "count": len(line),
        "median": line[(len(line) + 1) // 2 - 1],
        "p95": line[-(-len(line) * 95 // 100) - 1],
        "slowest": line[-1],
        "sum": sum(line),
    }
    assert sum(spread.within([60, 300])) == len(line)


def test_nobody_has_no_figures() -> None:
    spread = Spread()
    spread.add(None)

    assert spread.figures() is None
    assert spread.within([1]) == [0, 0]


@pytest.mark.parametrize(("seconds", "place"), [(60, 0), (61, 1), (301, 2)])
def test_a_length_is_counted_at_the_first_limit_it_keeps(seconds: int, place: int) -> None:
    spread = Spread()
    spread.add(timedelta(seconds=seconds))

    assert spread.within([60, 300]).index(1) == place
