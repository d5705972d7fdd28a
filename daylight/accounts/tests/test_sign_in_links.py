from datetime import timedelta

import pytest
from django.test import Client

from conftest import HandClock
from daylight.accounts import signing_in
from daylight.accounts.models import AuditEntry, Member, Organisation, SignInLink
from daylight.accounts.roles import Role

pytestmark = pytest.mark.django_db


def path(url: str | None) -> str:
    assert url is not None
    return "/accounts/" + url.partition("/accounts/")[2]


def test_the_first_owner_is_made_once_and_keeps_getting_links_until_a_password_is_set(clock: HandClock) -> None:
    first = signing_in.first_owner_link(clock.now)
    second = signing_in.first_owner_link(clock.now)

    owner = Member.objects.get()
    assert (owner.name, owner.roles) == ("Owner", frozenset({Role.OWNER}))
    assert first != second
    owner.set_password("correct horse battery")
    owner.save()
    assert signing_in.first_owner_link(clock.now) is None


def test_looking_at_the_link_uses_nothing_up_and_pressing_signs_in_once(client: Client, clock: HandClock) -> None:
    link = path(signing_in.first_owner_link(clock.now))

    for _ in range(3):
        assert client.get(link).status_code == 200
        assert client.head(link).status_code == 200
    answer = client.post(link)

    assert answer["Location"] == "/desk/team/welcome/"
    assert client.session["_auth_user_id"] == str(Member.objects.get().pk)
    assert Client().post(link).status_code == 410
    assert list(AuditEntry.objects.values_list("act", flat=True).order_by("number")) == [
        "member.first_owner",
        "member.link",
        "member.sign_in",
    ]


def test_a_link_ends_after_24_hours(client: Client, clock: HandClock, bela: Member) -> None:
    link = path(signing_in.link_for(bela, at=clock.now))

    clock.move(hours=24)

    assert client.post(link).status_code == 410
    assert "_auth_user_id" not in client.session


def test_a_newer_link_ends_the_older_and_only_hashes_are_kept(client: Client, clock: HandClock, bela: Member) -> None:
    old, new = path(signing_in.link_for(bela, at=clock.now)), path(signing_in.link_for(bela, at=clock.now))

    assert client.post(old).status_code == 410
    assert SignInLink.objects.get().token_hash not in new
    assert client.post(new)["Location"] == "/desk/"


def test_a_made_up_link_and_a_link_of_somebody_who_left_open_nothing(
    client: Client, clock: HandClock, bela: Member
) -> None:
    link = path(signing_in.link_for(bela, at=clock.now))
    Member.objects.filter(pk=bela.pk).update(is_active=False)

    assert client.post(link).status_code == 410
    assert client.get("/accounts/link/nothing%00here/").status_code == 410


def test_trying_links_is_limited(client: Client, clock: HandClock) -> None:
    answers = [client.get(f"/accounts/link/{number}/").status_code for number in range(25)]

    assert answers == [410] * 20 + [429] * 5
    clock.now += timedelta(minutes=1)
    assert client.get("/accounts/link/again/").status_code == 410


def test_signing_in_by_a_link_needs_the_form_token(clock: HandClock, bela: Member) -> None:
    link = path(signing_in.link_for(bela, at=clock.now))

    assert Client(enforce_csrf_checks=True).post(link).status_code == 403
    assert SignInLink.objects.get().used_at is None


def test_the_first_owner_says_who_they_are(client: Client, clock: HandClock) -> None:
    client.post(path(signing_in.first_owner_link(clock.now)))
    said = {
        "name": "Olga Owner",
        "email": "Olga@Firm.Example",
        "password": "sunlit harbour 7",
        "organisation": "North Mail Order",
        "time_zone": "berlin",
    }

    assert "too common" in client.post("/desk/team/welcome/", said | {"password": "password123"}).text
    assert client.post("/desk/team/welcome/", said)["Location"] == "/desk/"

    olga = Member.objects.get()
    assert (olga.email, olga.time_zone, olga.check_password("sunlit harbour 7")) == (
        "olga@firm.example",
        "Europe/Berlin",
        True,
    )
    assert Organisation.get().name == "North Mail Order"
    assert client.get("/desk/team/welcome/").status_code == 200  # The new password did not sign her out.
