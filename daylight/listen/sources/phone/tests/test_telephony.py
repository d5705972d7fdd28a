"""Voicemails come with their call, their caller and their words, as each provider tells of them."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest

from daylight.listen.sources.phone import telephony
from daylight.reach.channels.inbound import InboundRequest, NotGenuine, NotUnderstood

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
URL = "https://d.example/listen/1.x/"
TOKEN = "12345678901234567890123456789012"
RECORDED = {
    "AccountSid": "AC0", "CallSid": "CA1", "From": "+447700900111", "To": "+442079460000", "RecordingSid": "RE1",
    "RecordingUrl": "https://api.twilio.com/2010-04-01/Accounts/AC0/Recordings/RE1", "RecordingDuration": "42",
}  # fmt: skip
TRANSCRIBED = RECORDED | {
    "TranscriptionSid": "TR1",
    "TranscriptionText": "My parcel never came.",
    "TranscriptionStatus": "completed",
}
VONAGE = {
    "start_time": "2026-05-04T11:58:00Z", "recording_url": "https://api.nexmo.com/v1/files/aa", "size": 12345,
    "recording_uuid": "aaaa-1", "end_time": "2026-05-04T11:59:00Z", "conversation_uuid": "CON-1",
    "from": "447700900111",
}  # fmt: skip


def from_twilio(fields: dict[str, str], *, token: str = TOKEN) -> InboundRequest:
    signed = URL + "".join(name + value for name, value in sorted(fields.items()))
    seal = base64.b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()).decode()
    return InboundRequest("POST", URL, {"X-Twilio-Signature": seal}, b"", NOW, fields=tuple(fields.items()))


def from_vonage(posted: Any) -> InboundRequest:
    body = json.dumps(posted).encode()
    claims = {"iat": int(NOW.timestamp()), "payload_hash": hashlib.sha256(body).hexdigest()}
    return InboundRequest("POST", URL, {"Authorization": f"Bearer {jwt.encode(claims, TOKEN, 'HS256')}"}, body, NOW)


def from_program(posted: Any) -> InboundRequest:
    return InboundRequest("POST", URL, {"Authorization": "Bearer s3"}, json.dumps(posted).encode(), NOW)


def test_a_recording_and_its_transcript_are_two_messages_of_one_call() -> None:
    settings = {"kind": "twilio", "account_secret": TOKEN}

    recorded = telephony.read(from_twilio(RECORDED), settings)
    transcribed = telephony.read(from_twilio(TRANSCRIBED), settings)

    assert b"<Response/>" in recorded.answer.body
    [first], [second] = recorded.said, transcribed.said
    assert (first.text, second.text) == (telephony.NO_WORDS, "My parcel never came.")
    assert (first.external_id, second.external_id) == ("RE1", "RE1-words")
    assert first.thread_key == second.thread_key == "CA1"
    assert (first.channel, first.address) == ("sms", "+447700900111")
    assert first.facts == {"recording": RECORDED["RecordingUrl"], "seconds": "42"}


def test_vonage_tells_of_a_recording() -> None:
    [said] = telephony.read(from_vonage(VONAGE), {"kind": "vonage", "account_secret": TOKEN}).said

    assert (said.external_id, said.thread_key, said.address) == ("aaaa-1", "CON-1", "+447700900111")
    assert said.said_at == datetime(2026, 5, 4, 11, 58, tzinfo=UTC)


def test_any_program_tells_by_json() -> None:
    posted = {"id": "7", "from": "anonymous", "transcript": "Hello?", "recording_url": "javascript:alert(1)"}

    [said] = telephony.read(from_program(posted), {"kind": "program", "secret": "s3"}).said

    assert (said.text, said.address, said.facts) == ("Hello?", "", {})


@pytest.mark.parametrize("kind", ["twilio", "vonage", "program", "", "x"])
def test_nobody_is_believed_without_a_secret(kind: str) -> None:
    for request in (from_twilio(RECORDED, token=""), from_vonage(VONAGE), from_program({"id": "7"})):
        with pytest.raises(NotGenuine):
            telephony.read(request, {"kind": kind})


def test_a_call_without_a_recording_is_not_understood() -> None:
    with pytest.raises(NotUnderstood):
        telephony.read(from_twilio({"CallSid": "CA1"}), {"kind": "twilio", "account_secret": TOKEN})
    assert (
        telephony.read(
            from_twilio(RECORDED | {"TranscriptionSid": "TR1", "TranscriptionStatus": "failed"}),
            {"kind": "twilio", "account_secret": TOKEN},
        ).said
        == ()
    )
