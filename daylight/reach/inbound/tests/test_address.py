"""The public address of a provider."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.reach import links
from daylight.reach.channels.inbound import Answer, Heard, NotUnderstood, SaidKind
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.inbound.tests.makers import (
    TalkingChannel,
    a_provider,
    a_receipt,
    counts,
    deliveries_that_left,
)
from daylight.reach.models import Provider

pytestmark = pytest.mark.django_db
RIGHT = {"x-secret": "right"}


@pytest.fixture
def channel(monkeypatch: pytest.MonkeyPatch) -> TalkingChannel:
    talking = TalkingChannel()
    monkeypatch.setitem(CHANNELS, "email", talking)
    return talking


@pytest.fixture
def provider(clock: HandClock) -> Provider:
    return a_provider()


def _path(provider: Provider, query: str = "") -> str:
    return "/receipts/" + links.receipts_url(provider.pk).rsplit("/receipts/", 1)[1] + query


def test_what_a_provider_says_moves_the_ledger(
    channel: TalkingChannel, provider: Provider, ana: Member, clock: HandClock, settings: Settings
) -> None:
    one, two = deliveries_that_left(ana, 2, at=clock.now)
    channel.says = Heard((a_receipt(one, SaidKind.DELIVERED, clock.now), a_receipt(two, SaidKind.BOUNCED, clock.now)))

    answer = Client(enforce_csrf_checks=True).post(_path(provider, "?key=7&key=8"), {"Status": "sent"}, headers=RIGHT)

    assert (answer.status_code, answer.content) == (200, b"")
    assert counts() == {"delivered": 1, "bounced": 1, "told": 1}
    [asked] = channel.asked
    assert asked.url == f"{settings.SITE_URL}{_path(provider, '?key=7&key=8')}"
    assert (asked.field("Status"), asked.parameter("key"), asked.received_at) == ("sent", "8", clock.now)
    assert b"Status" in asked.body


def test_the_provider_hears_the_answer_it_waits_for(channel: TalkingChannel, provider: Provider) -> None:
    channel.says = Heard(answer=Answer(b"<Response/>", "text/xml"))

    answer = Client().get(_path(provider), headers=RIGHT)

    assert (answer.content, answer["Content-Type"]) == (b"<Response/>", "text/xml")


@pytest.mark.parametrize(
    ("says", "status"),
    [(NotUnderstood("what?"), 400), (KeyError("type"), 400), (UnicodeDecodeError("utf-8", b"x", 0, 1, "no"), 400)],
)
def test_rubbish_is_refused(channel: TalkingChannel, provider: Provider, says: Exception, status: int) -> None:
    channel.says = says

    assert Client().post(_path(provider), b"{", content_type="application/json", headers=RIGHT).status_code == status


def test_a_wrong_signature_is_refused(channel: TalkingChannel, provider: Provider) -> None:
    assert Client().post(_path(provider), headers={"x-secret": "wrong"}).status_code == 403


@pytest.mark.parametrize("token", ["1", "1.abc", "x" * 500, "ÿ", links.preferences_url(1, 1).split("/")[-2]])
def test_an_address_that_we_never_gave_does_not_exist(token: str, channel: TalkingChannel, db: None) -> None:
    assert Client().post(f"/receipts/{token}/").status_code == 404
    assert channel.asked == []


def test_a_channel_that_hears_nothing_has_no_address(clock: HandClock, monkeypatch: pytest.MonkeyPatch) -> None:
    deaf = a_provider("webhook")

    assert Client().post(_path(deaf)).status_code == 404


def test_too_much_at_once_is_refused_unread(channel: TalkingChannel, provider: Provider) -> None:
    answer = Client().post(_path(provider), b" " * (5 * 1024 * 1024 + 1), content_type="text/plain", headers=RIGHT)

    assert answer.status_code == 413
    assert channel.asked == []


def test_whoever_is_refused_often_must_wait(channel: TalkingChannel, provider: Provider, clock: HandClock) -> None:
    answers = [Client().post(_path(provider), headers={"x-secret": "guess"}) for _ in range(61)]

    assert {answer.status_code for answer in answers[:60]} == {403}
    assert answers[60].status_code == 429
    clock.now += timedelta(seconds=int(answers[60]["Retry-After"]))
    assert Client().post(_path(provider), headers={"x-secret": "guess"}).status_code == 403


def test_a_provider_that_is_no_longer_used_may_still_speak(
    channel: TalkingChannel, provider: Provider, ana: Member, clock: HandClock
) -> None:
    Provider.objects.update(is_active=False)

    assert Client().post(_path(provider), headers=RIGHT).status_code == 200
