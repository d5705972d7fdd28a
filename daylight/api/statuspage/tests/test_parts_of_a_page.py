"""Pages, components, groups, uptime, templates, people and subscribers by Statuspage's calls."""

from datetime import timedelta

from conftest import START, HandClock
from daylight.accounts.models import AuditEntry, Invitation, Organisation
from daylight.api.statuspage.tests.conftest import Program
from daylight.customers.models import Consent
from daylight.incidents.models import Component, Section
from daylight.incidents.tests.makers import a_component, an_incident, an_update
from daylight.pages.models import Page
from daylight.reach import suppressing
from daylight.reach.models import Subscriber, Subscription, Suppression


def test_a_page_is_named_and_described(program: Program) -> None:
    (page,) = program("GET", "pages.json")
    assert (page["id"], page["name"], page["time_zone"]) == (program.page, "Our company", "UTC")

    change = {"name": "Acme", "page_description": "How it goes", "time_zone": "Europe/Berlin", "css_greens": None}
    said = program("PATCH", "{page}", {"page": change})

    assert (said["name"], said["page_description"], said["time_zone"]) == ("Acme", "How it goes", "Europe/Berlin")
    assert (Page.objects.get().title, Organisation.get().time_zone) == ("Acme", "Europe/Berlin")
    assert AuditEntry.objects.filter(act="page.change").exists()
    assert program("PUT", "{page}", {"page": {"subdomain": said["subdomain"]}})["name"] == "Acme"
    assert "keeps no domain" in program("PUT", "{page}", {"page": {"domain": "other.example"}}, status=422)["message"]


def test_a_component_is_made_changed_and_retired(program: Program) -> None:
    made = program("POST", "{page}/components", {"component": {"name": "Check out", "showcase": True}}, status=201)
    assert (made["status"], made["group"], made["position"], made["automation_email"]) == (
        "operational",
        False,
        1,
        None,
    )
    twin = program("POST", "{page}/components", {"component": {"name": "Check out"}}, status=201)
    assert [part.key for part in Component.objects.order_by("pk")] == ["check-out", "check-out-2"]

    change = {"status": "degraded_performance", "description": "Pay"}
    said = program("PUT", f"{{page}}/components/{made['id']}.json", {"component": change})

    assert (said["name"], said["status"], said["description"]) == ("Check out", "degraded_performance", "Pay")
    program("DELETE", f"{{page}}/components/{twin['id']}", status=204)
    assert [row["id"] for row in program("GET", "{page}/components")] == [made["id"]]
    program("GET", f"{{page}}/components/{twin['id']}", status=404)
    assert Component.objects.count() == 2


def test_a_group_is_a_section(program: Program) -> None:
    shop, till = a_component("Shop"), a_component("Till")
    parts = [shop.public_id, till.public_id]
    made = program(
        "POST", "{page}/component-groups", {"component_group": {"name": "Web", "components": parts}}, status=201
    )

    section = Section.objects.get()
    assert (made["id"], made["name"], made["components"]) == (section.public_id, "Web", parts)
    assert [row["group"] for row in program("GET", "{page}/components")] == [True, False, False]
    taken = {"component_group": {"name": "Web", "components": parts}}
    assert "another group" in program("POST", "{page}/component-groups", taken, status=422)["message"]
    program("PATCH", f"{{page}}/components/{till.public_id}", {"component": {"group_id": ""}})
    assert program("GET", f"{{page}}/component-groups/{made['id']}")["components"] == parts[:1]
    program("PUT", f"{{page}}/component-groups/{made['id']}", {"component_group": {"components": []}})
    assert program("GET", f"{{page}}/component-groups/{made['id']}")["components"] == []
    program("DELETE", f"{{page}}/component-groups/{made['id']}")
    assert not Section.objects.exists()


def test_uptime_is_what_was_published(program: Program, clock: HandClock) -> None:
    shop = a_component("Shop", section=Section.objects.named("Web"))
    a_component("Till", section=shop.section)
    incident = an_incident()
    an_update(incident, impacts={"shop": "major_outage"})
    clock.move(hours=1)
    an_update(incident, at=clock.now, impacts={"shop": "partial_outage"})
    clock.move(hours=1)
    an_update(incident, at=clock.now, stage="resolved")
    stretch = f"start={(clock.now - timedelta(hours=10)).isoformat()[:19]}Z"

    said = program("GET", f"{{page}}/components/{shop.public_id}/uptime?{stretch}")

    assert (said["major_outage"], said["partial_outage"], said["uptime_percentage"]) == (3600, 3600, 87.0)
    assert said["related_events"]["incidents"] == [{"id": incident.public_id}]
    assert shop.section is not None
    of_group = program("GET", f"{{page}}/component-groups/{shop.section.public_id}/uptime?{stretch}")
    assert (of_group["major_outage"], of_group["uptime_percentage"]) == (1800, 93.5)
    too_long = f"{{page}}/components/{shop.public_id}/uptime?start=2020-01-01"
    assert "six months" in program("GET", too_long, status=422)["message"]


