"""Whom a campaign leaves out while something is wrong for them."""

from datetime import timedelta

import pytest

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.api.tests.conftest import Caller
from daylight.customers.tests.makers import a_customer
from daylight.incidents import declaring
from daylight.incidents.tests.makers import an_incident

pytestmark = pytest.mark.django_db


def test_those_whom_an_open_incident_hits_are_held(caller: Caller, ana: Member, clock: HandClock) -> None:
    zoe, yves, olga, pia = (a_customer(name, number=f"K-{name}") for name in ("Zoe", "Yves", "Olga", "Pia"))
    broken = an_incident(lead=ana, affected=[zoe, yves])
    an_incident(lead=ana, affected=[yves])
    an_incident(lead=ana, affected=[olga], is_exercise=True)
    begins = clock.now + timedelta(hours=2)
    an_incident(lead=ana, affected=[pia], planned_from=begins, planned_until=begins + timedelta(hours=1))

    held = caller.get("/marketing-hold")["items"]
    assert sorted(row["external_id"] for row in held) == ["K-Yves", "K-Yves", "K-Zoe"]
    [zoe_held] = caller.get("/marketing-hold?external_id=K-Zoe&external_id=K-Olga")["items"]
    assert (zoe_held["incident"], zoe_held["customer_id"]) == (broken.public_id, zoe.pk)

    declaring.end_untold(broken, by=ana, at=clock.now, because="A monitor was wrong.")
    assert [row["external_id"] for row in caller.get("/marketing-hold")["items"]] == ["K-Yves"]


def test_too_many_at_once_are_refused_in_a_sentence(caller: Caller) -> None:
    many = "&".join(f"external_id=K-{number}" for number in range(201))
    refused = caller.ask("GET", f"/marketing-hold?{many}")
    assert refused.status_code == 422
    assert b"200" in refused.content
