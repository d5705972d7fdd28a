import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core import mail
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from conftest import HandClock
from daylight.accounts.models import AuditEntry, Member, Organisation
from daylight.accounts.tests.makers import signed_in
from daylight.core.models import CacheRow

pytestmark = pytest.mark.django_db

LOGIN = "/accounts/login/"
PASSWORD = "correct horse"


@pytest.fixture(autouse=True)
def _letters(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def sign_in(browser: Client, email: str = "bela@firm.example", *, password: str = PASSWORD, **more: str) -> str:
    answer = browser.post(LOGIN, {"login": email, "password": password} | more)
    return answer.get("Location", "") or f"{answer.status_code}"


def acts() -> list[str]:
    return list(AuditEntry.objects.order_by("number").values_list("act", flat=True))


def test_a_member_signs_in_and_out(bela: Member, client: Client) -> None:
    assert sign_in(client, "BELA@firm.example") == "/desk/"
    assert client.get("/accounts/logout/").status_code == 200  # A question: looking signs nobody out.
    client.post("/accounts/logout/")

    assert "_auth_user_id" not in client.session
    assert acts() == ["member.sign_in", "member.sign_out"]


def test_a_sign_in_leads_back_to_where_one_was_going_but_never_elsewhere(bela: Member) -> None:
    assert sign_in(Client(), next="/desk/incidents/?a=1") == "/desk/incidents/?a=1"
    assert sign_in(Client(), next="https://evil.example/") == "/desk/"
    assert sign_in(Client(), next="//evil.example/") == "/desk/"


def test_a_wrong_password_and_an_unknown_address_look_the_same(bela: Member, client: Client) -> None:
    wrong = client.post(LOGIN, {"login": "bela@firm.example", "password": "wrong horse"})
    unknown = client.post(LOGIN, {"login": "nobody@firm.example", "password": "wrong horse"})

    def cleaned(text: str) -> str:
        return re.sub(r'value="[^"]*"|nonce="[^"]*"', "", text)

    assert cleaned(wrong.text) == cleaned(unknown.text)
    assert acts() == ["member.sign_in_failed"] * 2
    assert AuditEntry.objects.filter(subject="bela@firm.example", details__from_address="127.0.0.1").exists()


def test_failed_tries_are_limited_by_every_process_together(bela: Member) -> None:
    for _ in range(5):
        sign_in(Client(), password="wrong horse")

    assert (
        "Too many failed login attempts"
        in Client().post(LOGIN, {"login": "bela@firm.example", "password": "correct horse"}).text
    )
    assert CacheRow.objects.exists()  # Counted in the database, so a second process is not a second chance.
    cache.clear()
    assert sign_in(Client()) == "/desk/"


def test_nobody_signs_up_alone(client: Client) -> None:
    answer = client.post(
        "/accounts/signup/", {"email": "x@y.example", "password1": "sunlit harbour 7", "password2": "sunlit harbour 7"}
    )

    assert "You join by an invitation" in answer.text
    assert not Member.objects.exists()


def test_a_deactivated_member_does_not_come_in(bela: Member, client: Client) -> None:
    bela.deactivate()

    assert sign_in(client) != "/desk/"
    assert "_auth_user_id" not in client.session


def test_a_password_is_reset_by_a_link_and_the_answer_gives_nobody_away(bela: Member, client: Client) -> None:
    known = client.post("/accounts/password/reset/", {"email": "bela@firm.example"}, follow=True)
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@firm.example"}, follow=True)

    assert known.text == unknown.text
    assert "If a member has this address" in known.text
    assert [letter.to for letter in mail.outbox] == [["bela@firm.example"], ["nobody@firm.example"]]
    assert "No member there signs in with it" in mail.outbox[1].body
    path = re.search(r"http://\S+?(/accounts/\S+)", str(mail.outbox[0].body))
    assert path
    form = client.get(path[1], follow=True)
    client.post(form.request["PATH_INFO"], {"password1": "sunlit harbour 7", "password2": "sunlit harbour 7"})
    assert sign_in(Client(), password="sunlit harbour 7") == "/desk/"
    assert "member.password" in acts()


def test_a_letter_that_cannot_leave_gives_nobody_away_either(bela: Member, client: Client, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 1

    for address in ("bela@firm.example", "nobody@firm.example"):
        assert client.post("/accounts/password/reset/", {"email": address}, follow=True).status_code == 200


def code_of(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


def test_with_a_second_factor_the_password_alone_opens_nothing(bela: Member, client: Client) -> None:
    secret = generate_totp_secret()
    TOTP.activate(bela, secret)
    codes = RecoveryCodes.activate(bela).get_unused_codes()

    assert sign_in(client) == "/accounts/2fa/authenticate/"
    assert "And the code?" in client.get("/accounts/2fa/authenticate/").text
    assert client.get("/desk/team/me/").status_code == 302
    assert client.post("/accounts/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})["Location"] == "/desk/"
    assert "mfa.failed" in acts()

    other = Client()
    sign_in(other)
    assert other.post("/accounts/2fa/authenticate/", {"code": codes[0]})["Location"] == "/desk/"
    third = Client()
    sign_in(third)
    assert third.post("/accounts/2fa/authenticate/", {"code": codes[0]}).status_code == 200  # Each opens once.


@pytest.mark.django_db(transaction=True)
def test_setting_up_an_app_asks_who_is_there_and_is_audited_and_told(bela: Member, client: Client) -> None:
    sign_in(client)
    assert "/accounts/reauthenticate/" in client.get("/accounts/2fa/totp/activate/")["Location"]
    client.post("/accounts/reauthenticate/", {"password": "correct horse"})

    page = client.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    assert "data:image/svg" in page.text
    client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})

    assert Authenticator.objects.filter(user=bela, type="totp").exists()
    assert "mfa.totp_activated" in acts()
    assert mail.outbox[-1].to == ["bela@firm.example"]


def test_owners_can_be_made_to_have_a_second_factor(ana: Member, bela: Member, clock: HandClock) -> None:
    Organisation.get()
    Organisation.objects.update(mfa_required=True)

    assert signed_in(ana).get("/desk/team/")["Location"] == "/accounts/2fa/"
    assert signed_in(ana).get("/accounts/2fa/").status_code == 200
    assert signed_in(ana).get("/desk/team/", headers={"HX-Request": "true"})["HX-Redirect"] == "/accounts/2fa/"
    assert signed_in(bela).get("/desk/team/me/").status_code == 200
    TOTP.activate(ana, generate_totp_secret())
    assert signed_in(ana).get("/desk/team/").status_code == 200


def test_changing_the_address_asks_who_is_there_and_ends_the_old_one(bela: Member, client: Client) -> None:
    sign_in(client)
    assert "/accounts/reauthenticate/" in client.get("/desk/team/me/email/")["Location"]
    client.post("/accounts/reauthenticate/", {"password": "correct horse"})
    client.post("/desk/team/me/email/", {"email": "Bela@New.example"})

    assert Member.objects.get().email == "bela@new.example"
    assert sign_in(Client()) == "200"
    assert sign_in(Client(), "bela@new.example") == "/desk/"
    Client().post("/accounts/password/reset/", {"email": "bela@firm.example"})
    assert mail.outbox[-1].subject.strip() == "You asked for a new password"


def test_the_screens_of_the_door_are_ours_and_safe(bela: Member, client: Client) -> None:
    for path in (LOGIN, "/accounts/password/reset/", "/accounts/signup/", "/accounts/inactive/"):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert "daylight.css" in answer.text, path
    sign_in(client)
    client.post("/accounts/reauthenticate/", {"password": "correct horse"})
    for path in (
        "password/change/",
        "2fa/",
        "2fa/totp/activate/",
        "2fa/webauthn/",
        "2fa/webauthn/add/",
        "sessions/",
        "logout/",
    ):
        answer = client.get(f"/accounts/{path}")
        assert answer.status_code == 200, path
        assert "daylight.css" in answer.text, path
        policy = answer["Content-Security-Policy"]
        assert "unsafe" not in policy
        inline = re.findall(r"<script(?![^>]*(?:src=|application/json|nonce=))[^>]*>", answer.text)
        assert inline == [], path
        assert " style=" not in answer.text, path
        assert not re.search(r"<[^>]+ on(?:click|load|submit)=", answer.text), path
