"""The checker in the composer: lamps, remarks at their words, fill-ins from the record, and "keep it, because …"."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conftest import START, HandClock
from daylight.accounts.models import Member
from daylight.candour import Severity
from daylight.customers.tests.makers import a_customer
from daylight.incidents import checking, keeping
from daylight.incidents.models import Incident
from daylight.incidents.on_record import MOST_EARLIER, facts_of
from daylight.incidents.remarks import Checked, Remark
from daylight.incidents.statement import Statement, Words
from daylight.incidents.tests.makers import an_incident, an_update

pytestmark = pytest.mark.django_db

EVASIVE = Words(
    headline="Service issue",
    what="Due to a technical issue a small number of customers cannot pay by card.",
    who="",
    why="A technical issue.",
    doing="We are investigating. We take this very seriously.",
    meanwhile="",
)


@pytest.fixture
def incident(ana: Member) -> Incident:
    customers = [a_customer() for _ in range(3)]
    return an_incident(lead=ana, affected=customers, summary="Payments by card are refused.")


def written(**words: str) -> Statement:
    return Statement(
        stage="investigating",
        why_known="why" in words,
        next_update_by=START + timedelta(minutes=30),
        texts={"en": Words(**{**vars(EVASIVE), "why": "", **words})},
    )


def read(incident: Incident, statement: Statement) -> Checked:
    return checking.read_statement(incident, statement, at=START)


def states(checked: Checked) -> dict[str, str]:
    return {lamp.part: lamp.state for lamp in checked.lamps}


def test_six_lamps_say_what_is_there(incident: Incident) -> None:
    found = states(read(incident, written()))

    assert found == {
        "what": "look",
        "who": "missing",
        "why": "said",
        "doing": "look",
        "meanwhile": "missing",
        "next_update_by": "said",
    }


def test_a_remark_stands_at_its_words(incident: Incident) -> None:
    remark = next(remark for remark in read(incident, written()).remarks if remark.rule == "CND-204")

    text = EVASIVE.doing
    assert (remark.part, remark.language) == ("doing", "en")
    assert text[remark.start : remark.end] == remark.phrase
    assert "seriously" in remark.phrase


@pytest.mark.parametrize(
    ("rule", "part", "before", "after"),
    [
        ("CND-204", "doing", EVASIVE.doing, "We are investigating."),
        ("CND-301", "what", EVASIVE.what, "Due to a technical issue 3 customers cannot pay by card."),
        ("CND-102", "who", "", "You paid by card today."),
        ("CND-106", "meanwhile", "", "Until then you can [do what?]."),
    ],
)
def test_one_key_fills_in_what_the_record_knows(
    rule: str, part: str, before: str, after: str, incident: Incident
) -> None:
    statement = written()
    remark = next(r for r in read(incident, statement).remarks if (r.rule, r.part) == (rule, part))
    assert getattr(statement.texts["en"], part) == before
    assert remark.fill is not None

    assert getattr(remark.fill.applied(statement).texts["en"], part) == after


def test_a_vague_cause_becomes_not_known_yet(incident: Incident, ana: Member) -> None:
    an_update(incident, by=ana)
    remarks = read(incident, written(why="A technical issue.")).at("en", "why")

    fills = {(remark.fill.field, remark.fill.value) for remark in remarks if remark.fill}
    assert fills == {("why_known", "no")}


def test_a_missing_time_is_filled_in_by_the_rhythm(incident: Incident) -> None:
    statement = Statement(stage="investigating", texts={"en": EVASIVE})
    remark = read(incident, statement).at("en", "next_update_by")[0]

    assert remark.fill is not None
    assert (remark.rule, remark.fill.field, remark.fill.value) == ("CND-107", "next_update_by", "2026-05-04T12:30")


def test_a_blank_that_nobody_filled_in_would_reach_customers(incident: Incident) -> None:
    remark = next(
        r for r in read(incident, written(meanwhile="Until then you can [do what?].")).remarks if r.rule == "CND-111"
    )

    assert (remark.phrase, remark.part, remark.severity) == ("[do what?]", "meanwhile", Severity.ERROR)


def test_an_answer_that_the_checker_does_not_understand_is_never_an_error(incident: Incident) -> None:
    checked = read(incident, written(who="Whoever bought the blue one.", meanwhile="Take the stairs."))

    assert [remark for remark in checked.errors if remark.part in {"who", "meanwhile"}] == []


def test_lines_that_end_as_in_a_browser_do_not_shift_a_place(incident: Incident) -> None:
    doing = "We called the bank.\r\n\r\nWe take this very seriously."
    remark = next(r for r in read(incident, written(doing=doing)).remarks if r.rule == "CND-204")

    assert doing.replace("\r\n", "\n")[remark.start : remark.end] == remark.phrase


def test_a_correction_says_so_and_is_not_silent(incident: Incident, ana: Member, clock: HandClock) -> None:
    an_update(incident, by=ana, who="200 customers are affected.")
    clock.move(minutes=10)
    changed = written(who="700 customers are affected.")

    silent = {remark.rule for remark in read(incident, changed).remarks}
    open_ = {remark.rule for remark in read(incident, Statement(**{**vars(changed), "is_correction": True})).remarks}

    assert "CND-704" in silent
    assert "CND-704" not in open_


def test_a_language_that_the_checker_does_not_speak_is_named(incident: Incident) -> None:
    statement = Statement(stage="investigating", texts={"en": EVASIVE, "fi": Words(what="Maksu ei toimi.")})

    assert read(incident, statement).unread == ("fi",)


def test_an_answer_to_the_checker_that_customers_would_read_is_none(incident: Incident) -> None:
    doing = f"{EVASIVE.doing} candour: allow CND-204 because it is true."

    assert "CND-204" in {remark.rule for remark in read(incident, written(doing=doing)).remarks}


def kept(incident: Incident, remark: Remark, ana: Member) -> None:
    keeping.keep(incident, [remark], reason="It must be so.", by=ana, at=START, update=None)


def test_what_was_kept_does_not_hide_other_words_of_the_same_rule(incident: Incident, ana: Member) -> None:
    said = written(doing="We apologise if anyone was upset. We are sorry if you were hit.")
    first = next(remark for remark in read(incident, said).remarks if remark.rule == "CND-202")

    kept(incident, first, ana)

    again = [remark for remark in read(incident, said).remarks if remark.rule == "CND-202"]
    assert {remark.phrase: remark.kept is not None for remark in again} == {first.phrase: True, again[-1].phrase: False}
    assert len(again) == 2


def test_what_is_left_out_on_purpose_is_asked_about_again_in_the_next_update(
    incident: Incident, ana: Member, clock: HandClock
) -> None:
    nothing = written(who="")
    remark = read(incident, nothing).at("en", "who")[0]
    assert not remark.phrase

    kept(incident, remark, ana)
    assert read(incident, nothing).at("en", "who")[0].kept is not None

    an_update(incident, by=ana, at=clock.move(minutes=5))
    assert read(incident, nothing).at("en", "who")[0].kept is None


def test_the_latest_words_are_read_from_the_database_and_no_more(
    incident: Incident, ana: Member, clock: HandClock
) -> None:
    for _ in range(3):
        an_update(incident, by=ana, at=clock.move(minutes=5))
    facts = facts_of(incident, at=clock.now, language="en")
    with CaptureQueriesContext(connection) as asked:
        assert facts_of(incident, at=clock.now, language="en") == facts

    assert [said.at for said in facts.earlier] == sorted(said.at for said in facts.earlier)
    assert sum("accounts_organisation" in query["sql"] for query in asked) <= 3
    assert any(f"LIMIT {MOST_EARLIER}" in query["sql"] for query in asked)
