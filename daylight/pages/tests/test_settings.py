"""The crew sets up the page on the desk."""

import pytest
from django.test import Client

from conftest import HandClock
from daylight.accounts.models import AuditEntry, Member
from daylight.pages import publishing
from daylight.pages.models import Page
from daylight.pages.tests.makers import a_component

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]


def test_title_and_components_are_set_and_shown(client: Client, ana: Member, clock: HandClock) -> None:
    shop, cellar = a_component("Shop"), a_component("Cellar")
    client.force_login(ana)
    assert client.get("/desk/pages/").status_code == 200

    answer = client.post(
        "/desk/pages/",
        {"title": "How Northwind does", "introduction": "Hello.", "language": "en", "shown_components": [shop.pk]},
    )

    assert answer.status_code == 302
    publishing.refresh(clock.now)
    text = client.get("/").content.decode()
    assert "How Northwind does" in text
    assert "Shop" in text
    assert "Cellar" not in text
    assert list(Page.main(clock.now).hidden_components.all()) == [cellar]
    assert AuditEntry.objects.filter(act="page.change").exists()
    assert "Last publications" in client.get("/desk/pages/").content.decode()


def test_a_bad_language_is_a_sentence_at_its_place(client: Client, ana: Member, clock: HandClock) -> None:
    client.force_login(ana)
    answer = client.post("/desk/pages/", {"title": "Kept", "language": "tlh"})

    assert answer.status_code == 422
    assert "Kept" in answer.content.decode()
    assert "Select a valid choice" in answer.content.decode()


def test_only_who_may_set_up(client: Client, bela: Member) -> None:
    client.force_login(bela)
    assert client.get("/desk/pages/").status_code == 403
