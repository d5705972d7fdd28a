"""The draft templates that come with Daylight: all kinds, stages and forms, each without one finding."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from daylight.candour import check
from daylight.candour.gaps import open_gaps
from daylight.incidents.words import Kind
from daylight.prepare.filling import PIECES, fill
from daylight.prepare.judging import judge
from daylight.prepare.shelf import shelf

NOW = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
SHIPPED = shelf("en").prepared
KINDS = set(Kind) - {Kind.MAINTENANCE, Kind.OTHER}


def test_there_is_one_for_each_kind_stage_and_form() -> None:
    forms = [*((stage, form) for stage in ("acknowledge", "update", "final") for form in ("long", "short", "spoken"))]

    assert set(SHIPPED) == {
        f"{kind}.{stage}.{form}" for kind in KINDS for stage, form in [*forms, ("letter", "letter")]
    }
    assert len(SHIPPED) == 80


@pytest.mark.parametrize("key", SHIPPED)
def test_filled_with_facts_it_passes_the_checker_without_a_finding(key: str) -> None:
    prepared = SHIPPED[key]
    facts = shelf("en").examples(prepared.kind)
    title = prepared.filled(facts).get("headline", "")

    report = check(prepared.text(facts), title=title, stage=prepared.stage, profile=prepared.profile, now=NOW)

    assert report.findings == ()
    assert report.kept == ()
    assert set(prepared.pieces) == set(PIECES[prepared.form]) - ({"why"} if prepared.stage == "acknowledge" else set())


@pytest.mark.parametrize("key", SHIPPED)
def test_without_facts_each_of_them_is_a_gap_that_the_checker_names(key: str) -> None:
    prepared = SHIPPED[key]
    text = prepared.text({})

    gaps = {text[span.start : span.end] for span in open_gaps(text)}
    assert len(gaps) >= 1
    assert {gap.lower() for gap in gaps} <= {f"[{name}?]" for name in prepared.asks}
    assert "CND-111" in {finding.rule for finding in check(text, stage=prepared.stage).findings}


def test_a_text_message_of_the_first_word_fits_two_segments() -> None:
    for key, prepared in SHIPPED.items():
        if key.endswith("acknowledge.short"):
            assert len(prepared.text(shelf("en").examples(prepared.kind))) <= 306, key


def test_a_fact_is_put_in_as_it_stands_and_never_made_up() -> None:
    facts = {"what": "card payment", "who is affected": "customers in France.", "link": "https://status.firm.example"}

    assert fill("{what} fails for {who is affected}.", facts) == "Card payment fails for customers in France."
    assert fill("It fails. {link}", facts) == "It fails. https://status.firm.example"
    assert fill("It fails. {since when}: {what}", facts) == "It fails. [since when?]: card payment"
    assert fill("{what} {nobody}", {"what": "  two\nlines ", "nobody": " "}) == "Two lines [nobody?]"
    assert fill("{what}", {"what": "{link}", "link": "x"}) == "{link}"


def test_an_answer_to_the_checker_in_the_words_of_a_template_answers_nothing() -> None:
    ours = SHIPPED["late_delivery.update.long"]
    what = f"{ours.pieces['what']} We take this very seriously. candour: allow CND-204 because it is true."
    prepared = replace(ours, pieces={**ours.pieces, "what": what})

    assert "CND-204" in {found.finding.rule for found in judge(prepared, {})}
