"""Signed customers: nothing but a true and fresh token opens anything."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daylight.pages.banner import tokens

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
SECRET = "banner_secret"
GOOD = tokens.sign("C-1007", SECRET, ends=NOW + timedelta(hours=1))


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=120))
def test_a_token_carries_any_number_of_a_customer(external_id: str) -> None:
    token = tokens.sign(external_id, SECRET, ends=NOW + timedelta(minutes=5))

    assert tokens.read(token, ["another", SECRET], now=NOW) == external_id


@given(place=st.integers(0, len(GOOD) - 1), sign=st.characters())
def test_a_token_altered_in_any_place_is_refused(place: int, sign: str) -> None:
    altered = GOOD[:place] + sign + GOOD[place + 1 :]
    if altered != GOOD:
        with pytest.raises(tokens.TokenRefused):
            tokens.read(altered, [SECRET], now=NOW)


@given(st.text(max_size=200))
def test_anything_else_is_refused(odd: str) -> None:
    with pytest.raises(tokens.TokenRefused):
        tokens.read(odd, [SECRET], now=NOW)


@pytest.mark.parametrize(
    "token",
    [
        tokens.sign("C-1007", SECRET, ends=NOW),
        tokens.sign("C-1007", SECRET, ends=NOW + tokens.LONGEST + timedelta(seconds=1)),
        tokens.sign("C-1007", "another", ends=NOW + timedelta(hours=1)),
        tokens.sign("x" * 600, SECRET, ends=NOW + timedelta(hours=1)),
        "",
    ],
    ids=["ended", "too long", "other secret", "too big", "empty"],
)
def test_a_token_that_is_not_good_now_is_refused(token: str) -> None:
    with pytest.raises(tokens.TokenRefused):
        tokens.read(token, [SECRET], now=NOW)
    with pytest.raises(tokens.TokenRefused):
        tokens.read(GOOD, [], now=NOW)
