"""What every chat channel does with words, lengths and answers, against a real far end."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from pytest_django import Settings

from daylight.reach.channels.base import AddressRejected, Channel, Notification, Part, Reader, TryLater
from daylight.reach.channels.discord.channel import Discord
from daylight.reach.channels.mattermost.channel import Mattermost
from daylight.reach.channels.slack.channel import Slack
from daylight.reach.channels.teams.channel import Teams
from daylight.reach.channels.telegram.channel import Telegram
from daylight.reach.channels.tests import answers
from daylight.reach.channels.tests.far_end import FarEnd, listening
from tests.contracts.test_channels import ADDRESSES, a_notification, an_alarm

CHATS: dict[str, Channel] = {chat.name: chat for chat in (Slack(), Teams(), Mattermost(), Discord(), Telegram())}
EVERY = pytest.mark.parametrize("chat", CHATS.values(), ids=CHATS)
LIMITS = {"slack": 40_000, "teams": 28_000, "mattermost": 16_383, "discord": 15_000, "telegram": 30_000}
NASTY = "<!channel> @everyone *bold* _it_ [x](https://evil.example) & <b>tag</b> `code` ~~gone~~ || hidden ||"


@pytest.fixture
def far_end(settings: Settings) -> Iterator[FarEnd]:
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]
    with listening() as far_end:
        yield far_end


def a_reader(chat: Channel, address: str = "") -> Reader:
    return Reader(
        address=address or ADDRESSES[chat.name],
        name="Zoë",
        time_zone="Europe/Berlin",
        reason="",
        own_url="https://firm.example/yours/own-token/",
        unsubscribe_url="https://firm.example/unsubscribe/stop-token/",
        confirm_url="https://firm.example/yours/own-token/",
    )


def wordy(words: str) -> Notification:
    made = a_notification()
    return replace(
        made,
        parts=tuple(part if part.name == "next" else replace(part, answer=words) for part in made.parts),
        correction_of=(Part("what", "What is wrong?", words),),
    )


def body_of(chat: Channel, notification: Notification) -> str:
    return chat.compose(notification, to=a_reader(chat), key="k").payload.decode()


@pytest.mark.parametrize(("chat", "answer"), [(chat, name) for chat in CHATS for name in answers.names(chat)])
def test_each_recorded_answer_means_what_it_should(chat: str, answer: str, far_end: FarEnd) -> None:
    channel = CHATS[chat]
    at_bot = {"token": "123456789:AAbbccddeeffgghhiijjkkll", "api_url": far_end.url.removesuffix("/hook")}
    address = "987654321" if chat == "telegram" else far_end.url
    message = channel.compose(a_notification(), to=a_reader(channel, address), key="k")

    answers.check(channel, message, far_end, answer=answer, settings=at_bot)

    [(headers, body)] = far_end.requests
    assert json.loads(body)
    assert headers["content-type"].startswith("application/json")


@pytest.mark.parametrize(("chat", "answer"), [(chat, name) for chat in CHATS for name in answers.names(chat)])
def test_each_recorded_answer_names_its_source(chat: str, answer: str) -> None:
    assert "." in answers.recorded(chat, answer)["source"]


@EVERY
def test_title_parts_next_time_and_links_are_there(chat: Channel) -> None:
    body = body_of(chat, a_notification())

    for words in ("Card payments fail", "By 14:30 (Europe/Berlin).", "Pay by invoice.", "+49 30 1234"):
        assert words in body.replace("\\\\", "").replace("\\", "")
    for link in ("own-token", "stop-token"):
        assert link in body


@EVERY
def test_one_link_leads_to_the_customers_own_page_and_says_what_for(chat: Channel) -> None:
    asked, reader = a_notification(), a_reader(chat)
    unasked = chat.compose(asked, to=replace(reader, confirm_url=""), key="k").payload.decode()
    without = chat.compose(asked, to=replace(reader, confirm_url="", own_url=""), key="k").payload.decode()

    assert "I have seen this" in body_of(chat, asked)
    assert "own-token" in unasked
    assert "I have seen this" not in unasked
    assert "/incidents/ab12cd34ef/" not in unasked
    assert "/incidents/ab12cd34ef/" in without


@EVERY
def test_marks_of_an_exercise_and_of_a_correction(chat: Channel) -> None:
    drill = body_of(chat, a_notification(is_exercise=True))
    corrected = body_of(chat, replace(a_notification(), correction_of=(Part("what", "What is wrong?", "All fails."),)))

    assert "EXERCISE" in drill
    assert "EXERCISE" in chat.compose_alarm(an_alarm(is_exercise=True), to=a_reader(chat), key="k").subject
    assert "We said" in corrected
    assert "All fails." in corrected


@EVERY
@pytest.mark.parametrize("length", [100, 1000, 1025, 3000, 4096, 20_000])
@pytest.mark.parametrize("sign", ["ä", "&", "<", "*", "🎌"])
def test_long_words_are_shortened_and_never_a_link_or_the_time(chat: Channel, length: int, sign: str) -> None:
    message = chat.compose(wordy(sign * length), to=a_reader(chat), key="k")

    body = message.payload.decode()
    assert len(body.encode("utf-16-le")) // 2 <= LIMITS[chat.name]
    for kept in ("By 14:30 (Europe/Berlin).", "own-token", "stop-token"):
        assert kept in body.replace("\\\\", "").replace("\\", "")
        assert kept in message.text
    json.loads(body)


@EVERY
def test_a_very_long_headline_still_goes(chat: Channel) -> None:
    headline = "Card payments fail " * 60
    words = {**a_notification().words, "subject": headline}

    body = json.loads(body_of(chat, replace(a_notification(), headline=headline, words=words)))

    assert body


def embed(words: str) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(body_of(Discord(), wordy(words)))["embeds"][0]
    return made


@pytest.mark.parametrize("words", ["ä" * 5000, NASTY * 200, "*" * 1024])
def test_an_embed_keeps_the_limits_of_discord(words: str) -> None:
    made = embed(words)

    sizes = [len(field["name"]) + len(field["value"]) for field in made["fields"]]
    assert sum(sizes) + len(made["title"]) + len(made["description"]) <= 6000
    assert all(0 < len(field["value"]) <= 1024 and 0 < len(field["name"]) <= 256 for field in made["fields"])
    assert len(made["fields"]) <= 25
    assert len(json.loads(body_of(Discord(), wordy(words)))["content"]) <= 2000


def test_sections_keep_the_limits_of_slack() -> None:
    body = json.loads(body_of(Slack(), wordy("<&>" * 2000)))

    assert all(len(block["text"]["text"]) <= 3000 for block in body["blocks"] if block["type"] == "section")
    assert len(body["blocks"]) <= 50


def test_a_text_keeps_the_limit_of_telegram() -> None:
    body = json.loads(body_of(Telegram(), wordy("🎌" * 4096)))
    shown = re.sub(r"<[^>]+>", "", body["text"]).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")

    assert len(shown.encode("utf-16-le")) // 2 <= 4096
    assert all(len(button["text"]) <= 64 for row in body["reply_markup"]["inline_keyboard"] for button in row)


def test_nobody_is_mentioned_and_nothing_is_marked_up_by_what_a_person_wrote() -> None:
    slack, mattermost = body_of(Slack(), wordy(NASTY)), body_of(Mattermost(), wordy(NASTY + " @Channel @all"))
    discord, telegram = json.loads(body_of(Discord(), wordy(NASTY))), json.loads(body_of(Telegram(), wordy(NASTY)))
    teams = json.loads(body_of(Teams(), wordy(NASTY)))

    assert "<!channel>" not in slack
    assert "&lt;!channel&gt;" in slack
    assert not re.search(r"@(channel|all|here)\b", mattermost, re.IGNORECASE)
    assert r"\\[x\\](https://evil.example)" in mattermost
    assert discord["allowed_mentions"] == {"parse": []}
    assert r"\*bold\*" in discord["embeds"][0]["fields"][0]["value"]
    assert "<b>tag</b>" not in telegram["text"]
    assert "&lt;b&gt;tag&lt;/b&gt;" in telegram["text"]
    card = teams["attachments"][0]["content"]
    assert all(line["type"] == "RichTextBlock" for line in card["body"]), "runs of text know no markup"


def test_a_web_address_in_the_words_stays_clickable() -> None:
    value = embed("See https://firm.example/a_b_c and *this*")["fields"][1]["value"]

    assert "https://firm.example/a_b_c" in value
    assert r"\*this\*" in value


def test_discord_is_asked_for_the_message_it_made() -> None:
    assert Discord().target("https://discord.com/api/webhooks/1/a") == "https://discord.com/api/webhooks/1/a?wait=true"
    threaded = Discord().target("https://discord.com/api/webhooks/1/a?thread_id=7")
    assert threaded == "https://discord.com/api/webhooks/1/a?thread_id=7&wait=true"


@pytest.mark.parametrize(
    ("chat", "address"),
    [
        ("slack", "https://hooks.slack.com.evil.example/services/T/B/x"),
        ("slack", "http://hooks.slack.com/services/T/B/x"),
        ("slack", "https://user@hooks.slack.com/services/T/B/x"),
        ("slack", "https://hooks.slack.com/other"),
        ("discord", "https://127.0.0.1/api/webhooks/1/x"),
        ("discord", "https://discord.com/channels/1/2"),
        ("teams", "https://169.254.169.254/latest/meta-data"),
        ("teams", "https://evillogic.azure.com.example/workflows/x"),
        ("mattermost", "https://chat.example.com/"),
        ("mattermost", "ftp://chat.example.com/hooks/x"),
        ("telegram", "+49 30 1234"),
        ("telegram", "0123"),
        ("telegram", "@ab"),
    ],
)
def test_an_address_that_leads_elsewhere_is_refused(chat: str, address: str) -> None:
    with pytest.raises(ValueError, match=r"looks like|such as"):
        CHATS[chat].normalise(address)


@pytest.mark.parametrize(
    ("chat", "address"),
    [
        ("slack", "https://hooks.slack.com/triggers/T1/2/abc"),
        ("discord", "https://discord.com/api/v10/webhooks/123/a-b_c"),
        ("teams", "https://prod-12.westeurope.logic.azure.com:443/workflows/ab/triggers/manual/paths/invoke?sig=x"),
        ("mattermost", "https://firm.example/chat/hooks/xyz"),
        ("telegram", "-1001234567890"),
        ("telegram", "@firm_news"),
    ],
)
def test_usual_addresses_are_taken(chat: str, address: str) -> None:
    assert CHATS[chat].normalise(f" {address} ") == address.replace(":443", "")


def test_a_room_in_our_own_network_is_not_called() -> None:
    room = Mattermost()
    message = room.compose(a_notification(), to=a_reader(room, "https://127.0.0.1/hooks/x"), key="k")

    with pytest.raises(AddressRejected, match="private network"):
        room.open({}).send(message, idempotency_key="k")


def test_the_token_of_a_bot_is_in_no_failure(far_end: FarEnd) -> None:
    token = "123456789:AAbbccddeeffgghhiijjkkll"
    message = Telegram().compose(a_notification(), to=a_reader(Telegram()), key="k")
    session = Telegram().open({"token": token, "api_url": "http://127.0.0.1:9"})

    with pytest.raises(TryLater) as failure:
        session.send(message, idempotency_key="k")

    assert token not in str(failure.value)
