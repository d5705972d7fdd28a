"""Whatever somebody pastes, the checker answers, points into the text, and takes no longer than a long text should."""

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daylight.candour import Facts, Said, check

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
LONG = 10_000
LONGEST_SECONDS = 2.0
"""Of the processor, for ten thousand characters: some ten times what they take, and a tenth of what squares would."""

FRAGMENTS = st.sampled_from(
    [
        *("we ", "not ", "12% of ", "1,2", "(", "`", "lot 12 and ", "the cause is ", "since 09:10 UTC ", "@", "\n\n"),
        *(
            "Customers in France cannot pay. ",
            "next update by ",
            "30 February ",
            "99:99 ",
            "€",
            "one and a half hours ",
            "in 9999999 days ",
            "by 12345678901 March ",
            "9" * 5000 + " hours ",
            "9999-12-31 ",
            "lots 1² to ",
        ),
        *("sorry for any inconvenience ", "candour: allow CND-304 ", "\x00", "\u2028", "ﷺ", "é", "no data was lost "),
    ]
)


@settings(max_examples=25, deadline=None)
@given(st.lists(FRAGMENTS | st.text(max_size=8), max_size=8).map("".join), st.text(max_size=20))
def test_any_text_is_answered_with_places_that_are_in_it(text: str, title: str) -> None:
    facts = Facts(earlier=(Said(text[::2], NOW),), elsewhere=(Said(title, NOW),), still_open=(title,), affected=3)

    report = check(text, title=title, stage="final", facts=facts, now=NOW)

    for finding in report.findings:
        assert finding.reason
        for span in finding.spans:
            assert 0 <= span.start <= span.end <= len(title if span.part == "title" else text)


@pytest.mark.parametrize(
    "fragment",
    ["CVE-1-", "12% of ", "the cause is ", "no data was lost "],
)
def test_a_long_text_of_one_thing_again_and_again_takes_no_time(fragment: str) -> None:
    text = (fragment * LONG)[:LONG]
    facts = Facts(earlier=(Said(text, NOW),), still_open=("refunds",), affected=3)
    check("The first one reads the language.", facts=facts, now=NOW)

    began = time.process_time()
    check(text, facts=facts, now=NOW)

    assert time.process_time() - began < LONGEST_SECONDS
