import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from conftest import HandClock, a_member
from daylight.accounts import keys
from daylight.accounts.asking import members_only
from daylight.accounts.models import AuditEntry, Member
from daylight.accounts.roles import ALLOWED, Act, Role
from daylight.accounts.tests.makers import signed_in

pytestmark = pytest.mark.django_db

MAY: dict[Role, str] = {
    #                 acts in their order, as letters: see _LETTERS
    Role.OWNER: "r c i e o w a p l h q v s m t x",
    Role.LEAD: "r c i o w a p l h q x",
    Role.WRITER: "r c o w",
    Role.APPROVER: "r c a",
    Role.AGENT: "r c o h q",
    Role.REVIEWER: "r c v t x",
    Role.READER: "r",
}
_LETTERS = {
    "r": Act.READ,
    "c": Act.READ_CUSTOMERS,
    "i": Act.WRITE_CUSTOMERS,
    "e": Act.ERASE_CUSTOMERS,
    "o": Act.OPEN_INCIDENT,
    "w": Act.WRITE_UPDATE,
    "a": Act.APPROVE_UPDATE,
    "p": Act.PUBLISH_UPDATE,
    "l": Act.LEAD_INCIDENT,
    "h": Act.HAND_IN,
    "q": Act.ANSWER,
    "v": Act.REVIEW,
    "s": Act.SET_UP,
    "m": Act.MANAGE_MEMBERS,
    "t": Act.READ_AUDIT,
    "x": Act.EXPORT_EVIDENCE,
}


@pytest.mark.parametrize("role", Role)
def test_each_role_may_do_its_acts_and_no_others(role: Role, clock: HandClock, rf: RequestFactory) -> None:
    member = a_member("Eva", role)
    expected = {_LETTERS[letter] for letter in MAY[role].split()}

    assert set(_LETTERS.values()) == set(Act)
    assert {act for act in Act if member.may(act)} == expected == set(member.acts) == ALLOWED[role]
    assert {act for act in Act if member in Member.objects.able_to(act)} == expected
    Member.objects.filter(pk=member.pk).update(is_active=False)
    gone = Member.objects.get(pk=member.pk)
    assert not any(gone.may(act) for act in Act)
    assert gone.acts == frozenset()


def test_several_roles_add_up(clock: HandClock) -> None:
    member = a_member("Eva", Role.APPROVER, Role.AGENT)

    assert set(member.acts) == ALLOWED[Role.APPROVER] | ALLOWED[Role.AGENT]


SCREENS = {
    "/desk/team/": Act.MANAGE_MEMBERS,
    "/desk/team/invite/": Act.MANAGE_MEMBERS,
    "/desk/team/members/1/": Act.MANAGE_MEMBERS,
    "/desk/team/keys/": Act.MANAGE_MEMBERS,
    "/desk/team/keys/new/": Act.MANAGE_MEMBERS,
    "/desk/team/organisation/": Act.SET_UP,
    "/desk/team/audit/": Act.READ_AUDIT,
    "/desk/team/welcome/": Act.MANAGE_MEMBERS,
}
ACTS = [
    "/desk/team/invite/",
    "/desk/team/invitations/1/withdraw/",
    "/desk/team/members/1/",
    "/desk/team/members/1/deactivate/",
    "/desk/team/members/1/reactivate/",
    "/desk/team/keys/new/",
    "/desk/team/keys/1/revoke/",
    "/desk/team/organisation/",
]


@pytest.mark.parametrize("role", [None, *Role])
def test_screens_open_for_the_roles_that_may_and_for_nobody_else(role: Role | None, clock: HandClock) -> None:
    browser = signed_in(a_member("Eva", *([role] if role else [])))

    for path, act in SCREENS.items():
        refused = browser.get(path).status_code == 403
        assert refused == (role is None or act not in ALLOWED[role]), path
    if role is not Role.OWNER:
        for path in ACTS:
            assert browser.post(path).status_code == 403, path


def test_strangers_are_sent_to_the_door(clock: HandClock) -> None:
    for path in [*SCREENS, *ACTS, "/desk/team/me/", "/desk/team/me/email/"]:
        answer = Client().post(path) if path in ACTS else Client().get(path)
        assert answer["Location"].startswith("/accounts/login/?next=/desk/team/"), path
    fragment = Client().get("/desk/team/", headers={"HX-Request": "true"})
    assert (fragment.status_code, fragment["HX-Redirect"]) == (204, "/accounts/login/?next=/desk/team/")


def test_dora_is_refused_calmly_and_may_look_at_herself(dora: Member, clock: HandClock) -> None:
    browser = signed_in(dora)

    answer = browser.get("/desk/team/")

    assert answer.status_code == 403
    assert "Your roles do not allow this" in answer.text
    assert "Invite members, give roles, make API keys" in answer.text
    assert "daylight.css" in answer.text
    assert browser.get("/desk/team/me/").status_code == 200


@pytest.mark.parametrize("path", [*ACTS, "/desk/team/me/", "/desk/team/me/contacts/", "/accounts/login/"])
def test_every_form_needs_its_token(path: str, ana: Member, clock: HandClock) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ana, backend="django.contrib.auth.backends.ModelBackend")

    answer = browser.post(path)

    assert answer.status_code == 403
    assert "Please send it again" in answer.text


def test_a_missing_page_says_so_in_our_design(client: Client, db: None) -> None:
    answer = client.get("/nothing/here/")

    assert answer.status_code == 404
    assert "There is nothing here" in answer.text


def test_a_fault_of_ours_is_told_without_the_database(rf: RequestFactory) -> None:
    from django.views.defaults import bad_request, server_error

    assert "Something broke on our side" in server_error(rf.get("/")).content.decode()
    assert "We cannot read this request" in bad_request(rf.get("/"), ValueError()).content.decode()


def test_a_key_is_made_shown_once_and_revoked(ana: Member, clock: HandClock) -> None:
    browser = Client()
    browser.post("/accounts/login/", {"login": ana.email, "password": "correct horse"})
    browser.post("/accounts/reauthenticate/", {"password": "correct horse"})

    page = browser.post("/desk/team/keys/new/", {"name": "Shop", "scopes": ["read"], "days": "90"}, follow=True)

    token = str(page.context["fresh"]["token"])
    key = keys.key_for(token, clock.now)
    assert token in page.text
    assert token not in browser.get("/desk/team/keys/").text
    assert (clock.now - key.made_at).days == 0
    browser.post(f"/desk/team/keys/{key.pk}/revoke/")
    with pytest.raises(keys.KeyRevoked):
        keys.key_for(token, clock.now)
    acts = list(AuditEntry.objects.order_by("number").values_list("act", flat=True))
    assert acts[-2:] == ["key.make", "key.revoke"]
    assert token not in str(list(AuditEntry.objects.values()))


def test_a_guard_says_which_act_it_needs(dora: Member, rf: RequestFactory) -> None:
    @members_only(Act.SET_UP)
    def view(request: object) -> HttpResponse:
        return HttpResponse()

    assert view.access_rule is Act.SET_UP  # type: ignore[attr-defined]
