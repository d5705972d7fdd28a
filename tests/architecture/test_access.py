"""Every address says who may see it."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from daylight.accounts.roles import Act

OTHERS = ("allauth.", "django.contrib.staticfiles.", "django.views.generic.base.RedirectView")
"""Views of others that guard themselves: sign-in, MFA, sessions."""

OPERATIONS = "ninja."
"""The API's operations: each asks for a key, which the test below looks at."""

METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE")
DESCRIPTIONS = {"api/v1/", "api/v1/openapi.json"}
"""What the API says of itself, for anyone."""


def addresses(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address of the installation."""
    for entry in resolver.url_patterns:
        path = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from addresses(entry, path)
        else:
            yield path, entry


def home_of(view: object) -> str:
    """The module and name of a view, or of the class behind it."""
    view_class = getattr(view, "view_class", None) or view
    return f"{getattr(view_class, '__module__', '')}.{getattr(view_class, '__qualname__', '')}"


def test_every_address_has_an_access_rule() -> None:
    without = [
        f"{path} ({home_of(entry.callback)})"
        for path, entry in addresses(get_resolver())
        if not hasattr(entry.callback, "access_rule")
        and not home_of(entry.callback).startswith((*OTHERS, OPERATIONS))
        and path not in DESCRIPTIONS
    ]

    assert without == []


def test_an_access_rule_is_an_act_a_sign_in_or_anyone() -> None:
    rules = {getattr(entry.callback, "access_rule", "anyone") for _, entry in addresses(get_resolver())}

    assert rules <= {"anyone", "signed in", "API key", *Act}


@pytest.mark.parametrize("prefix", ["desk/"])
def test_nothing_under_the_desk_is_open_to_anyone(prefix: str) -> None:
    open_ones = [
        path
        for path, entry in addresses(get_resolver())
        if path.startswith(prefix) and getattr(entry.callback, "access_rule", None) == "anyone"
    ]

    assert open_ones == []


@pytest.mark.django_db
def test_every_operation_of_the_api_asks_for_a_key(client: Client) -> None:
    paths = {
        re.sub("<[^>]+>", "1", path)
        for path, entry in addresses(get_resolver())
        if home_of(entry.callback).startswith(OPERATIONS)
    }

    assert len(paths) > 10
    for path in paths:
        answers = {
            client.generic(method, f"/{path}").status_code for method in ("GET", "POST", "PATCH", "PUT", "DELETE")
        }
        assert 401 in answers <= {401, 405}, path
