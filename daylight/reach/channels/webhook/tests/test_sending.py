import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from django.conf import settings as django_settings
from pytest_django import Settings
from standardwebhooks.webhooks import Webhook as Signer
from standardwebhooks.webhooks import WebhookVerificationError

from daylight.reach.channels.base import (
    Accepted,
    AddressRejected,
    Message,
    Notification,
    Part,
    Reader,
    TryLater,
)
from daylight.reach.channels.tests.far_end import FarEnd, listening
from daylight.reach.channels.webhook.channel import Webhook

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
FORMER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
NOTIFICATION = Notification(
    incident_id="ab12cd34ef",
    update_number=2,
    kind="update",
    stage="identified",
    headline="Checkout fails for card payments",
    parts=(Part("what", "What is wrong?", "Card payments fail."), Part("next", "When do we speak next?", "By 14:30.")),
    language="en",
    sender_name="Zoë's shop",
    sender_address="news@firm.example",
    reply_to="help@firm.example",
    reach_a_person="+49 30 1234",
    page_url="https://firm.example/incidents/ab12cd34ef/",
    published_at=datetime(2026, 5, 4, 12, 0, tzinfo=UTC),
    next_update_by=datetime(2026, 5, 4, 12, 30, tzinfo=UTC),
    is_exercise=False,
)


@pytest.fixture
def far_end(settings: Settings) -> Iterator[FarEnd]:
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]
    with listening() as far_end:
        yield far_end


def _reader(address: str, *, secret: str = SECRET) -> Reader:
    return Reader(
        address=address,
        name="Ünal & Söhne",
        time_zone="Europe/Berlin",
        reason="your shop uses checkout",
        own_url="https://firm.example/preferences/x/",
        unsubscribe_url="https://firm.example/unsubscribe/x/",
        secret=secret,
    )


def _message(far_end: FarEnd, *, secret: str = SECRET, key: str = "7-11") -> Message:
    return Webhook().compose(NOTIFICATION, to=_reader(far_end.url, secret=secret), key=key)


def _send(message: Message, *, key: str = "7-11") -> Accepted:
    return Webhook().open({}).send(message, idempotency_key=key)


def test_a_webhook_arrives_signed_and_says_everything(far_end: FarEnd) -> None:
    accepted = _send(_message(far_end))

    [(headers, body)] = far_end.requests
    said = Signer(SECRET).verify(body, headers)
    assert accepted == Accepted(reference="7-11", answer="204 No Content")
    assert headers["webhook-id"] == "7-11"
    assert said["type"] == "update.published"
    assert said["data"]["incident"]["id"] == "ab12cd34ef"
    assert said["data"]["update"]["next_update_by"] == "2026-05-04T12:30:00+00:00"
    assert said["data"]["affected"]["customer"] == "Ünal & Söhne"
    assert [part["name"] for part in said["data"]["parts"]] == ["what", "next"]


def test_the_identity_stays_when_it_is_sent_again(far_end: FarEnd) -> None:
    message = _message(far_end)

    _send(message)
    _send(message)

    assert [headers["webhook-id"] for headers, _ in far_end.requests] == ["7-11", "7-11"]


def test_both_secrets_sign_while_one_changes(far_end: FarEnd) -> None:
    _send(_message(far_end, secret=f"{SECRET} {FORMER}"))

    [(headers, body)] = far_end.requests
    assert Signer(SECRET).verify(body, headers) == Signer(FORMER).verify(body, headers)


def test_the_check_in_the_documentation_works(far_end: FarEnd) -> None:
    page = (django_settings.PACKAGE_DIR.parent / "docs" / "use" / "webhooks.md").read_text(encoding="utf-8")
    sample = page.split("```python\n")[1].split("```")[0]
    names: dict[str, Any] = {}
    exec(sample, names)  # noqa: S102  # Our own documentation.

    _send(_message(far_end, secret=f"{SECRET} {FORMER}"))

    [(headers, body)] = far_end.requests
    assert names["is_genuine"](SECRET, headers, body)
    assert names["is_genuine"](FORMER, headers, body)
    assert not names["is_genuine"](SECRET, headers, body + b" ")


def test_another_secret_does_not_verify(far_end: FarEnd) -> None:
    _send(_message(far_end))

    [(headers, body)] = far_end.requests
    with pytest.raises(WebhookVerificationError):
        Signer(FORMER).verify(body, headers)


