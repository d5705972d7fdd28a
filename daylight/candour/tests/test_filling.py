"""Fill-ins: facts of the record, or gaps; never a fact of ours."""

import re

import pytest

from daylight.candour import Facts, check
from daylight.candour.filling import fill_in
from daylight.candour.gaps import open_gaps

FACTS = Facts(affected=1200, known={"who": "Everybody in Lyon.", "next": "14:30 CET"})


def filled(text: str, rule: str, facts: Facts = FACTS) -> str | None:
    finding = next(finding for finding in check(text, facts=facts, stage="update").findings if finding.rule == rule)
    put = fill_in(finding, text, facts=facts)
    return None if put is None else text[: put.start] + put.text + text[put.end :]


@pytest.mark.parametrize(
    ("rule", "before", "after"),
    [
        ("CND-301", "Only a small number of customers cannot pay.", "1,200 customers cannot pay."),
        ("CND-102", "Some customers cannot pay by card.", "1,200 customers cannot pay by card."),
        ("CND-102", "Card payments fail.", "Card payments fail. Everybody in Lyon."),
        ("CND-107", "We will update you shortly.", "Next update by 14:30 CET, also if nothing has changed."),
        ("CND-204", "It is down. We take this very seriously. We restart it.", "It is down. We restart it."),
        ("CND-204", "We take this very seriously. We restart the shop.", "We restart the shop."),
        ("CND-402", "Due to circumstances beyond our control the shop is down.", "The shop is down."),
        ("CND-402", "The shop is down. Circumstances beyond our control.", "The shop is down."),
        ("CND-202", "We apologise for any inconvenience.", "We are sorry that you could not [do what?]."),
    ],
)
def test_the_record_answers_or_a_gap_stands_for_what_only_the_writer_knows(rule: str, before: str, after: str) -> None:
    assert filled(before, rule) == after


def test_without_the_fact_no_number_is_made_up() -> None:
    text = filled("Some customers cannot pay by card.", "CND-102", Facts())

    assert text is None or not re.search(r"\d", text)


def test_a_gap_that_was_filled_in_is_found_until_somebody_closes_it() -> None:
    text = filled("We apologise for any inconvenience this may have caused.", "CND-202")

    assert text is not None
    assert len(open_gaps(text)) == 1


def test_what_only_the_writer_can_mend_gets_no_fill_in() -> None:
    long = "The shop " + "and the till " * 12 + "are down."
    finding = next(finding for finding in check(long).findings if finding.rule == "CND-602")

    assert fill_in(finding, long, facts=FACTS) is None
