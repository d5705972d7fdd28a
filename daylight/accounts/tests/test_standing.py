"""A question whose SQL is made once."""

import pytest

from conftest import a_member
from daylight.accounts.models import Member
from daylight.core.standing import Standing

pytestmark = pytest.mark.django_db


def test_it_is_answered_anew_each_time_and_made_once() -> None:
    made = []

    def named() -> object:
        made.append(1)
        return Member.objects.filter(name="Ana", email__endswith="@firm.example").order_by("name")

    standing = Standing(named)  # type: ignore[arg-type]
    assert not standing.exists()
    a_member("Bela")
    assert not standing.exists()
    a_member("Ana")

    assert standing.exists()
    assert made == [1]
