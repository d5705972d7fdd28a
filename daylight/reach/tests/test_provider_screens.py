from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from conftest import HandClock
from daylight.accounts.models import AuditEntry, Member, Organisation, StaffContact
from daylight.core import secrets
from daylight.reach import providers
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.channels.tests.far_end import listening
from daylight.reach.models import Provider
from daylight.reach.tests.mail_server import MailServer, serving

pytestmark = pytest.mark.django_db
ADD = "/desk/reach/channels/email/add/smtp/"


@pytest.fixture
def mail_server() -> Iterator[tuple[MailServer, int]]:
    with serving() as served:
        yield served


@pytest.fixture
def desk(client: Client, ana: Member, clock: HandClock, settings: Settings) -> Client:
    settings.SMTP_URL = ""
    client.force_login(ana)
    return client


def _entered(at_port: int, **more: object) -> dict[str, object]:
    return {
        "host": "127.0.0.1",
        "port": at_port,
        "security": "none",
        "user": "",
        "password": "",
        "sender_name": "Zoë's Shop",
        "sender_email": "news@firm.example",
        "provider_name": "Our own server",
        "test_address": "ana@firm.example",
    } | more


def _a_provider(at_port: int, **facts: Any) -> Provider:
    provider = Provider(channel="email", name="Our own server", kind="smtp", **facts)
    provider.settings = {
        **{"kind": "smtp", "host": "127.0.0.1", "port": at_port, "security": "none"},
        **{"user": "", "password": "s3cret"},
    }
    provider.save()
    return provider


def test_a_mail_server_is_used_only_after_it_took_a_test(
    desk: Client, ana: Member, mail_server: tuple[MailServer, int]
) -> None:
    server, port = mail_server

    page = desk.post(ADD, _entered(port)).content.decode()

    [(sender, recipients, _)] = server.taken
    assert (sender, recipients) == ("news@firm.example", [ana.email])
    assert "250 2.0.0 queued as 1" in page
    assert providers.outbox_in_use()
    provider = Provider.objects.get(settings__isnull=False)
    assert (provider.name, provider.kind, provider.is_active) == ("Our own server", "smtp", False)

    desk.post(f"/desk/reach/providers/{provider.pk}/use/")
    assert not providers.outbox_in_use()
    assert providers.settings_for("email")["port"] == port
    assert Organisation.get().sender_email == "news@firm.example"

    assert "stays in the outbox" in desk.get(f"/desk/reach/providers/{provider.pk}/remove/").content.decode()
    assert not providers.outbox_in_use()
    desk.post(f"/desk/reach/providers/{provider.pk}/remove/")
    assert providers.outbox_in_use()
    acts = [entry.act for entry in AuditEntry.objects.order_by("number")]
    assert acts[-3:] == ["provider.test", "provider.use", "provider.remove"]


def test_the_test_goes_where_the_member_says(desk: Client, mail_server: tuple[MailServer, int]) -> None:
    server, port = mail_server

    desk.post(ADD, _entered(port, test_address="Zoe@Shop.example"))

    assert server.taken[0][1] == ["Zoe@shop.example"]


def test_several_providers_stand_beside_each_other(desk: Client, mail_server: tuple[MailServer, int]) -> None:
    _, port = mail_server
    for _ in range(2):
        desk.post(ADD, _entered(port))
    for provider in Provider.objects.filter(settings__isnull=False):
        desk.post(f"/desk/reach/providers/{provider.pk}/use/")

    names = Provider.objects.filter(channel="email", is_active=True).values_list("name", flat=True)
    assert sorted(names) == ["Our own server", "Our own server 2"]
    page = desk.get("/desk/reach/channels/").content.decode()
    assert "Our own server 2" in page
    assert "Outbox only" not in page


def test_a_refusal_is_explained_and_changes_nothing(desk: Client, mail_server: tuple[MailServer, int]) -> None:
    server, port = mail_server
    server.refused = "firm.example"

    page = desk.post(ADD, _entered(port)).content.decode()

    assert "may not send from this address" in page
    assert "553 5.7.1 Sender address rejected: not owned by user" in page
    assert 'value="news@firm.example"' in page
    assert not Provider.objects.filter(settings__isnull=False).exists()


def test_nobody_listening_is_said_in_plain_words(desk: Client) -> None:
    page = desk.post(ADD, _entered(9)).content.decode()

    assert "Nothing listens at this host and port" in page


@pytest.mark.parametrize(
    "wrong",
    [{"port": "99999"}, {"host": "a b"}, {"sender_email": "x"}, {"security": "maybe"}, {"test_address": "nobody"}],
)
def test_wrong_settings_are_refused_at_their_field(desk: Client, wrong: dict[str, str]) -> None:
    page = desk.post(ADD, _entered(25, **wrong))

    assert page.status_code == 422
    assert "errorlist" in page.content.decode()


def test_a_password_is_kept_sealed_and_never_shown(desk: Client, mail_server: tuple[MailServer, int]) -> None:
    _, port = mail_server
    provider = _a_provider(port)
    address = f"/desk/reach/providers/{provider.pk}/"

    page = desk.get(address).content.decode()
    answer = desk.post(address, _entered(port, security="none")).content.decode()

    assert "s3cret" not in page + answer
    assert Provider.objects.get(pk=provider.pk).settings["password"] == "s3cret"
    assert not any("s3cret" in str(entry.details) for entry in AuditEntry.objects.all())


