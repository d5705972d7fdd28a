"""What the tests of the API share: a caller with a key."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from conftest import HandClock
from daylight.accounts import keys
from daylight.accounts.models import Member
from daylight.accounts.roles import Act


@dataclass
class Caller:
    """A program with a key."""

    token: str
    client: Client

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """One request; `body` as JSON, or as it is when bytes."""
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return self.client.generic(  # type: ignore[return-value]
            method,
            f"/api/v1{path}",
            data,
            content_type="application/json",
            headers={"Authorization": f"Bearer {self.token}", **headers},
        )

    def get(self, path: str) -> Any:
        """The JSON of a page that must answer 200."""
        answer = self.ask("GET", path)
        assert answer.status_code == 200, answer.content
        return json.loads(answer.content)

    def post(self, path: str, body: Any, **headers: str) -> Any:
        """The JSON of an act that must succeed."""
        answer = self.ask("POST", path, body, **headers)
        assert answer.status_code in {200, 201, 202}, answer.content
        return json.loads(answer.content)


@pytest.fixture
def a_caller(clock: HandClock) -> Callable[..., Caller]:
    """Makes a caller with a key of the given member and scopes."""

    def make(member: Member, *scopes: Act) -> Caller:
        _, token = keys.make_key(name="nightly", scopes=scopes or tuple(Act), by=member, at=clock.now)
        return Caller(token, Client(raise_request_exception=False))

    return make


@pytest.fixture
def caller(a_caller: Callable[..., Caller], ana: Member) -> Caller:
    """A program of Ana's that may do all she may."""
    return a_caller(ana)
