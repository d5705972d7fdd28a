"""Webhooks in Statuspage's form: what receivers that were made for it read, signed as ours are."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings
from standardwebhooks.webhooks import Webhook as Signer

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.customers.models import ContactPoint
from daylight.customers.tests.makers import a_customer
from daylight.incidents.tests.makers import a_component, a_resolution, an_incident, an_update, turn_the_loops
from daylight.reach import endpoints, fanout, sending
from daylight.reach.channels.tests.far_end import FarEnd, listening
from daylight.reach.models import WebhookEndpoint

ZULIP_READS_OF_AN_INCIDENT = ("name", "status", "shortlink", "impact", "incident_updates", "components")
ZULIP_READS_OF_A_COMPONENT = ("name", "status")
FIXTURE_OF_A_COMPONENT = {
    "status", "name", "created_at", "updated_at", "position", "description", "showcase", "id", "page_id", "group_id",
}  # fmt: skip


@pytest.fixture
def far_end(settings: Settings) -> Iterator[FarEnd]:
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]
    with listening() as far_end:
        yield far_end


@pytest.fixture
def endpoint(far_end: FarEnd, clock: HandClock, ana: Member) -> WebhookEndpoint:
    """A customer whose program was made for Statuspage."""
    customer = a_customer(number="K-1")
    point = ContactPoint.objects.create(customer=customer, channel="webhook", address=far_end.url, created_at=clock.now)
    endpoints.add(point)
    endpoints.speak(point.webhook, WebhookEndpoint.Format.STATUSPAGE, page_id="jb7j80lkgqvb")
    return point.webhook


def carried(far_end: FarEnd, clock: HandClock) -> list[dict[str, Any]]:
    """What arrived with this turn, as its receiver reads it."""
    before = len(far_end.requests)
    turn_the_loops(clock.now)
    fanout.step(clock.now)
    sending.step(clock.now, channel="webhook")
    return [json.loads(body) for _, body in far_end.requests[before:]]


def test_an_incident_comes_as_from_statuspage(
    endpoint: WebhookEndpoint, far_end: FarEnd, clock: HandClock, ana: Member
) -> None:
    shop = a_component("Checkout")
    incident = an_incident(lead=ana, severity="major", affected=[endpoint.contact_point.customer])
    an_update(incident, impacts={"checkout": "partial_outage"})

    said, changed = carried(far_end, clock)

    assert list(said) == ["meta", "page", "incident"]
    assert set(said["meta"]) == {"unsubscribe", "documentation", "generated_at"}
    assert said["page"] == {
        "id": "jb7j80lkgqvb", "status_indicator": "major", "status_description": "Partial System Outage",
    }  # fmt: skip
    told = said["incident"]
    assert all(name in told for name in ZULIP_READS_OF_AN_INCIDENT)
    assert (told["id"], told["name"], told["status"]) == (incident.public_id, "Card payments fail", "investigating")
    assert told["shortlink"].endswith(f"/incidents/{incident.public_id}/")
    assert told["incident_updates"][0]["body"].startswith("Payments by card are refused.")
    assert {"wants_twitter_update", "twitter_updated_at", "custom_tweet", "deliver_notifications"} <= set(
        told["incident_updates"][0]
    )
    assert told["components"][0]["status"] == "partial_outage"
    assert {"backfilled", "scheduled_for", "scheduled_until", "postmortem_body", "postmortem_published_at"} <= set(told)

    assert list(changed) == ["meta", "page", "component", "component_update"]
    assert set(changed["component"]) >= FIXTURE_OF_A_COMPONENT
    assert all(changed["component"][name] for name in ZULIP_READS_OF_A_COMPONENT)
    assert changed["component_update"]["component_type"] == "Component"
    states = (changed["component_update"]["old_status"], changed["component_update"]["new_status"])
    assert (states, changed["component_update"]["component_id"]) == (("operational", "partial_outage"), shop.public_id)

    ids = []
    for headers, body in far_end.requests:
        Signer(endpoint.secret).verify(body, headers)
        ids.append(headers["webhook-id"])
    assert ids[1] == f"{ids[0]}.1"


def test_the_whole_story_comes_with_each_word(
    endpoint: WebhookEndpoint, far_end: FarEnd, clock: HandClock, ana: Member
) -> None:
    incident = an_incident(lead=ana, affected=[endpoint.contact_point.customer])
    an_update(incident)
    carried(far_end, clock)
    clock.move(minutes=5)
    a_resolution(incident, at=clock.now, what="The bank had a fault.")

    (said,) = carried(far_end, clock)

    assert [row["status"] for row in said["incident"]["incident_updates"]] == ["resolved", "investigating"]
    assert said["incident"]["incident_updates"][0]["body"].startswith("The bank had a fault.")
    assert said["incident"]["resolved_at"] == "2026-05-04T12:05:00.000Z"
    assert said["page"]["status_indicator"] == "none"


def test_others_get_our_own_form_as_before(
    endpoint: WebhookEndpoint, far_end: FarEnd, clock: HandClock, ana: Member, client: Client
) -> None:
    client.force_login(ana)
    address = reverse("reach:webhook-format", args=[endpoint.pk])
    client.post(address, {"format": "morse"})
    assert WebhookEndpoint.objects.get().format == "statuspage"
    client.post(address, {"format": "daylight"})
    an_update(an_incident(lead=ana, affected=[endpoint.contact_point.customer]), impacts={})

    (said,) = carried(far_end, clock)

    assert said["type"] == "update.published"
    assert "own, with all six parts" in client.get(reverse("reach:webhook", args=[endpoint.pk])).content.decode()
