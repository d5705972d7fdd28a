"""What a regime asks of words reaches the composer, which knows no regimes."""

import pytest

from conftest import START, HandClock
from daylight.accounts.models import Member
from daylight.incidents import keeping
from daylight.incidents.checking import read_statement
from daylight.incidents.models import Incident, RegimeWords
from daylight.incidents.remarks import Remark
from daylight.incidents.statement import Statement, Words
from daylight.incidents.tests.makers import an_update
from daylight.regimes import applying
from daylight.regimes.checking import packs_of
from daylight.regimes.tests.makers import A_BREACH, a_breach

pytestmark = pytest.mark.django_db

HIGH_RISK = {**A_BREACH, "high_risk": True}
SAID = Statement(stage="investigating", texts={"en": Words(what="A file with addresses was taken.")})


def test_a_missing_element_of_a_regime_stands_in_the_composer(ana: Member, clock: HandClock) -> None:
    incident = a_breach(lead=ana, answers=HIGH_RISK)
    an_update(incident, by=ana)

    found = [remark for remark in read_statement(incident, SAID, at=START).remarks if remark.rule == "CND-801"]

    assert len(found) > 1
    assert all(remark.is_error and remark.part == "" for remark in found)


def test_what_a_regime_asks_for_is_left_out_of_one_update_at_a_time(ana: Member, clock: HandClock) -> None:
    incident = a_breach(lead=ana, answers=HIGH_RISK)
    an_update(incident, by=ana)
    missing = _asked_by_regimes(incident, clock)

    keeping.keep(incident, missing, reason="It stands in the letter.", by=ana, at=clock.move(minutes=1), update=None)
    assert _asked_by_regimes(incident, clock) == []

    an_update(incident, by=ana, at=clock.move(minutes=5))
    assert {remark.place for remark in _asked_by_regimes(incident, clock)} == {remark.place for remark in missing}


def _asked_by_regimes(incident: Incident, clock: HandClock) -> list[Remark]:
    errors = read_statement(incident, SAID, at=clock.now).errors
    return [remark for remark in errors if remark.rule == "CND-801"]


def test_the_rows_say_the_same_as_the_packs(ana: Member, clock: HandClock) -> None:
    incident = a_breach(lead=ana, answers=HIGH_RISK)

    left = RegimeWords.objects.filter(incident=incident).packs()

    assert {pack.id for pack in left} == {pack.id for pack in packs_of(incident, START)}
    first, same = packs_of(incident, START)[0], next(p for p in left if p.id == packs_of(incident, START)[0].id)
    assert (first.title, list(first.required), list(first.clocks)) == (
        same.title,
        list(same.required),
        list(same.clocks),
    )
    assert [one.pattern.pattern for one in first.wording] == [one.pattern.pattern for one in same.wording]


def test_a_dropped_regime_asks_nothing_any_more(ana: Member, clock: HandClock) -> None:
    incident = a_breach(lead=ana, answers=HIGH_RISK)
    for regime in incident.regimes.standing():
        applying.drop(regime, because="Nobody in the Union was affected.", by=ana, at=START)

    assert not RegimeWords.objects.filter(incident=incident).exists()
    assert "CND-801" not in {remark.rule for remark in read_statement(incident, SAID, at=START).remarks}
