import pytest
from pytest_django import Settings

from conftest import HandClock
from daylight.reach import providers

pytestmark = pytest.mark.django_db


def test_mail_stays_in_the_outbox_until_a_server_is_connected(settings: Settings) -> None:
    settings.SMTP_URL = ""

    assert providers.outbox_in_use()
    assert providers.settings_for("email")["host"] == "127.0.0.1"

    provider = providers.provider_of("email")
    provider.settings = {"host": "smtp.firm.example", "port": 587}
    provider.save()

    assert not providers.outbox_in_use()
    assert providers.settings_for("email")["host"] == "smtp.firm.example"


def test_a_mail_server_from_the_environment(settings: Settings) -> None:
    settings.SMTP_URL = "smtp://ana%40firm.example:s%2Fcret@smtp.firm.example?tls=starttls&bounces=b@firm.example"

    assert not providers.outbox_in_use()
    assert providers.settings_for("email") == {
        "host": "smtp.firm.example",
        "port": 587,
        "security": "starttls",
        "user": "ana@firm.example",
        "password": "s/cret",
        "bounce_address": "b@firm.example",
    }


def test_a_channel_is_paused_once_and_resumed(clock: HandClock) -> None:
    assert providers.pause("email", problem="535 wrong password", at=clock.now)
    assert not providers.pause("email", problem="535 wrong password", at=clock.now)
    assert providers.is_paused("email")

    providers.resume("email")

    assert not providers.is_paused("email")


def test_the_last_accepted_time_is_kept(clock: HandClock) -> None:
    providers.record_accepted("webhook", at=clock.now)

    assert providers.provider_of("webhook").accepted_at == clock.now
