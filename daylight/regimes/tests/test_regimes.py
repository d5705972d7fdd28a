"""From a few answers to clocks that run: what applies, when it is owed, who did it, and why not."""

from datetime import timedelta

import pytest

from conftest import START
from daylight import candour
from daylight.accounts.models import AuditEntry, Member
from daylight.incidents import declaring
from daylight.incidents.models import Incident
from daylight.incidents.tests.makers import an_incident, somebody
from daylight.incidents.words import Kind
from daylight.regimes import answering, applying, settling, warning
from daylight.regimes.checking import packs_of
from daylight.regimes.failures import NeedsProof, NotSoon, RegimeFailure, SaysWhy
from daylight.regimes.known import the_shelf
from daylight.regimes.models import Answer, ClockWarning, RegimeClock
from daylight.regimes.packs.reading import KINDS
from daylight.regimes.tests.makers import a_breach, the_clock

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def acts() -> list[str]:
    return list(AuditEntry.objects.order_by("number").values_list("act", flat=True))


def test_two_answers_start_the_clock_of_72_hours() -> None:
    incident = a_breach()

    assert [regime.pack for regime in incident.regimes.standing()] == ["eu-gdpr-33"]
    assert the_clock(incident, "authority").owed_by == START + 72 * HOUR
    assert {"regime.answer", "regime.apply", "regime.clock"} <= set(acts())


def test_what_nobody_answered_is_open_and_asked() -> None:
    incident = an_incident(kind=Kind.DATA_BREACH)

    assert "eu-gdpr-33" in [pack.id for pack in answering.open_packs(incident)]
    assert "personal_data" in [question.id for question in answering.questions_about(incident)]
    assert list(incident.regimes.all()) == []


def test_what_the_firm_answered_is_not_asked_through_again() -> None:
    answering.answer_for_firm({"us_people": False, "dora_entity": False}, by=somebody(), at=START)
    asked = [question.id for question in answering.questions_about(an_incident(kind=Kind.DATA_BREACH))]

    assert "california_residents" not in asked
    assert "major_ict" not in asked
    assert "personal_data" in asked


def test_an_answer_of_the_firm_reaches_other_open_incidents() -> None:
    other = a_breach(answers={"personal_data": True})

    answering.answer_for_firm({"eu_people": True}, by=somebody(), at=START)

    assert other.regimes.standing().count() == 1


def test_a_changed_answer_drops_the_pack_and_keeps_it_on_record() -> None:
    incident = a_breach()

    answering.answer(incident, {"personal_data": False}, by=somebody(), at=START + HOUR)

    [regime] = incident.regimes.all()
    assert regime.dropped_because == applying.BY_ANSWERS
    assert not ClockWarning.objects.waiting().exists()
    answering.answer(incident, {"personal_data": True}, by=somebody(), at=START + 2 * HOUR)
    assert the_clock(incident, "authority").owed_by == START + 72 * HOUR


def test_yes_after_no_takes_the_regime_up_again_with_what_was_done(ana: Member) -> None:
    incident = a_breach(answers={"us_people": True, "us_residents": True, "eu_people": True, "personal_data": True})
    applying.choose_variants(incident.regimes.get(pack="us-state-breach"), ["tx", "co"], by=ana, at=START)
    settling.meet(the_clock(incident, "authority"), done_at=START, proof="Receipt 4711", by=ana, at=START + HOUR)
    state = RegimeClock.objects.of(incident).filter(variant="tx")[0]
    settling.exempt(state, exemption="Encrypted", because="The key was safe.", by=ana, at=START + HOUR)

    for is_yes in (False, True):
        answering.answer(incident, {"personal_data": is_yes, "us_residents": is_yes}, by=ana, at=START + 2 * HOUR)

    clock = the_clock(incident, "authority")
    assert (clock.met_at, clock.proof) == (START, "Receipt 4711")
    assert incident.regimes.get(pack="us-state-breach").variants == ["tx", "co"]
    state.refresh_from_db()
    assert state.exempt_because == "The key was safe."
    assert incident.regimes.standing().count() == incident.regimes.count() == 2
    assert {row.clock.variant for row in ClockWarning.objects.waiting().select_related("clock")} == {"co"}
    again = AuditEntry.objects.filter(act="regime.apply").latest("number")
    assert again.details["dropped_because"] == applying.BY_ANSWERS


def test_clocks_of_a_closed_incident_are_counted_once_a_day(ana: Member) -> None:
    incident = a_breach(lead=ana)
    Incident.objects.filter(pk=incident.pk).update(closed_at=START)
    warning.clock_step(START)
    Incident.objects.filter(pk=incident.pk).update(aware_at=START - HOUR)

    assert warning.clock_step(START + 23 * HOUR).handled == 0
    assert the_clock(incident, "authority").owed_by == START + 72 * HOUR
    assert warning.clock_step(START + 24 * HOUR).handled == 1
    assert the_clock(incident, "authority").owed_by == START + 71 * HOUR


