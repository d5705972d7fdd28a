"""Sections: typed by name in a component, kept as rows that can be renamed, described, moved and removed."""

import re
from datetime import timedelta

from django.urls import reverse

from conftest import START, HandClock
from daylight.accounts.models import Member
from daylight.accounts.tests.makers import signed_in
from daylight.incidents.models import Component, Incident, Section, Update
from daylight.incidents.tests.makers import a_component, an_incident, an_update

TWELVE = re.compile(r"[a-z0-9]{12}")
SHOP = {"name": "Shop", "key": "shop", "state": "operational", "position": "1", "is_public": "on"}


def test_a_new_name_makes_a_section_and_a_known_one_is_used_again(ana: Member, clock: HandClock) -> None:
    client = signed_in(ana)
    client.post(reverse("incidents:new-component"), SHOP | {"section": " Web "})
    client.post(reverse("incidents:new-component"), SHOP | {"name": "Till", "key": "till", "section": "Web"})

    assert [part.section for part in Component.objects.all()] == [Section.objects.get(name="Web")] * 2
    page = client.get(reverse("incidents:component", args=["till"])).content.decode()
    assert 'value="Web"' in page
    client.post(reverse("incidents:component", args=["till"]), SHOP | {"name": "Till", "key": "till", "section": ""})
    assert Component.objects.get(key="till").section is None


def test_a_section_is_renamed_moved_described_and_removed(ana: Member, clock: HandClock) -> None:
    web = Section.objects.named("Web")
    assert web is not None
    part = a_component("Shop", section=web)
    Section.objects.named("Store")
    client, address = signed_in(ana), reverse("incidents:section", args=[web.public_id])

    assert client.post(address, {"name": "Store", "position": "9"}).status_code == 422
    clock.move(minutes=1)
    client.post(address, {"name": "Online", "description": "All we sell", "position": "9"})

    web.refresh_from_db()
    assert (web.name, web.description, web.position, web.changed_at) == ("Online", "All we sell", 9, clock.now)
    assert [row.name for row in Section.objects.all()] == ["Store", "Online"]
    assert "Online" in client.get(reverse("incidents:components")).content.decode()
    client.post(reverse("incidents:remove-section", args=[web.public_id]))
    part.refresh_from_db()
    assert part.section is None


def test_a_component_says_when_its_state_last_changed(ana: Member, clock: HandClock) -> None:
    shop, till = (a_component(name, changed_at=START) for name in ("Shop", "Till"))
    later = START + timedelta(minutes=5)

    an_update(an_incident(lead=ana), at=later, impacts={"shop": "degraded", "till": "operational"})

    shop.refresh_from_db()
    till.refresh_from_db()
    assert (shop.state, shop.changed_at) == ("degraded", later)
    assert till.changed_at == START


def test_the_world_knows_components_sections_and_updates_by_twelve_characters(ana: Member, clock: HandClock) -> None:
    part, section = a_component("Shop"), Section.objects.create(name="Web")
    update = an_update(an_incident(lead=ana))

    for name in (part.public_id, section.public_id, update.public_id):
        assert TWELVE.fullmatch(name)
    assert re.fullmatch(r"[0-9a-f]{12}", Incident.objects.get().public_id)
    assert Update.objects.get(public_id=update.public_id) == update
