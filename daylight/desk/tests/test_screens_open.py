"""Every screen of the desk opens for a member and for nobody else."""

import pytest
from django.test import Client

from daylight.accounts.models import Member

SCREENS = [
    "/desk/",
    "/desk/search/?q=north",
    "/desk/now/",
    "/desk/keys/",
    "/desk/design/",
    "/help/candour/",
    "/help/candour/cnd-301/",
]


@pytest.mark.parametrize("screen", SCREENS)
def test_a_member_sees_it(client: Client, ana: Member, screen: str) -> None:
    client.force_login(ana)

    assert client.get(screen).status_code == 200


@pytest.mark.parametrize("screen", SCREENS)
def test_a_stranger_is_asked_to_sign_in(client: Client, db: None, screen: str) -> None:
    answer = client.get(screen)

    assert answer.status_code == 302
    assert "/accounts/login/" in answer["Location"]


@pytest.mark.parametrize("screen", SCREENS)
def test_a_member_without_a_role_is_refused(client: Client, dora: Member, screen: str) -> None:
    client.force_login(dora)

    assert client.get(screen).status_code == 403


def test_the_appearance_is_remembered_and_forgotten(client: Client, ana: Member) -> None:
    client.force_login(ana)

    client.post("/desk/appearance/", {"theme": "dark", "next": "/desk/keys/"})
    assert 'data-theme="dark"' in client.get("/desk/").content.decode()

    client.post("/desk/appearance/", {"theme": "", "next": "https://elsewhere.example/"})
    assert "data-theme=" not in client.get("/desk/").content.decode()


def test_a_rule_is_explained_and_one_that_is_not_there_is_not_found(client: Client, ana: Member) -> None:
    client.force_login(ana)

    told = client.get("/help/candour/CND-301/").content.decode()
    assert "Made small, without a number" in told
    assert "When it is fine" in told
    assert client.get("/help/candour/CND-999/").status_code == 404