def test_a_pack_that_a_member_dropped_stays_dropped() -> None:
    incident = a_breach()
    with pytest.raises(SaysWhy):
        applying.drop(incident.regimes.get(), because=" ", by=somebody(), at=START)

    applying.drop(incident.regimes.get(), because="We are not in the Union.", by=somebody(), at=START)
    answering.answer(incident, {"high_risk": False}, by=somebody(), at=START)

    assert not incident.regimes.standing().exists()


def test_a_clock_without_its_start_waits_and_says_so() -> None:
    incident = an_incident(kind=Kind.OUTAGE)
    answering.answer(incident, {"us_listed": True, "cyber_incident": True}, by=somebody(), at=START)
    clock = the_clock(incident, "filing")

    assert clock.owed_by is None
    assert clock in RegimeClock.objects.waiting()

    answering.say_when(incident, "classified", START, by=somebody(), at=START + HOUR, pack="us-sec-8k")
    assert the_clock(incident, "filing").owed_by is not None


def test_a_changed_start_moves_the_clock_and_needs_a_reason() -> None:
    incident = a_breach()
    earlier = START - 5 * HOUR
    with pytest.raises(SaysWhy):
        answering.say_when(incident, "aware", earlier, by=somebody(), at=START + HOUR)

    answering.say_when(incident, "aware", earlier, by=somebody(), at=START + HOUR, because="The guard knew at seven.")

    assert the_clock(incident, "authority").owed_by == earlier + 72 * HOUR
    assert ClockWarning.objects.waiting().order_by("planned_for")[0].planned_for == earlier + 36 * HOUR


def test_an_instant_cannot_lie_in_the_future_but_a_moment_of_a_pack_can() -> None:
    incident = an_incident(kind=Kind.LATE_DELIVERY)
    answering.answer(incident, {"us_mail_order": True, "cannot_ship": True}, by=somebody(), at=START)
    with pytest.raises(NotSoon):
        answering.say_when(incident, "confirmed", START + HOUR, by=somebody(), at=START)

    answering.say_when(incident, "promised", START + 48 * HOUR, by=somebody(), at=START, pack="us-ftc-mito")

    assert the_clock(incident, "first").owed_by == START + 48 * HOUR


def test_a_severity_judged_anew_does_not_move_a_clock_of_the_law(ana: Member) -> None:
    incident = an_incident(lead=ana, severity="noticeable")
    answering.answer(incident, {"dora_entity": True, "major_ict": True}, by=ana, at=START)
    answering.say_when(incident, "classified", START, by=ana, at=START, pack="eu-dora-19")

    incident.judge(severity=1, by=ana, at=START + 3 * HOUR, reason="It spreads.")
    warning.clock_step(START + 3 * HOUR)

    assert the_clock(incident, "initial").owed_by == START + 4 * HOUR


def test_confirming_elsewhere_starts_what_waited_for_it(ana: Member) -> None:
    incident = an_incident(kind=Kind.RECALL, lead=ana)
    answering.answer(incident, {"us_products": True, "reportable_defect": True}, by=ana, at=START)
    public = the_clock(incident, "public")
    assert public.owed_by is None

    declaring.confirm(incident, by=ana, at=START + HOUR)
    assert warning.clock_step(START + HOUR).handled == 1

    assert the_clock(incident, "report").owed_by == START + 25 * HOUR


def test_done_needs_a_proof_and_starts_what_follows() -> None:
    incident = an_incident(kind=Kind.OUTAGE)
    answering.answer(incident, {"nis2_entity": True, "significant_incident": True}, by=somebody(), at=START)
    clock = the_clock(incident, "notification")
    with pytest.raises(NeedsProof):
        settling.meet(clock, done_at=START, proof="", by=somebody(), at=START + HOUR)
    with pytest.raises(NotSoon):
        settling.meet(clock, done_at=START + 2 * HOUR, proof="No. 7", by=somebody(), at=START + HOUR)

    settling.meet(clock, done_at=START + HOUR, proof="Receipt no. 4711", by=somebody(), at=START + 2 * HOUR)

    assert (clock.met_at, clock.was_late, clock.missed_at) == (START + HOUR, False, None)
    final = the_clock(incident, "final").owed_by
    assert final is not None
    assert f"{final:%Y-%m-%d %H:%M}" == "2026-06-04 23:59"
    with pytest.raises(RegimeFailure):
        settling.meet(clock, done_at=START, proof="Again", by=somebody(), at=START + 2 * HOUR)


