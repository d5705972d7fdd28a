"""What the tests of customers' own pages share: a customer with a late order, told of it."""

import pytest

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.pages.yours.tests.makers import Told, an_order, told_of
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.tests.makers import HandChannel, a_contact_point, a_published_update, a_reached_incident


@pytest.fixture
def told(ana: Member, clock: HandClock, monkeypatch: pytest.MonkeyPatch) -> Told:
    """Zoë, whose order 10-4471 is late, was told of it by mail; the incident is private."""
    monkeypatch.setitem(CHANNELS, "email", HandChannel())
    point = a_contact_point(address="zoe@home.example")
    an_order(point, "10-4471")
    incident = a_reached_incident(ana, affected=[point.customer], severity=2, made_public_at=None, made_public_by=None)
    incident.affected.update(reason="Your order 10-4471 waits in the North warehouse.")
    a_published_update(incident, at=clock.now)
    return told_of(incident, point, at=clock.now)
