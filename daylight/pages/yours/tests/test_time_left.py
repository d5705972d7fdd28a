"""How long it is until a moment is said in the unit a person would use, and never as nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from django.template import Context, Template

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("left", "says"),
    [
        (timedelta(seconds=1), "in 1 minute"),
        (timedelta(minutes=1, seconds=1), "in 2 minutes"),
        (timedelta(minutes=89), "in 89 minutes"),
        (timedelta(minutes=90), "in 2 hours"),
        (timedelta(hours=47), "in 47 hours"),
        (timedelta(hours=48), "in 2 days"),
        (timedelta(days=9), "in 9 days"),
        (timedelta(seconds=-5), "in 1 minute"),
    ],
)
def test_time_left(left: timedelta, says: str) -> None:
    template = Template("{% load own_page %}{% time_left due %}")

    assert template.render(Context({"now": NOW, "due": NOW + left})) == says


@pytest.mark.parametrize(("reference", "is_whole"), [("10-4471", True), ("<b>", True), ("2026-0001-" * 5, False)])
def test_a_number_stays_on_one_line_where_it_fits(reference: str, is_whole: bool) -> None:
    said = Template("{% load own_page %}{{ reference|whole }}").render(Context({"reference": reference}))

    assert said.startswith("<span") is is_whole
    assert "<b>" not in said
