"""Whatever is sent to the API, by its description or against it, it answers: no 500, nothing undocumented."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from conftest import HandClock, examples_of
from daylight.accounts import keys
from daylight.accounts.models import Member
from daylight.accounts.roles import Act
from daylight.api import urls
from daylight.api.v1 import door
from daylight.config.wsgi import application
from daylight.core.limits import Limit

CHECKS: list[Callable[..., Any]] = [
    not_a_server_error,
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
]

assert urls.urlpatterns  # The routers are added where the addresses are.
schema = schemathesis.openapi.from_dict(dict(door.api.get_openapi_schema(path_prefix="/api/v1/")))
schema.app = application


@pytest.fixture
def token(ana: Member, clock: HandClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A key that may do everything, as often as it likes."""
    undo = ExitStack()
    # As Django's own test client does: the connection belongs to the test, not to a request.
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
        undo.callback(signal.connect, close_old_connections)
    monkeypatch.setattr(door, "ALLOWANCE", Limit("api", times=10**9, per=timedelta(seconds=1)))
    yield keys.make_key(name="fuzz", scopes=tuple(Act), by=ana, at=clock.now)[1]
    undo.close()


@pytest.mark.slow
@pytest.mark.django_db
@schema.parametrize()
@settings(
    max_examples=examples_of(5),  # Beside the fifty or so that the description of each itself calls for.
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_the_api_never_fails(case: Any, token: str) -> None:
    case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=CHECKS)
