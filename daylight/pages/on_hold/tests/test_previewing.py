"""The composer shows what callers on hold would hear of what stands in it."""

import pytest
from django.test import Client

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.pages.tests.makers import a_told_incident, an_incident

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]


def typed(**more: str) -> dict[str, str]:
    return {
        "language": "en",
        "stage": "identified",
        "en-headline": "Card payments work for most",
        "en-what": "Nine of ten go through.",
        "why_known": "no",
        **more,
    }


def test_what_is_typed_takes_the_place_of_what_was_said(client: Client, ana: Member, clock: HandClock) -> None:
    incident = a_told_incident(clock.now)
    client.force_login(ana)

    text = client.post(f"/desk/pages/phone-line/preview/{incident.public_id}/", typed()).content.decode()

    assert "We know of a problem. Card payments work for most. Nine of ten go through." in text
    assert "fail at checkout" not in text


def test_the_end_of_the_last_incident_is_heard_as_all_being_well(client: Client, ana: Member, clock: HandClock) -> None:
    incident = a_told_incident(clock.now)
    client.force_login(ana)

    text = client.post(
        f"/desk/pages/phone-line/preview/{incident.public_id}/", typed(stage="resolved")
    ).content.decode()

    assert "everything works" in text


def test_of_a_private_incident_callers_hear_nothing(client: Client, ana: Member, clock: HandClock) -> None:
    incident = an_incident(clock.now, public=False)
    client.force_login(ana)

    text = client.post(f"/desk/pages/phone-line/preview/{incident.public_id}/", typed()).content.decode()

    assert "hear nothing of this incident" in text