def test_late_is_late_also_when_the_loop_was_down() -> None:
    incident = a_breach()
    clock = the_clock(incident, "authority")
    assert clock.is_late(START + 73 * HOUR)

    settling.meet(clock, done_at=START + 73 * HOUR, proof="No. 1", by=somebody(), at=START + 74 * HOUR)

    assert clock.was_late
    assert clock.missed_at == START + 72 * HOUR


def test_a_miss_is_written_down_once_and_undone_by_an_earlier_proof() -> None:
    incident = a_breach()
    warning.clock_step(START + 72 * HOUR)
    assert the_clock(incident, "authority").missed_at is None

    warning.clock_step(START + 72 * HOUR + timedelta(minutes=1))
    warning.clock_step(START + 73 * HOUR)
    clock = the_clock(incident, "authority")
    assert clock.missed_at == START + 72 * HOUR
    assert acts().count("regime.miss") == 1

    settling.meet(clock, done_at=START + 60 * HOUR, proof="Sent on day three.", by=somebody(), at=START + 74 * HOUR)
    assert clock.missed_at is None


def test_an_exemption_needs_its_reason_and_can_be_taken_back() -> None:
    incident = a_breach()
    clock = the_clock(incident, "authority")
    with pytest.raises(SaysWhy):
        settling.exempt(clock, exemption="Unlikely", because="", by=somebody(), at=START)

    settling.exempt(clock, exemption="Unlikely", because="The file held no names.", by=somebody(), at=START)
    assert clock.is_settled
    assert not ClockWarning.objects.waiting().exists()

    settling.take_back(clock, because="It held names after all.", by=somebody(), at=START + HOUR)
    assert clock.owed_by == START + 72 * HOUR
    assert ClockWarning.objects.waiting().count() == 5


def test_warnings_fire_at_half_four_fifths_and_the_end() -> None:
    a_breach()
    fired = []
    for hour in range(75):
        warning.warn_step(START + hour * HOUR)
        fired.append(ClockWarning.objects.filter(fired_at__isnull=False).count())

    assert [fired[hour] for hour in (35, 36, 57, 58, 71, 72, 73)] == [0, 1, 1, 2, 2, 3, 5]


def test_a_clock_that_begins_late_warns_once_and_not_of_every_step() -> None:
    a_breach(at=START, aware_at=START - 200 * HOUR)

    assert ClockWarning.objects.waiting().count() == 1


def test_first_the_lead_then_those_with_a_part_then_all_who_may_lead(ana: Member, bela: Member) -> None:
    incident = a_breach(lead=ana)
    incident.assign(role="writer", member=bela, by=ana, at=START)
    by_percent = {row.percent: row for row in ClockWarning.objects.order_by("-pk")}

    assert by_percent[50].recipients() == [ana]
    assert set(by_percent[80].recipients()) == {ana, bela}
    assert ana in by_percent[100].recipients()
    assert bela not in by_percent[100].recipients()


def test_states_have_clocks_of_their_own() -> None:
    incident = a_breach(answers={"us_people": True, "us_residents": True})
    regime = incident.regimes.get(pack="us-state-breach")
    assert list(regime.clocks.all()) == []

    applying.choose_variants(regime, ["tx", "co", "oh"], by=somebody(), at=START)
    applying.choose_variants(regime, ["tx", "co"], by=somebody(), at=START)

    days = {clock.variant: clock.owed_by for clock in RegimeClock.objects.of(incident)}
    assert {key: f"{value:%m-%d}" for key, value in days.items() if value} == {"co": "06-04", "tx": "07-04"}


def test_the_checker_reads_what_applies(ana: Member) -> None:
    incident = an_incident(kind=Kind.RECALL, lead=ana)
    assert packs_of(incident, START) == ()
    answering.answer(incident, {"eu_products": True, "eu_unsafe": True}, by=ana, at=START)

    [pack] = packs_of(incident, START)
    report = candour.check(
        "This is a voluntary recall of our lamps. No accidents have been reported.",
        packs=[pack],
        now=START + 100 * HOUR,
    )

    said = [finding.reason for finding in report.findings if finding.rule in {"CND-801", "CND-802"}]
    assert any("voluntary" in each for each in said)
    assert any("No accidents" in each for each in said)
    assert any("stop using" in each for each in said)
    assert any("is over" in each for each in said)


def test_answers_are_kept_once_however_often_they_are_given() -> None:
    incident = a_breach()
    answering.answer(incident, {"personal_data": True, "no_such_question": True}, by=somebody(), at=START)

    assert Answer.objects.count() == 2
    assert acts().count("regime.answer") == 1


def test_every_kind_of_incident_has_the_name_that_packs_use() -> None:
    assert set(KINDS) == set(Kind.values)
    assert {kind for pack in the_shelf().packs.values() for kind in pack.kinds} <= set(Kind.values)