def test_a_stored_password_never_goes_to_another_host(desk: Client, mail_server: tuple[MailServer, int]) -> None:
    _, port = mail_server
    provider = _a_provider(port)

    desk.post(f"/desk/reach/providers/{provider.pk}/", _entered(port, host="localhost"))

    kept = Provider.objects.get(pk=provider.pk).settings
    assert (kept["host"], kept["password"]) == ("localhost", "")


def test_a_password_need_not_be_typed_again_after_a_failed_test(
    desk: Client, mail_server: tuple[MailServer, int]
) -> None:
    _, port = mail_server

    page = desk.post(ADD, _entered(9, password="s3cret")).content.decode()
    assert "s3cret" not in page
    sealed = page.split('name="kept" value="')[1].split('"')[0]
    assert secrets.unseal(sealed)["settings"]["password"] == "s3cret"

    desk.post(ADD, _entered(port, kept=sealed))
    assert Provider.objects.get(settings__isnull=False).settings["password"] == "s3cret"


@pytest.mark.parametrize("kept", ["", "nonsense", "ü", "gAAAAA"])
def test_a_tampered_seal_is_passed_over(desk: Client, mail_server: tuple[MailServer, int], kept: str) -> None:
    assert "250 2.0.0" in desk.post(ADD, _entered(mail_server[1], kept=kept)).content.decode()


def test_other_settings_of_a_provider_in_use_count_only_after_a_good_test(
    desk: Client, mail_server: tuple[MailServer, int]
) -> None:
    _, port = mail_server
    provider = _a_provider(port)
    address = f"/desk/reach/providers/{provider.pk}/"

    desk.post(address, _entered(9))
    assert Provider.objects.get(pk=provider.pk).settings["port"] == port

    desk.post(address, _entered(port, user="", provider_name="Renamed"))
    changed = Provider.objects.get(pk=provider.pk)
    assert (changed.name, changed.is_active) == ("Renamed", True)


def test_share_and_limits_are_saved(desk: Client) -> None:
    provider = _a_provider(25)
    address = f"/desk/reach/providers/{provider.pk}/share/"
    entered = {"weight": "3", "per_second": "500", "connections": "", "per_domain": "Gmail.com 50\n\nweb.de 20"}

    desk.post(address, entered)

    provider.refresh_from_db()
    assert (provider.weight, provider.per_second, provider.connections) == (3, 500, None)
    assert provider.per_domain == {"gmail.com": 50, "web.de": 20}
    assert "gmail.com 50" in desk.get(f"/desk/reach/providers/{provider.pk}/").content.decode()
    assert desk.post(address, entered | {"per_domain": "gmail.com fast"}).status_code == 422
    assert desk.post(address, entered | {"weight": "-1"}).status_code == 422


def test_a_provider_paused_by_a_member_waits_for_a_member(desk: Client) -> None:
    provider = _a_provider(25)

    desk.post(f"/desk/reach/providers/{provider.pk}/pause/")
    providers.resume("email")
    assert providers.is_paused("email")
    assert "Paused by Ana" in desk.get("/desk/reach/channels/").content.decode()

    desk.post(f"/desk/reach/providers/{provider.pk}/resume/")
    assert not providers.is_paused("email")


def test_a_broken_provider_is_shown_with_its_answer_and_resumed(desk: Client, clock: HandClock) -> None:
    provider = _a_provider(25)
    providers.pause("email", problem="535 wrong password", at=clock.now)

    for page in ("channels/", "channels/email/", f"providers/{provider.pk}/"):
        assert "535 wrong password" in desk.get(f"/desk/reach/{page}").content.decode()

    desk.post(f"/desk/reach/providers/{provider.pk}/resume/")
    assert not providers.is_paused("email")


def test_every_kind_of_every_channel_has_its_form_and_help(desk: Client) -> None:
    for channel in CHANNELS.values():
        page = desk.get(f"/desk/reach/channels/{channel.name}/").content.decode()
        assert channel.label in page
        for kind in channel.kinds:
            page = desk.get(f"/desk/reach/channels/{channel.name}/add/{kind.name}/").content.decode()
            assert kind.label in page
            assert kind.help_template
            for name in kind.form.base_fields:
                assert f'name="{name}"' in page


@pytest.mark.parametrize(
    "path",
    ["channels/pigeon/", "channels/pigeon/add/", "channels/webhook/add/", "channels/email/add/x/", "providers/9/"],
)
def test_what_does_not_exist_is_not_found(desk: Client, path: str) -> None:
    assert desk.get(f"/desk/reach/{path}").status_code == 404


def test_a_member_tests_a_way_to_be_alarmed(desk: Client, ana: Member, settings: Settings, clock: HandClock) -> None:
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]
    with listening() as far_end:
        contact = StaffContact.objects.create(member=ana, channel="webhook", address=far_end.url)
        address = f"/desk/reach/staff-contacts/{contact.pk}/test/"
        assert address in desk.get("/desk/team/me/").content.decode()

        page = desk.post(address, follow=True).content.decode()
        assert "was taken" in page
        assert b"A test from Daylight" in far_end.requests[0][1]
        contact.refresh_from_db()
        assert contact.tested_at == clock.now

        far_end.status, far_end.body = 500, b"no such room"
        assert "no such room" in desk.post(address, follow=True).content.decode()


def test_nobody_tests_the_ways_of_another(desk: Client, bela: Member) -> None:
    contact = StaffContact.objects.create(member=bela, channel="email", address="b@firm.example")

    assert desk.post(f"/desk/reach/staff-contacts/{contact.pk}/test/").status_code == 404
