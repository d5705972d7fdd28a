from collections.abc import Callable
from datetime import timedelta

import pytest
from pytest_django import Settings

from daylight.core import links
from daylight.core.links import LinkRefused


@pytest.mark.parametrize("value", ["7-11", "", "a.b.c", "ünïcode", "x" * 500])
def test_a_token_carries_its_value(value: str) -> None:
    assert links.read("reading", links.sign("reading", value)) == value


def test_a_token_is_short_and_fit_for_an_address() -> None:
    token = links.sign("reading", "7-11")

    assert len(token) <= 40
    assert token.replace(".", "").replace("-", "").isalnum()
    assert token == links.sign("reading", "7-11")


@pytest.mark.parametrize("spoil", [lambda t: "1" + t, lambda t: t[:-1], lambda t: t + "0", lambda t: t.upper()])
def test_an_altered_token_is_refused(spoil: Callable[[str], str]) -> None:
    with pytest.raises(LinkRefused):
        links.read("reading", spoil(links.sign("reading", "7-11f")))


@pytest.mark.parametrize("token", ["", ".", "7-11", "7-11.", "7-11.ö", "\ud800.\udfff", "\x00." + "0" * 32])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(LinkRefused):
        links.read("reading", token)


def test_a_token_is_for_one_purpose_and_one_installation(settings: Settings) -> None:
    token = links.sign("reading", "7-11")

    with pytest.raises(LinkRefused):
        links.read("changing", token)
    settings.SECRET_KEY = "another"
    with pytest.raises(LinkRefused):
        links.read("reading", token)


def test_a_token_outlives_a_change_of_the_secret_key(settings: Settings) -> None:
    token = links.sign("reading", "7-11")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"

    assert links.read("reading", token) == "7-11"


def test_a_token_for_a_while_ends(settings: Settings) -> None:
    token = links.sign_for_a_while("reading", "7-11")

    assert links.read("reading", token, max_age=timedelta(minutes=1)) == "7-11"
    with pytest.raises(LinkRefused):
        links.read("reading", token, max_age=timedelta(seconds=-1))
