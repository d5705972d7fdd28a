"""Whatever somebody pastes, the checker answers, points into the text, and works no more than a long text asks for."""

import sys
from datetime import UTC, datetime
from types import FrameType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daylight.candour import Facts, Said, check

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
SHORT = 40
"""Times that one thing is said in a row in a text without a full stop."""

MORE_WORK = 4.2
"""What four times the text may be in work: four times, and a little."""

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
    [
        *("12% of ", "the cause is ", "a small number of customers ", "no data was lost ", "your data is safe "),
        *("CVE-1-", "next update in 2 days ", "refunds work again ", "it was fixed by us ", "for 40 minutes "),
    ],
)
def test_a_text_four_times_as_long_is_four_times_the_work(fragment: str) -> None:
    work(fragment)

    assert work(fragment * (4 * SHORT)) < MORE_WORK * work(fragment * SHORT)


def work(text: str) -> int:
    """Lines of the checker that run until a text is checked; squares would show in them."""
    ran, others = 0, sys.gettrace()

    def line(_frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal ran
        ran += event == "line"
        return line

    facts = Facts(earlier=(Said(text, NOW),), still_open=("refunds",), affected=3)
    sys.settrace(line)
    try:
        check(text, facts=facts, now=NOW)
    finally:
        sys.settrace(others)
    return ran
