"""What a text claims, and which claims cannot both be true."""

from datetime import UTC, datetime, timedelta

import pytest

from daylight.candour import Facts, Said, check
from daylight.candour.claims import Claim, claims, differs
from daylight.candour.languages import language
from daylight.candour.reading.reading import read

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
ENGLISH = language("en")


def claimed(text: str, kind: str) -> list[Claim]:
    found = claims(ENGLISH, read(text, ENGLISH.lexicon), now=NOW)
    return [claim for claim in found if claim.kind == kind]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("1,200 customers cannot pay.", 1200, 1200),
        ("1.2 million messages wait.", 1.2e6, 1.2e6),
        ("Three branches are closed.", 3, 3),
        ("Between 300 and 400 customers were charged twice.", 300, 400),
        ("At least 300 patients are affected.", 300, float("inf")),
        ("Up to 5,000 members may be affected.", 0, 5000),
        ("About 100 orders are late.", 85, 115),
    ],
)
def test_a_count_is_as_wide_as_its_words(text: str, low: float, high: float) -> None:
    [claim] = claimed(text, "count")

    assert (claim.low, claim.high) == pytest.approx((low, high))


@pytest.mark.parametrize(
    "text", ["We have refunded 120 customers so far.", "It is not 5,000 customers.", "A customer."]
)
def test_what_was_done_or_denied_counts_nothing(text: str) -> None:
    assert claimed(text, "count") == []


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("Trains run 90 minutes late.", 90),
        ("Trains run one and a half hours late.", 90),
        ("Trains run half an hour late.", 30),
        ("Parcels arrive two days late.", 2880),
        ("Parcels arrive a day late.", 1440),
    ],
)
def test_lengths_are_compared_in_minutes(text: str, minutes: float) -> None:
    [claim] = claimed(text, "late")

    assert claim.low < minutes < claim.high


@pytest.mark.parametrize(
    "text", ["Orders fail since 09:15 EST.", "Orders fail since 2:15 pm UTC.", "Orders fail since 15:15 CET."]
)
def test_starts_are_compared_in_one_zone(text: str) -> None:
    [claim] = claimed(text, "since")

    assert claim.low == claim.high == 14 * 60 + 15


def test_what_works_again_since_then_is_no_start_of_trouble() -> None:
    assert claimed("Everything is back to normal since 14:50 UTC.", "since") == []


def test_a_range_of_batches_is_all_of_them() -> None:
    [claim] = claimed("Do not eat yoghurt of batches 14 to 16.", "lots")

    assert claim.value == {"14", "15", "16"}


def test_fewer_that_still_wait_is_progress_and_more_is_not() -> None:
    [before], [fewer], [more] = (
        claimed(f"{number} orders are still waiting.", "count") for number in ("1,200", "400", "1,900")
    )

    assert not differs(fewer, before)
    assert differs(more, before)


def test_what_was_corrected_once_need_not_be_said_again() -> None:
    texts = ("300 customers were charged twice.", "Correction: we said 300; 1,200 customers were charged twice.")
    earlier = tuple(Said(text, NOW - timedelta(hours=3 - at)) for at, text in enumerate(texts))

    again = check("1,200 customers were charged twice; the money is back.", facts=Facts(earlier=earlier), now=NOW)
    other = check("900 customers were charged twice; the money is back.", facts=Facts(earlier=earlier), now=NOW)

    assert "CND-704" not in {finding.rule for finding in again.findings}
    assert "CND-704" in {finding.rule for finding in other.findings}
