"""What every channel promises, whichever it is: a new one is held to this by its line in the registry."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pytest_django import Settings

from daylight.reach.channels.base import (
    AddressRejected,
    AlarmWords,
    Channel,
    ChannelBroken,
    Message,
    MessageRejected,
    Notification,
    Part,
    Reader,
    TryLater,
    Unanswered,
    prepare,
)
from daylight.reach.channels.registry import CHANNELS, channel_choices
from daylight.reach.channels.voice.speaking import for_ear, phrases_of
from daylight.reach.words import LANGUAGES, Phrases

EVERY = pytest.mark.parametrize("channel", CHANNELS.values(), ids=CHANNELS)
KEY = "17.4711.0123456789abcdef0123"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ADDRESSES = {
    "email": "zoe@shop.example",
    "sms": "+4915123456789",
    "voice": "+4930901820",
    "letter": "Kaistraße 5, 24103 Kiel, Germany",
    "webhook": "https://hooks.example/daylight",
    "slack": "https://hooks.slack.com/services/T0/B0/abc",
    "teams": "https://prod-1.westeurope.logic.azure.com/workflows/abc/triggers/manual/paths/invoke?sig=x",
    "mattermost": "https://chat.firm.example/hooks/abc",
    "discord": "https://discord.com/api/webhooks/123/abc",
    "telegram": "987654321",
    "push": "browser-0123456789abcdef",
    "apprise": "json://127.0.0.1:9/hook",
}
BRIEF = {"sms": {"what"}, "push": {"what", "meanwhile", "next"}, "voice": {"what", "doing", "meanwhile"}}
"""Channels without room for every part and its question, and the parts they say all the same."""

UNREACHABLE: dict[str, dict[str, Any]] = {
    "email": {"host": "127.0.0.1", "port": 9, "security": "none", "user": "", "password": ""},
    "sms": {"kind": "gateway", "style": "form", "template": "to={to}&text={text}", "url": "http://127.0.0.1:9/"},
    "push": {"private_key": "x7n0YwKJgUJ3Yk6S1fY7qPp0c0m8nFvB3tD9kq2W1aE", "contact": "mailto:news@firm.example"},
    "apprise": {"kind": "apprise", "services": ""},
    "telegram": {"token": "123456789:AAbbccddeeffgghhiijjkkll", "api_url": "http://127.0.0.1:9"},
    "letter": {},
    "voice": {
        "kind": "twilio",
        "account_sid": "AC",
        "auth_token": "x",
        "sender": "+1",
        "base_url": "http://127.0.0.1:9",
    },
}
AT_NOBODY = "http://127.0.0.1:9/"
"""The address of a channel whose addresses are the far end itself, when nobody listens there."""

NASTY = (
    "",
    "Zoë <b>Adler</b> & Söhne",
    'O"Brien, "Pat"; <pat@evil.example>',
    "Bcc: x@evil.example\r\nBcc: y@evil.example",
    "{{ 7|add:7 }} {name} %s %(x)s $1",
    "\x00\x07 bell",
    "山田 太郎 🎌",
    "أحمد\u202eabc",
    "a" * 300,
    ".",
)


def a_notification(language: str = "en", *, is_exercise: bool = False) -> Notification:
    answers = {
        "what": "Card payments fail.",
        "who": "Everybody who pays by card.",
        "why": "We do not know yet.",
        "doing": "We work with the bank.",
        "meanwhile": "Pay by invoice.",
        "next": "By 14:30 (Europe/Berlin).",
    }
    words = Phrases(language).say_all(
        kind="update",
        stage="identified",
        exercise=is_exercise,
        headline="Card payments fail",
        organisation="Zoë's shop",
        reach_a_person="+49 30 1234",
    )
    return Notification(
        incident_id="ab12cd34ef",
        update_number=2,
        kind="update",
        stage="identified",
        headline="Card payments fail",
        parts=tuple(Part(name, words[name], answer) for name, answer in answers.items()),
        language=language,
        sender_name="Zoë's shop",
        sender_address="news@firm.example",
        reply_to="help@firm.example",
        reach_a_person="+49 30 1234",
        page_url="https://firm.example/incidents/ab12cd34ef/",
        published_at=datetime(2026, 5, 4, 12, 0, tzinfo=UTC),
        next_update_by=datetime(2026, 5, 4, 12, 30, tzinfo=UTC),
        is_exercise=is_exercise,
        words=words,
    )


def a_reader(channel: Channel, *, name: str = "Zoë Adler") -> Reader:
    return Reader(
        address=ADDRESSES[channel.name],
        name=name,
        time_zone="Europe/Berlin",
        reason="your shop uses checkout",
        own_url="https://firm.example/preferences/x/",
        unsubscribe_url="https://firm.example/unsubscribe/x/",
        secret=SECRET if channel.needs_secret else "",
    )


def an_alarm(*, is_exercise: bool = False) -> AlarmWords:
    return AlarmWords(
        subject="Word is 3 min late: Card payments fail",
        text="In update 2 we promised the next word by 14:30.",
        url="https://firm.example/desk/incident/ab12cd34ef/",
        sender_name="Zoë's shop",
        sender_address="news@firm.example",
        made_at=datetime(2026, 5, 4, 12, 33, tzinfo=UTC),
        is_exercise=is_exercise,
    )


def everything(message: Message) -> str:
    """All that leaves, as one text."""
    headers = " ".join(f"{name}: {value}" for name, value in message.headers.items())
    return f"{message.subject}\n{headers}\n{message.text}\n{message.payload.decode('utf-8', 'replace')}"


@EVERY
def test_a_channel_is_registered_under_its_name(channel: Channel) -> None:
    assert CHANNELS[channel.name] is channel
    assert (channel.name, channel.label) in channel_choices()
    assert channel.name.isidentifier()


@EVERY
def test_waits_are_positive_and_never_shrink(channel: Channel) -> None:
    assert channel.waits
    assert min(channel.waits) > timedelta(0)
    assert list(channel.waits) == sorted(channel.waits)
    assert channel.connections >= 1


@EVERY
def test_composing_is_pure(channel: Channel) -> None:
    notification, reader = a_notification(), a_reader(channel)

    first = channel.compose(notification, to=reader, key=KEY)

    assert channel.compose(notification, to=reader, key=KEY) == first
    assert prepare(channel, notification)(to=reader, key=KEY) == first
    assert first.address == reader.address


@EVERY
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_part_is_in_the_message(channel: Channel, language: str) -> None:
    notification = a_notification(language)

    said = channel.compose(notification, to=a_reader(channel), key=KEY).text.casefold()

    for part in notification.parts:
        is_brief = channel.name in BRIEF
        assert part.answer.casefold() in said or (is_brief and part.name not in BRIEF[channel.name])
        assert part.question.casefold() in said or is_brief
    assert notification.headline.casefold() in said


@EVERY
def test_the_key_goes_along_and_another_key_makes_another_message(channel: Channel) -> None:
    notification, reader = a_notification(), a_reader(channel)
    message = channel.compose(notification, to=reader, key=KEY)

    assert KEY in everything(message)
    assert channel.compose(notification, to=reader, key="other") != message
    assert KEY in everything(channel.compose_alarm(an_alarm(), to=reader, key=KEY))


@EVERY
@pytest.mark.parametrize("name", NASTY)
def test_no_name_breaks_a_message_or_adds_a_header(channel: Channel, name: str) -> None:
    usual = channel.compose(a_notification(), to=a_reader(channel), key=KEY)
    message = channel.compose(a_notification(), to=a_reader(channel, name=name), key=KEY)

    assert set(message.headers) == set(usual.headers)
    assert "evil.example" not in message.address
    for value in (message.subject, *message.headers.values()):
        assert not set("\r\n\x00") & set(value.replace("\r\n ", ""))
    for line in message.payload.decode("utf-8", "replace").splitlines():
        assert not line.lower().startswith("bcc:")


@EVERY
def test_an_exercise_says_so_in_words(channel: Channel) -> None:
    real = channel.compose(a_notification(), to=a_reader(channel), key=KEY)
    drill = channel.compose(a_notification(is_exercise=True), to=a_reader(channel), key=KEY)
    alarm = replace(an_alarm(is_exercise=True), subject=f"[EXERCISE] {an_alarm().subject}")

    assert "EXERCISE" not in real.text
    assert "EXERCISE" in drill.text
    assert "EXERCISE" in channel.compose_alarm(alarm, to=a_reader(channel), key=KEY).subject


@EVERY
def test_an_alarm_says_what_and_where(channel: Channel) -> None:
    alarm = an_alarm()

    message = channel.compose_alarm(alarm, to=a_reader(channel), key=KEY)

    assert channel.compose_alarm(alarm, to=a_reader(channel), key=KEY) == message
    heard = for_ear(alarm.text, phrases_of(alarm.language))
    assert (heard if channel.name == "voice" else alarm.text) in message.text
    assert alarm.url in message.text
    assert alarm.subject in message.subject


@EVERY
def test_a_normal_address_stays_as_it_is(channel: Channel) -> None:
    normal = channel.normalise(f"  {ADDRESSES[channel.name]} ")

    assert normal == channel.normalise(normal) == ADDRESSES[channel.name]


@EVERY
@pytest.mark.parametrize("written", ["", " ", "nonsense", "\x00", "@", "https://", "a b", "x" * 5000])
def test_a_bad_address_is_refused_with_a_sentence(channel: Channel, written: str) -> None:
    with pytest.raises(ValueError, match=r"\S+ \S+"):
        channel.normalise(written)


@EVERY
def test_no_secret_is_shown(channel: Channel) -> None:
    message = channel.compose(a_notification(), to=a_reader(channel), key=KEY)

    assert SECRET not in repr(message)
    assert SECRET not in everything(message)


@EVERY
def test_a_dead_far_end_is_one_of_the_named_failures(channel: Channel, settings: Settings) -> None:
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]
    address = AT_NOBODY if ADDRESSES[channel.name].startswith("https://") else ADDRESSES[channel.name]
    message = channel.compose(a_notification(), to=replace(a_reader(channel), address=address), key=KEY)

    with pytest.raises((AddressRejected, MessageRejected, ChannelBroken, TryLater, Unanswered), match=r"\S+ \S+"):
        channel.open(UNREACHABLE.get(channel.name, {})).send(message, idempotency_key=KEY)
