"""Members and the loop act on one regime at once: they wait for each other, and nobody is thrown out."""

import threading
from collections.abc import Callable

import pytest
from django.db import connections

from conftest import START
from daylight.accounts.models import Member
from daylight.regimes import answering, applying, settling, warning
from daylight.regimes.models import Regime, RegimeClock
from daylight.regimes.tests.makers import a_breach

STATES = ["ca", "co", "fl", "ny", "oh", "tx", "wa"]


def at_once(*works: Callable[[], object]) -> list[BaseException]:
    problems: list[BaseException] = []
    start = threading.Barrier(len(works))

    def work(act: Callable[[], object]) -> None:
        try:
            start.wait()
            act()
        except BaseException as problem:
            problems.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=[act]) for act in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return problems


@pytest.mark.django_db(transaction=True)
def test_two_members_and_the_loop_do_not_shut_each_other_out(ana: Member) -> None:
    incident = a_breach(answers={"us_people": True, "us_residents": True})
    regime: Regime = incident.regimes.get()

    def choose() -> None:
        applying.choose_variants(Regime.objects.get(), STATES, by=ana, at=START)

    assert at_once(choose, choose, choose) == []
    clocks = list(RegimeClock.objects.of(incident))
    assert len({clock.variant for clock in clocks}) == len(regime.clocks.all()) == len(clocks) > 3

    def meet(clock: RegimeClock) -> Callable[[], object]:
        return lambda: settling.meet(clock, done_at=START, proof="Receipt", by=ana, at=START)

    def say_no() -> None:
        answering.answer_for_firm({"eu_people": False}, by=ana, at=START)

    late = max(clock.owed_by for clock in clocks if clock.owed_by)
    assert at_once(*map(meet, clocks[:4]), lambda: warning.clock_step(late), say_no) == []
    assert RegimeClock.objects.filter(met_at=START).count() == 4
