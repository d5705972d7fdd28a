"""A customer comes into the chat with our bot by the link on their own page, writes back, and blocks it."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.customers.models import ContactPoint
from daylight.reach import ending, links, preferring, suppressing
from daylight.reach.channels.telegram.inbound import SECRET_HEADER, secret_of
from daylight.reach.channels.tests.far_end import FarEnd, listening
from daylight.reach.inbound import replying
from daylight.reach.models import Provider, Reply
from daylight.reach.tests.makers import a_contact_point

pytestmark = pytest.mark.django_db
TOKEN = "123456789:AAbbccddeeffgghhiijjkkll"
CHAT = 987654321


@pytest.fixture
def far_end(settings: Settings) -> Iterator[FarEnd]:
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]
    with listening() as far_end:
        far_end.status = 200
        far_end.body = json.dumps({"ok": True, "result": {"message_id": 1, "chat": {"id": CHAT}}}).encode()
        yield far_end


@pytest.fixture
def bot(far_end: FarEnd, clock: HandClock) -> Provider:
    bot = Provider(channel="telegram", name="Telegram bot", kind="bot", tested_at=clock.now)
    bot.settings = {"kind": "bot", "token": TOKEN, "bot_name": "firm_bot", "api_url": far_end.url.removesuffix("/hook")}
    bot.save()
    return bot


def told(client: Client, bot: Provider, update: dict[str, Any], *, secret: str = "") -> int:
    """Telegram calls us; shapes as in core.telegram.org/bots/api, Update."""
    path = "/" + links.receipts_url(bot.pk).partition("://")[2].partition("/")[2]
    headers = {SECRET_HEADER: secret or secret_of(bot.settings)}
    body = json.dumps({"update_id": 10000, **update})
    return client.post(path, body, content_type="application/json", headers=headers).status_code


def wrote(text: str, number: int = 365) -> dict[str, Any]:
    person = {"id": CHAT, "first_name": "Zoë"}
    chat = {**person, "type": "private"}
    return {
        "message": {
            "message_id": number,
            "from": {**person, "is_bot": False, "language_code": "en"},
            "chat": chat,
            "date": 1_777_896_000,
            "text": text,
        }
    }


def test_a_customer_joins_by_the_link_on_their_own_page(
    client: Client, bot: Provider, far_end: FarEnd, clock: HandClock
) -> None:
    mail = a_contact_point()
    [(label, address)] = preferring.invitations(mail.customer)
    token = address.partition("?start=")[2]
    assert (label, address) == ("Telegram", f"https://t.me/firm_bot?start={token}")
    assert len(token) <= 64
    assert token.replace("_", "").replace("-", "").isalnum()

    for _ in range(2):
        assert told(client, bot, wrote(f"/start {token}")) == 200

    point = ContactPoint.objects.get(channel="telegram")
    assert (point.customer, point.address, point.position) == (mail.customer, str(CHAT), 1)
    replying.step(clock.now)
    assert b"STOP" in far_end.requests[0][1], "who joins is told how to leave"
    assert len(far_end.requests) == 1


@pytest.mark.parametrize("token", ["", "1_abc", "nonsense", "_", "9" * 60])
def test_a_link_that_is_not_ours_joins_nobody(client: Client, bot: Provider, token: str) -> None:
    assert told(client, bot, wrote(f"/start {token}")) == 200

    assert not ContactPoint.objects.exists()


def test_an_invitation_ends_with_the_other_links_of_its_customer(
    client: Client, bot: Provider, clock: HandClock
) -> None:
    mail = a_contact_point()
    tokens = []
    for _ in range(2):
        tokens.append(preferring.invitations(mail.customer)[0][1].partition("?start=")[2])
        ending.end_links(mail.customer, by="Ana", because="Forwarded.", at=clock.now)
    tokens.append(preferring.invitations(mail.customer)[0][1].partition("?start=")[2])

    joined = []
    for number, token in enumerate(tokens):
        told(client, bot, wrote(f"/start {token}", number))
        joined.append(ContactPoint.objects.filter(channel="telegram").exists())

    assert joined == [False, False, True]
    assert all(len(token) <= 64 for token in tokens)


def test_stopping_in_the_chat_stops_us(client: Client, bot: Provider) -> None:
    point = a_contact_point(channel="telegram", address=str(CHAT))

    told(client, bot, wrote("/stop"))

    assert suppressing.is_suppressed(point)
    assert Reply.objects.get().meaning == Reply.Meaning.STOP


def test_blocking_the_bot_stops_us(client: Client, bot: Provider) -> None:
    point = a_contact_point(channel="telegram", address=str(CHAT))
    change = {"chat": {"id": CHAT, "type": "private"}, "from": {"id": CHAT}, "date": 1_777_896_000}

    told(client, bot, {"my_chat_member": {**change, "new_chat_member": {"status": "member"}}})
    assert not suppressing.is_suppressed(point)
    told(client, bot, {"my_chat_member": {**change, "new_chat_member": {"status": "kicked"}}})

    assert suppressing.is_suppressed(point)


def test_what_does_not_repeat_the_secret_is_not_heard(client: Client, bot: Provider) -> None:
    a_contact_point(channel="telegram", address=str(CHAT))

    assert told(client, bot, wrote("/stop"), secret="wrong") == 403

    assert not Reply.objects.exists()


@pytest.mark.parametrize("update", [{}, {"edited_message": {}}, {"message": {}}, {"my_chat_member": {}}])
def test_what_telegram_adds_one_day_breaks_nothing(client: Client, bot: Provider, update: dict[str, Any]) -> None:
    assert told(client, bot, update) in {200, 400}


def test_using_a_bot_tells_telegram_where_to_call_us(
    client: Client, ana: Member, bot: Provider, far_end: FarEnd
) -> None:
    client.force_login(ana)

    client.post(f"/desk/reach/providers/{bot.pk}/use/")

    [(_, body)] = far_end.requests
    asked = json.loads(body)
    assert asked["url"] == links.receipts_url(bot.pk)
    assert asked["secret_token"] == secret_of(bot.settings)
    assert TOKEN not in body.decode()


def test_a_refusal_to_call_us_is_said_without_the_token(
    client: Client, ana: Member, bot: Provider, far_end: FarEnd
) -> None:
    client.force_login(ana)
    far_end.status = 400
    far_end.body = json.dumps(
        {"ok": False, "description": "Bad Request: bad webhook: An HTTPS URL must be provided"}
    ).encode()

    page = client.post(f"/desk/reach/providers/{bot.pk}/use/", follow=True).content.decode()

    assert "An HTTPS URL must be provided" in page
    assert TOKEN not in page
