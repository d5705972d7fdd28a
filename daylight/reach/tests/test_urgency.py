"""Severity picks how hard we try."""

from datetime import timedelta

import pytest
from django.test import Client

from daylight.accounts.models import Member
from daylight.incidents.words import Severity
from daylight.reach import urgency
from daylight.reach.tests.makers import a_reached_incident

pytestmark = pytest.mark.django_db


def test_every_severity_has_its_urgency_and_none_is_more_urgent_than_a_worse_one() -> None:
    table = [urgency.URGENCY[severity] for severity in Severity]

    waits = [row.confirm_within or timedelta.max for row in table]
    assert waits == sorted(waits)
    assert [row.overrides_quiet_hours for row in table] == [True, False, False, False, False]
    assert [row.calls_unconfirmed for row in table] == [True, False, False, False, False]


@pytest.mark.parametrize(("severity", "asks"), [(1, True), (2, True), (3, False), (4, False), (5, False)])
def test_only_what_hurts_asks_to_be_confirmed(ana: Member, severity: int, asks: bool) -> None:
    assert urgency.asks_confirmation(a_reached_incident(ana, affected=[], severity=severity)) is asks


def test_nobody_is_chased_in_an_exercise(ana: Member) -> None:
    incident = a_reached_incident(ana, affected=[], severity=1, is_exercise=True)

    assert urgency.of(incident) == urgency.CALM


def test_the_crew_can_look_the_table_up(client: Client, bela: Member) -> None:
    client.force_login(bela)

    page = client.get("/desk/reach/urgency/").content.decode()

    assert '<span class="number">10</span> minutes' in page
    assert page.count("does not ask") == 3