def test_the_secret_is_in_no_text_of_the_message(far_end: FarEnd) -> None:
    message = _message(far_end)

    assert SECRET not in repr(message)
    assert SECRET not in repr(_reader(far_end.url))
    assert SECRET.removeprefix("whsec_").encode() not in message.payload


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        (410, AddressRejected),
        (400, TryLater),
        (422, TryLater),
        (301, TryLater),
        (401, TryLater),
        (404, TryLater),
        (408, TryLater),
        (429, TryLater),
        (500, TryLater),
        (503, TryLater),
        (599, TryLater),
    ],
)
def test_only_gone_is_for_good(far_end: FarEnd, status: int, failure: type[Exception]) -> None:
    far_end.status, far_end.body = status, b"no\nsuch  hook"

    with pytest.raises(failure, match=rf"^{status}.*no such hook$"):
        _send(_message(far_end))


@pytest.mark.parametrize(
    ("asked", "wait"),
    [
        ("120", timedelta(minutes=2)),
        ("99999999", timedelta(hours=12)),
        ("9" * 400, timedelta(hours=12)),
        ("9" * 5000, timedelta(hours=12)),
        ("soon", None),
        ("", None),
        ("-5", None),
    ],
)
def test_the_wait_that_the_far_end_asks_for_is_kept(far_end: FarEnd, asked: str, wait: timedelta | None) -> None:
    far_end.status, far_end.headers = 503, {"retry-after": asked}

    with pytest.raises(TryLater) as caught:
        _send(_message(far_end))

    assert caught.value.after == wait


def test_the_wait_may_be_given_as_a_date(far_end: FarEnd) -> None:
    until = datetime.now(UTC) + timedelta(minutes=10)
    far_end.status, far_end.headers = 429, {"retry-after": format_datetime(until, usegmt=True)}

    with pytest.raises(TryLater) as caught:
        _send(_message(far_end))

    assert caught.value.after is not None
    assert timedelta(minutes=9) < caught.value.after <= timedelta(minutes=10)


def test_an_address_inside_our_network_is_rejected(far_end: FarEnd, settings: Settings) -> None:
    settings.PRIVATE_ADDRESSES_ALLOWED = []

    with pytest.raises(AddressRejected, match="private network"):
        _send(_message(far_end))

    assert far_end.requests == []


def test_nobody_listening_is_tried_later(settings: Settings) -> None:
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]

    with pytest.raises(TryLater):
        _send(Webhook().compose(NOTIFICATION, to=_reader("http://127.0.0.1:9/"), key="1-1"), key="1-1")


def test_an_exercise_says_so_in_data_and_in_words(far_end: FarEnd) -> None:
    exercise = replace(NOTIFICATION, is_exercise=True, words={"exercise": "EXERCISE. This is a rehearsal."})

    said = json.loads(Webhook().compose(exercise, to=_reader(far_end.url), key="1-1").payload)["data"]

    assert said["incident"]["is_exercise"] is True
    assert said["update"]["headline"].startswith("EXERCISE")
    assert said["exercise"].startswith("EXERCISE")


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        (" HTTPS://Hooks.Example/Daylight?a=B#top ", "https://hooks.example/Daylight?a=B"),
        ("https://bücher.example", "https://xn--bcher-kva.example/"),
        ("https://hooks.example:8443/x", "https://hooks.example:8443/x"),
        ("https://[2001:db8::1]/x", "https://[2001:db8::1]/x"),
    ],
)
def test_an_address_has_one_form(written: str, normal: str) -> None:
    assert Webhook().normalise(written) == normal
    assert Webhook().normalise(normal) == normal


@pytest.mark.parametrize(
    "written",
    [
        "",
        "hooks.example/daylight",
        "ftp://hooks.example/",
        "http://hooks.example/",
        "https://",
        "https://ana:secret@hooks.example/",
        "https://hooks.example:99999/",
        "https://hooks.example/a b",
        "https://hooks.example/" + "a" * 400,
        "https://" + "a" * 70 + ".example/",
        "https://[::1/",
        "https://ho\nst.example/",
    ],
)
def test_a_bad_address_is_refused_with_a_sentence(written: str) -> None:
    with pytest.raises(ValueError, match=r"^[A-Z].*\.$"):
        Webhook().normalise(written)
