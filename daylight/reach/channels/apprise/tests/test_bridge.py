import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from pytest_django import Settings

from daylight.reach.channels.apprise.channel import Bridge
from daylight.reach.channels.base import (
    AddressRejected,
    ChannelBroken,
    Message,
    MessageRejected,
    TryLater,
)
from daylight.reach.channels.tests.far_end import FarEnd, listening
from tests.contracts.test_channels import a_notification, a_reader

ON = {"kind": "apprise", "services": ""}


@pytest.fixture
def far_end(settings: Settings) -> Iterator[FarEnd]:
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]
    with listening() as far_end:
        yield far_end


def a_message(address: str) -> Message:
    return Bridge().compose(a_notification(), to=replace(a_reader(Bridge()), address=address), key="k")


def at(far_end: FarEnd) -> str:
    return far_end.url.replace("http://", "json://")


def test_the_words_and_links_arrive(far_end: FarEnd) -> None:
    far_end.status = 200

    accepted = Bridge().open(ON).send(a_message(at(far_end)), idempotency_key="k")

    said = json.loads(far_end.requests[0][1])
    assert said["title"] == "Card payments fail"
    for words in ("Pay by invoice.", "By 14:30 (Europe/Berlin).", "https://firm.example/unsubscribe/x/"):
        assert words in said["message"]
    assert accepted.reference == "k"
    assert accepted.answer


@pytest.mark.parametrize(
    ("status", "means"),
    [
        (400, MessageRejected),
        (401, AddressRejected),
        (404, AddressRejected),
        (410, AddressRejected),
        (429, TryLater),
        (500, TryLater),
    ],
)
def test_what_a_refusal_means(far_end: FarEnd, status: int, means: type[Exception]) -> None:
    far_end.status = status

    with pytest.raises(means, match=str(status)):
        Bridge().open(ON).send(a_message(at(far_end)), idempotency_key="k")


def test_a_redirect_is_not_followed(far_end: FarEnd) -> None:
    far_end.status, far_end.headers = 302, {"location": far_end.url}

    with pytest.raises(TryLater):
        Bridge().open(ON).send(a_message(at(far_end)), idempotency_key="k")

    assert len(far_end.requests) == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "10.0.0.1", "[::1]", "169.254.169.254"])
def test_a_host_in_a_private_network_is_not_called(host: str, settings: Settings) -> None:
    settings.PRIVATE_ADDRESSES_ALLOWED = []

    with pytest.raises(AddressRejected, match="private network"):
        Bridge().open(ON).send(a_message(f"json://{host}:9/x"), idempotency_key="k")


def test_only_services_that_are_allowed_are_led_to(far_end: FarEnd) -> None:
    with pytest.raises(AddressRejected, match="may not lead to json"):
        Bridge().open({**ON, "services": "ntfys pover"}).send(a_message(at(far_end)), idempotency_key="k")

    assert far_end.requests == []


@pytest.mark.parametrize("address", ["dbus://", "syslog://", "windows://", "mailto://zoe:x@shop.example", "nope://x"])
def test_this_machine_and_mail_are_left_out(address: str) -> None:
    with pytest.raises(ValueError, match="as Apprise lists them"):
        Bridge().normalise(address)


def test_a_bridge_that_is_not_switched_on_carries_nothing() -> None:
    with pytest.raises(ChannelBroken):
        Bridge().open({})


def test_long_words_are_shortened_to_what_the_service_takes() -> None:
    made = a_notification()
    wordy = replace(made, parts=(replace(made.parts[0], answer="ä" * 9000), *made.parts[1:]))
    short = Bridge().compose(
        wordy,
        to=replace(a_reader(Bridge()), address="pover://uuuuuuuuuuuuuuuuuuuuuuuuuuuuuu@tttttttttttttttttttttttttttttt"),
        key="k",
    )

    assert len(short.text) <= 1024
    assert "https://firm.example/unsubscribe/x/" in short.text
    assert "By 14:30" in short.text
