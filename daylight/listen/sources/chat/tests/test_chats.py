"""What chats post is read as they really write it, and believed only with their seal."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from daylight.listen.sources.chat import intercom, slack
from daylight.reach.channels.inbound import InboundRequest, NotGenuine

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
SAMPLES = Path(__file__).parent.parent / "fixtures"


def sample(chat: str, name: str) -> Any:
    return json.loads((SAMPLES / f"{chat}.json").read_text("utf-8"))[name]


def from_slack(posted: Any, *, at: datetime = NOW, secret: str = SECRET) -> InboundRequest:
    body, stamp = json.dumps(posted).encode(), str(int(at.timestamp()))
    seal = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    headers = {"X-Slack-Signature": f"v0={seal}", "X-Slack-Request-Timestamp": stamp}
    return InboundRequest("POST", "https://d.example/listen/1.x/", headers, body, NOW)


def from_intercom(posted: Any, *, secret: str = SECRET) -> InboundRequest:
    body = json.dumps(posted).encode()
    seal = hmac.new(secret.encode(), body, hashlib.sha1).hexdigest()
    return InboundRequest("POST", "https://d.example/listen/1.x/", {"X-Hub-Signature": f"sha1={seal}"}, body, NOW)


def test_slack_asks_for_its_challenge_back() -> None:
    posted = sample("slack", "challenge")

    assert slack.read(from_slack(posted), {"signing_secret": SECRET}).answer.body.decode() == posted["challenge"]


def test_a_message_in_slack_and_the_crews_answer_are_one_thread() -> None:
    settings = {"signing_secret": SECRET, "crew": "UCREW0001 UCREW0002"}

    [asked] = slack.read(from_slack(sample("slack", "message")), settings).said
    [answered] = slack.read(from_slack(sample("slack", "reply")), settings).said
    [alone] = slack.read(from_slack(sample("slack", "alone")), settings).said

    assert asked.text == "Checkout fails for the card page & PayPal"
    assert (asked.name, asked.said_at) == ("Ada Lovelace", datetime(2026, 5, 4, 12, 0, 0, 200, tzinfo=UTC))
    assert (asked.direction, answered.direction) == ("in", "out")
    assert asked.thread_key == answered.thread_key == "C123ABC456-1777896000.000200"
    assert (alone.text, alone.thread_key) == ("[screen.png]", "D024BE91L")


@pytest.mark.parametrize("name", ["bot", "edited", "reaction"])
def test_what_nobody_said_in_slack_is_nothing(name: str) -> None:
    assert slack.read(from_slack(sample("slack", name)), {"signing_secret": SECRET}).said == ()


@pytest.mark.parametrize(
    ("posted", "kept"),
    [
        (from_slack({}, secret="another"), {"signing_secret": SECRET}),
        (from_slack({}, at=NOW - timedelta(minutes=6)), {"signing_secret": SECRET}),
        (from_slack({}, at=NOW + timedelta(minutes=6)), {"signing_secret": SECRET}),
        (from_slack({}, secret=""), {"signing_secret": ""}),
        (InboundRequest("POST", "u", {"X-Slack-Request-Timestamp": "soon"}, b"", NOW), {"signing_secret": SECRET}),
    ],
)
def test_slack_is_believed_with_a_fresh_seal_alone(posted: InboundRequest, kept: dict[str, str]) -> None:
    with pytest.raises(NotGenuine):
        slack.read(posted, kept)


def test_intercom_brings_the_first_words_and_each_part_once() -> None:
    settings = {"client_secret": SECRET}

    [first] = intercom.read(from_intercom(sample("intercom", "created")), settings).said
    again, answer, note = intercom.read(from_intercom(sample("intercom", "replied")), settings).said

    assert (first.text, first.subject) == ("I was charged twice.\n[bill.pdf]", "Charged twice")
    assert (first.channel, first.address, first.name) == ("email", "ada@mail.example", "Ada Lovelace")
    assert first.facts == {"tags": "billing"}
    assert (again.external_id, again.thread_key) == (first.external_id, first.thread_key)
    assert (answer.direction, answer.text, answer.address) == ("out", "We look into it.", "ada@mail.example")
    assert (note.direction, note.text) == ("note", "Again!")
    assert intercom.read(from_intercom(sample("intercom", "ping")), settings).said == ()


def test_intercom_is_believed_with_its_seal_alone() -> None:
    for request, secret in ((from_intercom({}, secret="another"), SECRET), (from_intercom({}, secret=""), "")):
        with pytest.raises(NotGenuine):
            intercom.read(request, {"client_secret": secret})


@pytest.mark.parametrize("posted", [{}, {"event": []}, {"event": {"type": "message", "ts": 7}}, {"data": {"item": 1}}])
def test_odd_events_say_nothing(posted: Any) -> None:
    assert slack.read(from_slack(posted), {"signing_secret": SECRET}).said == ()
    assert intercom.read(from_intercom(posted), {"client_secret": SECRET}).said == ()
