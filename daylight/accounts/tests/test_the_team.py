import re

import pytest
from django.core import mail
from django.test import Client
from pytest_django import Settings

from conftest import HandClock
from daylight.accounts.models import AuditEntry, Invitation, Member
from daylight.accounts.roles import Role
from daylight.accounts.tests.makers import signed_in

pytestmark = pytest.mark.django_db

LINK = re.compile(r"http://[^\s\"]+(/accounts/invitation/[^\s\"]+)")


@pytest.fixture(autouse=True)
def _letters(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def invited(ana: Member, **said: object) -> str:
    answer = signed_in(ana).post(
        "/desk/team/invite/",
        {"email": "Eva@Firm.example", "name": "Eva", "roles": ["writer", "agent"]} | said,
        follow=True,
    )
    found = LINK.search(answer.text)
    assert found, answer.text
    return found[1]


def test_an_invited_person_joins_with_the_roles(ana: Member, clock: HandClock) -> None:
    path = invited(ana)

    assert path in mail.outbox[0].body
    assert mail.outbox[0].subject == "Ana invites you to the crew of Our company"
    stranger = Client()
    assert "as writer, agent" in stranger.get(path).text
    assert stranger.get(path).status_code == 200  # Looking uses nothing up.
    answer = stranger.post(path, {"name": "Eva Ek", "password": "sunlit harbour 7", "time_zone": "Europe/Oslo"})
    assert answer["Location"] == "/desk/"
    eva = Member.objects.get(email="eva@firm.example")
    assert (eva.name, eva.roles, eva.time_zone) == ("Eva Ek", frozenset({Role.WRITER, Role.AGENT}), "Europe/Oslo")
    assert Client().get(path).status_code == 410
    assert set(AuditEntry.objects.values_list("act", flat=True)) == {"invitation.send", "invitation.accept"}


def test_the_link_of_an_invitation_is_shown_once(ana: Member, clock: HandClock) -> None:
    browser = signed_in(ana)
    said = {"email": "eva@firm.example", "roles": ["reader"]}

    assert LINK.search(browser.post("/desk/team/invite/", said, follow=True).text)
    assert not LINK.search(browser.get("/desk/team/").text)


def test_an_invitation_ends_by_time_by_withdrawing_and_by_a_newer_one(ana: Member, clock: HandClock) -> None:
    first, second = invited(ana), invited(ana)
    assert Client().get(first).status_code == 410
    assert Client().get(second).status_code == 200
    clock.move(days=7)
    assert Client().get(second).status_code == 410

    third = invited(ana)
    signed_in(ana).post(f"/desk/team/invitations/{Invitation.objects.pending().get().pk}/withdraw/")
    assert Client().post(third, {"name": "x", "password": "sunlit harbour 7", "time_zone": "UTC"}).status_code == 410


def test_a_letter_that_cannot_leave_leaves_the_link(ana: Member, clock: HandClock, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 1

    answer = signed_in(ana).post("/desk/team/invite/", {"email": "eva@firm.example", "roles": ["reader"]}, follow=True)

    assert "could not be mailed" in answer.text
    assert LINK.search(answer.text)


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"email": "nonsense"}, "valid email"),
        ({"email": "bela@firm.example"}, "Bela is a member already"),
        ({"roles": []}, "Choose at least one role"),
        ({"roles": ["emperor"]}, "emperor is not one of the available choices"),
    ],
)
def test_a_bad_invitation_gets_a_sentence(
    said: dict[str, object], says: str, ana: Member, bela: Member, clock: HandClock
) -> None:
    answer = signed_in(ana).post("/desk/team/invite/", {"email": "eva@firm.example", "roles": ["reader"]} | said)

    assert (answer.status_code, says in answer.text) == (400, True)


def test_roles_are_changed_and_audited(ana: Member, bela: Member, clock: HandClock) -> None:
    signed_in(ana).post(f"/desk/team/members/{bela.pk}/", {"roles": ["approver", "reader"]})

    assert Member.objects.get(pk=bela.pk).roles == {Role.APPROVER, Role.READER}
    entry = AuditEntry.objects.get()
    assert (entry.act, entry.details) == ("member.roles", {"before": "Writer", "after": "Approver, Reader"})


def test_the_last_owner_stays(ana: Member, bela: Member, clock: HandClock) -> None:
    browser = signed_in(ana)

    assert "Ana is the only owner" in browser.post(f"/desk/team/members/{ana.pk}/", {"roles": ["lead"]}).text
    assert "Ana is the only owner" in browser.post(f"/desk/team/members/{ana.pk}/deactivate/", follow=True).text
    assert Member.objects.get(pk=ana.pk).roles == {Role.LEAD, Role.OWNER}

    bela.set_roles([Role.OWNER], by=ana, at=clock.now)
    bela.deactivate()  # An owner who cannot sign in does not count...
    bela.reactivate()
    browser.post(f"/desk/team/members/{ana.pk}/", {"roles": ["lead"]})  # ... but one who can does.
    assert Member.objects.get(pk=ana.pk).roles == {Role.LEAD}


def test_a_deactivated_member_is_out_at_once_and_back_with_the_same_roles(
    ana: Member, bela: Member, clock: HandClock
) -> None:
    hers, mine = signed_in(bela), signed_in(ana)
    assert hers.get("/desk/team/me/").status_code == 200

    mine.post(f"/desk/team/members/{bela.pk}/deactivate/")
    assert hers.get("/desk/team/me/").status_code == 302

    mine.post(f"/desk/team/members/{bela.pk}/reactivate/")
    assert Member.objects.get(pk=bela.pk).roles == {Role.WRITER}


def test_the_screens_of_the_team_open(ana: Member, bela: Member, clock: HandClock) -> None:
    browser = signed_in(ana)
    invited(ana)

    for path in ("", "invite/", f"members/{bela.pk}/", "me/", "keys/", "keys/new/", "organisation/", "audit/"):
        assert browser.get(f"/desk/team/{path}", follow=True).status_code == 200, path
    assert browser.get("/desk/team/members/999999/").status_code == 404
