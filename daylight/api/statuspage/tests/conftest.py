"""A program with a key, a page, and the calls it makes."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client

from conftest import START, HandClock
from daylight.accounts import keys
from daylight.accounts.models import Member
from daylight.accounts.roles import Act
from daylight.pages.models import Page


@dataclass
class Program:
    """Calls /v1/ with a key; `page` stands in for {page} in addresses."""

    token: str
    page: str
    client: Client = field(default_factory=Client)

    def __call__(self, method: str, path: str, said: Any = None, *, status: int = 200, **headers: str) -> Any:
        """The answer as JSON; the status must be `status`."""
        response = self.client.generic(
            method,
            f"/v1/{path.replace('{page}', f'pages/{self.page}')}",
            data=json.dumps(said) if said is not None else "",
            content_type="application/json",
            headers={"Authorization": f"OAuth {self.token}"} | headers,
        )
        assert response.status_code == status, (response.status_code, response.content.decode())
        return response.json() if response.content else None


@pytest.fixture
def program(ana: Member, clock: HandClock) -> Program:
    """A program that may do everything."""
    _, token = keys.make_key(name="robot", scopes=list(Act), by=ana, at=START)
    return Program(token, Page.main(START).public_id)


@pytest.fixture
def program_of(ana: Member, clock: HandClock) -> Callable[..., Program]:
    """Makes a program with few scopes."""

    def make(*scopes: Act) -> Program:
        _, token = keys.make_key(name="robot", scopes=scopes, by=ana, at=START)
        return Program(token, Page.main(START).public_id)

    return make
