"""A limit is shared by all workers, and held in every second."""

import random
from datetime import timedelta
from functools import partial

import pytest

from conftest import HandClock
from daylight.reach import pacing
from daylight.reach.models import Provider
from daylight.reach.pacing import Moments, Stretch

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider() -> Provider:
    return Provider.objects.create(channel="email", name="smtp.firm.example", per_second=50)


def _seconds(clock: HandClock) -> float:
    return clock.now.timestamp()


def busiest(sent: list[float], seconds: float) -> int:
    """The most that left within any stretch of so many seconds."""
    return max(sum(start <= moment < start + seconds for moment in sent) for start in sent)


def run(clock: HandClock, provider: Provider, *, workers: int, seconds: float, lags: bool = False) -> list[float]:
    """Workers that always have something to send, looked at every 10 ms; they may stall now and then."""
    chance = random.Random(4)
    held = [Moments(provider.per_second or 0, wall=partial(_seconds, clock)) for _ in range(workers)]
    asleep = [0.0] * workers
    sent: list[float] = []
    for _ in range(round(seconds * 100)):
        clock.move(milliseconds=10)
        now = clock.now.timestamp()
        for number, moments in enumerate(held):
            if now < asleep[number]:
                continue
            if lags and chance.random() < 0.01:
                asleep[number] = now + chance.random()
                continue
            if moments.wants_more:
                stretch = pacing.take(provider.pk, "", per_second=moments.per_second, now=clock.now)
                if stretch is not None:
                    moments.add(stretch)
            while moments.use():
                sent.append(now)
    return sent


@pytest.mark.parametrize("workers", [1, 3])
def test_workers_together_send_what_the_limit_allows(clock: HandClock, provider: Provider, workers: int) -> None:
    sent = run(clock, provider, workers=workers, seconds=20)

    assert len(sent) == pytest.approx(50 * 20, rel=0.04)
    assert busiest(sent, 10) <= 50 * 10 * 1.02


def test_a_worker_that_stalled_does_not_make_up_for_it(clock: HandClock, provider: Provider) -> None:
    sent = run(clock, provider, workers=2, seconds=20, lags=True)

    assert busiest(sent, 10) <= 50 * 10 * 1.02
    assert busiest(sent, 1) <= 50 * 1.2
    assert len(sent) > 50 * 20 * 0.6


def test_nobody_takes_the_far_future(clock: HandClock, provider: Provider) -> None:
    taken = [pacing.take(provider.pk, "", per_second=50, now=clock.now) for _ in range(9)]

    ends = [stretch.start + stretch.count * stretch.step for stretch in taken if stretch]
    assert max(ends) <= (clock.now + timedelta(seconds=2)).timestamp()
    assert taken[-1] is None


def test_less_than_one_a_second_is_held_too(clock: HandClock, provider: Provider) -> None:
    provider.per_second = None
    first = pacing.take(provider.pk, "slow.example", per_second=0.1, now=clock.now)
    second = pacing.take(provider.pk, "slow.example", per_second=0.1, now=clock.now)

    assert first is not None
    assert second is not None
    assert second.start - first.start == pytest.approx(10)


def test_a_moment_that_has_not_come_is_not_used(clock: HandClock) -> None:
    moments = Moments(10, wall=partial(_seconds, clock))
    moments.add(Stretch(start=clock.now.timestamp() + 1, step=0.1, count=2))

    assert not moments.use()
    assert moments.wait() == pytest.approx(1)
    clock.move(seconds=1)
    assert moments.use()
    assert not moments.use()


def test_how_many_moments_have_come(clock: HandClock) -> None:
    moments = Moments(100, wall=partial(_seconds, clock))
    moments.add(Stretch(start=clock.now.timestamp(), step=0.02, count=5))
    moments.add(Stretch(start=clock.now.timestamp() + 1, step=0.02, count=5))

    assert moments.due() == 3  # The present one, and two that lie so close that they go along.
    clock.move(milliseconds=500)
    assert moments.due() == 5