def test_somebody_is_invited_and_chooses_a_password(program: Program) -> None:
    address = f"organizations/{program.page}/users"
    said = program("POST", address, {"user": {"email": "new@firm.example", "first_name": "New"}}, status=201)

    assert said["email"] == Invitation.objects.get().email
    (ana,) = program("GET", f"{address}.json")
    assert "taken" in program("POST", address, {"user": {"email": ana["email"]}}, status=422)["message"]
    rights = program("GET", f"organizations/{program.page}/permissions/{ana['id']}")["data"]["pages"][program.page]
    assert rights == {"page_configuration": True, "incident_manager": True, "maintenance_manager": True}
    less = {"pages": {program.page: {"incident_manager": False}}}
    refused = program("PUT", f"organizations/{program.page}/permissions/{ana['id']}", less, status=422)
    assert "under Team" in refused["message"]


def test_a_subscriber_is_asked_first_or_vouched_for(program: Program) -> None:
    shop = a_component("Shop")
    asked = program("POST", "{page}/subscribers", {"subscriber": {"email": "A@Customer.example"}}, status=201)
    sure = {"email": "b@customer.example", "skip_confirmation_notification": "1", "component_ids": [shop.public_id]}
    vouched = program("POST", "{page}/subscribers.json", {"subscriber": sure}, status=201)

    assert (asked["mode"], asked["page_id"], asked["components"]) == ("email", program.page, None)
    assert (vouched["components"], vouched["skip_confirmation_notification"]) == ([shop.public_id], True)
    assert [row["id"] for row in program("GET", "{page}/subscribers?page=0&limit=10")] == [vouched["id"]]
    assert program("GET", "{page}/subscribers?page=1&limit=10") == []
    assert [row["id"] for row in program("GET", "{page}/subscribers?state=unconfirmed")] == [asked["id"]]
    assert len(program("GET", "{page}/subscribers?state=all&sort_field=created_at&sort_direction=desc")) == 2
    assert [row["email"] for row in program("GET", "{page}/subscribers?q=b@")] == ["b@customer.example"]
    assert Consent.objects.get().given_by == "key robot"
    assert Subscription.objects.get().component == shop
    numbers = program("GET", "{page}/subscribers/histogram_by_state")
    assert numbers["email"] == {"active": 1, "unconfirmed": 1, "quarantined": 0, "total": 2}
    assert program("GET", "{page}/subscribers/count?type=email&state=all") == {"email": 2}
    assert set(numbers) == {"email", "sms", "webhook", "slack", "teams", "integration_partner"}


def test_telephones_and_web_addresses_subscribe_too(program: Program) -> None:
    phone = {"phone_number": "030 901820", "phone_country": "DE", "skip_confirmation_notification": True}
    said = program("POST", "{page}/subscribers", {"subscriber": phone}, status=201)
    assert (said["mode"], said["phone_number"], said["phone_country"]) == ("sms", "+4930901820", "DE")

    hook = {"endpoint": "https://example.com/hook", "email": "it@example.com", "skip_confirmation_notification": True}
    said = program("POST", "{page}/subscribers", {"subscriber": hook}, status=201)
    assert (said["mode"], said["endpoint"], said["email"]) == ("webhook", "https://example.com/hook", None)
    assert [row["mode"] for row in program("GET", "{page}/subscribers?type=webhook")] == ["webhook"]


def test_a_subscriber_in_quarantine_is_written_to_again(program: Program) -> None:
    sure = {"email": "b@customer.example", "skip_confirmation_notification": True}
    made = program("POST", "{page}/subscribers", {"subscriber": sure}, status=201)
    point = Subscriber.objects.get().contact_point
    assert point is not None
    suppressing.suppress(point, reason=Suppression.Reason.BOUNCED, at=START, details="full")
    (row,) = program("GET", "{page}/subscribers?state=quarantined")
    assert row["quarantined_at"] == "2026-05-04T12:00:00.000Z"

    program("POST", "{page}/subscribers/reactivate", {"subscribers": "all"}, status=201)

    assert [row["id"] for row in program("GET", "{page}/subscribers")] == [made["id"]]
    assert program("POST", "{page}/subscribers/unsubscribe", {"subscribers": []}, status=201) == {}
    assert len(program("GET", "{page}/subscribers")) == 1
    program("POST", "{page}/subscribers/unsubscribe", {"subscribers": "all", "type": "sms"}, status=201)
    assert len(program("GET", "{page}/subscribers")) == 1
    program("POST", "{page}/subscribers/unsubscribe", {"subscribers": "all"}, status=201)
    assert program("GET", "{page}/subscribers") == []
    assert [row["id"] for row in program("GET", "{page}/subscribers/unsubscribed")] == [made["id"]]
