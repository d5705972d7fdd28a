"""No text with a NUL character breaks a page, whatever the database thinks of it."""

import pytest
from django.db import DataError
from django.http import HttpResponse
from django.test import Client, RequestFactory

from daylight.core.nul import NoNulMiddleware

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address", ["/desk/search/?q=a%00b", "/desk/incident/a%00b/", "/desk/reach/outbox/?q=%00", "/incidents/a%00b/"]
)
def test_an_address_with_it_breaks_no_page(client: Client, address: str) -> None:
    assert client.get(address).status_code < 500


def test_what_the_database_refuses_is_no_fault_of_ours() -> None:
    middleware = NoNulMiddleware(lambda _: HttpResponse())
    request = RequestFactory().post("/desk/")
    fault = DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
    answer = middleware.process_exception(request, fault)
    assert answer is not None
    assert answer.status_code == 400
    assert middleware.process_exception(request, DataError("value too long")) is None
