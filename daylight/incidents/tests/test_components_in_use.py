"""After an import of customers, the component rule finds who uses what, without anybody's act."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conftest import START, HandClock
from daylight.customers.models import Import
from daylight.customers.tests.makers import a_customer
from daylight.incidents import loops, register
from daylight.incidents.models import Component, ComponentUse

pytestmark = pytest.mark.django_db


def an_import_that_ended(clock: HandClock) -> None:
    Import.objects.create(
        kind=Import.Kind.CUSTOMERS,
        state=Import.State.DONE,
        file_name="customers.csv",
        path="",
        made_at=clock.now,
        finished_at=clock.now,
    )


def test_the_component_rule_finds_customers_once_their_import_has_ended(clock: HandClock) -> None:
    Component.objects.create(key="checkout", name="Checkout")
    loops.uses_step(clock.now)
    zoe = a_customer("Zoë", attributes={"uses": ["checkout", "nothing we know"]}, at=START)
    a_customer("Yusuf", attributes={"uses": ["shop"]}, at=START)
    assert not register.find("component", {"component": "checkout"}).exists()

    an_import_that_ended(clock)
    loops.uses_step(clock.now)

    assert list(register.find("component", {"component": "checkout"})) == [zoe]


def test_a_component_added_after_the_import_finds_its_users_too(clock: HandClock) -> None:
    zoe = a_customer("Zoë", attributes={"uses": "Checkout; shop"}, at=START)
    an_import_that_ended(clock)
    loops.uses_step(clock.now)

    Component.objects.create(key="checkout", name="Checkout")
    loops.uses_step(clock.move(minutes=1))

    assert [use.customer for use in ComponentUse.objects.all()] == [zoe]


def test_nothing_is_read_when_no_import_has_ended_since(clock: HandClock) -> None:
    an_import_that_ended(clock)
    loops.uses_step(clock.now)

    with CaptureQueriesContext(connection) as queries:
        assert loops.uses_step(clock.move(minutes=1)).handled == 0

    assert len(queries) == 3
