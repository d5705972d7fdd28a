import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from xml.etree import ElementTree

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pytest_django import Settings

from daylight.reach.channels.base import (
    Accepted,
    AddressRejected,
    ChannelBroken,
    Message,
    Reader,
    TryLater,
    Unanswered,
)
from daylight.reach.channels.inbound import (
    BounceReason,
    Heard,
    InboundRequest,
    NotGenuine,
    NotUnderstood,
    SaidKey,
    SaidKind,
    SaidReceipt,
    SaidStop,
)
from daylight.reach.channels.tests.provider import RECEIVED, FarEnd, Reply, a_post, fixture, listening
from daylight.reach.channels.voice.channel import Voice
from daylight.reach.channels.voice.composing import LONGEST, Speech
from daylight.reach.channels.voice.tests.test_speaking import an_update
from daylight.reach.channels.voice.twilio import LONGEST_TWIML
from daylight.reach.channels.voice.vonage import VonageForm

KEY = "17.4711.0123456789abcdef0123"
RECEIPTS = "https://d.example/receipts/token/"
CALL, UUID = "CA00000000000000000000000000000002", "63f61863-4a51-4f6b-86e1-46edebcf9356"
SAID_AT = datetime(2026, 5, 4, 12, 0, 58, tzinfo=UTC)
SECRET = "a secret that is long enough for a signature of its kind"
_RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = _RSA.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
TWILIO = {
    "kind": "twilio",
    "account_sid": "AC" + "0" * 31 + "1",
    "auth_token": "12345",
    "sender": "+493012345678",
    "detect_machines": True,
    "receipts_url": RECEIPTS,
}
VONAGE = {
    "kind": "vonage",
    "application_id": "aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab",
    "private_key": PEM,
    "signature_secret": SECRET,
    "sender": "+493012345678",
    "detect_machines": True,
    "receipts_url": RECEIPTS,
}


@pytest.fixture
def far_end(settings: Settings) -> Iterator[FarEnd]:
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]
    with listening() as far_end:
        yield far_end


def _message(language: str = "en") -> Message:
    reader = Reader("+4930901820", "Zoë", "Europe/Berlin", "", "https://d.example/own/", "")
    return Voice().compose(an_update(language=language), to=reader, key=KEY)


def _call(settings: dict[str, Any], far_end: FarEnd, message: Message | None = None) -> Accepted:
    session = Voice().open({**settings, "base_url": far_end.url})
    return session.send(message or _message(), idempotency_key=KEY)


def test_the_transcript_is_what_is_said_and_asked() -> None:
    text = _message("de").text

    assert text.startswith("Hier ist Nordlicht. Checkout fails")
    assert "Drücken Sie 1" in text
    assert "http" not in text


def test_twilio_calls_and_says_it_twice(far_end: FarEnd) -> None:
    far_end.says(201, fixture(__file__, "twilio/created.json"))

    accepted = _call(TWILIO, far_end, _message("de"))

    [asked] = far_end.asked
    assert accepted == Accepted(CALL, "201 queued")
    assert asked.path == f"/2010-04-01/Accounts/AC{'0' * 31}1/Calls.json"
    assert asked.form["To"] == "+4930901820"
    assert asked.form["From"] == "+493012345678"
    assert asked.form["StatusCallback"] == f"{RECEIPTS}?key={KEY}"
    assert asked.form["MachineDetection"] == "Enable"
    first, second, farewell = ElementTree.fromstring(asked.form["Twiml"])  # noqa: S314  # Our own document.
    assert [gather.get("numDigits") for gather in (first, second)] == ["1", "1"]
    assert [say.get("language") for say in first] == ["de-DE", "de-DE"]
    assert [say.text for say in first] == [say.text for say in second]
    assert first[0].text == Speech.unpacked(_message("de").payload.decode()).said
    assert farewell.text == "Auf Wiederhören."
    action = dict(parse_qsl(urlsplit(str(first.get("action"))).query))
    assert action["key"] == KEY
    assert Speech.unpacked(action["say"]).said == first[0].text


def test_without_an_address_for_keys_none_is_asked_for(far_end: FarEnd) -> None:
    far_end.says(201, fixture(__file__, "twilio/created.json"))

    _call({**TWILIO, "receipts_url": "", "detect_machines": False}, far_end)

    assert "Gather" not in far_end.asked[0].form["Twiml"]
    assert "StatusCallback" not in far_end.asked[0].form
    assert "MachineDetection" not in far_end.asked[0].form


@pytest.mark.parametrize("sign", ["a", "<", "ж", "\N{PILE OF POO}"])
def test_the_longest_speech_fits_into_what_twilio_takes(far_end: FarEnd, sign: str) -> None:
    far_end.says(201, fixture(__file__, "twilio/created.json"))
    speech = Speech("de", "".join(f"{sign} {number}" for number in range(LONGEST))[:LONGEST])

    _call(TWILIO, far_end, replace(_message(), payload=speech.packed().encode()))

    twiml = far_end.asked[0].form["Twiml"]
    assert len(twiml) <= LONGEST_TWIML
    assert speech.said in "".join(ElementTree.fromstring(twiml).itertext())  # noqa: S314


@pytest.mark.parametrize(
    ("place", "failure"),
    list(enumerate([AddressRejected, AddressRejected, ChannelBroken, TryLater, ChannelBroken, TryLater])),
)
def test_each_code_of_twilio_has_its_failure(far_end: FarEnd, place: int, failure: type[Exception]) -> None:
    error = json.loads(fixture(__file__, "twilio/errors.json"))[place]
    far_end.says(error["status"], json.dumps(error).encode())

    with pytest.raises(failure, match=str(error["code"])):
        _call(TWILIO, far_end)


def test_a_call_that_was_asked_for_and_not_answered_is_in_doubt(far_end: FarEnd) -> None:
    far_end.answers = lambda _: Reply(hangs_up=True)

    with pytest.raises(Unanswered):
        _call(TWILIO, far_end)


def _from_twilio(name: str, *, url: str = f"{RECEIPTS}?key={KEY}", **changes: str) -> InboundRequest:
    fields = dict(parse_qsl(fixture(__file__, f"twilio/{name}.form.txt").decode(), keep_blank_values=True)) | changes
    signed = url + "".join(name + value for name, value in sorted(fields.items()))
    sealed = base64.b64encode(hmac.new(b"12345", signed.encode(), hashlib.sha1).digest()).decode()
    return a_post(url, urlencode(fields).encode(), X_Twilio_Signature=sealed)


def _listening(times: int = 1, language: str = "en") -> str:
    speech = Speech(language, "Card payments fail.")
    return f"{RECEIPTS}?{urlencode({'key': KEY, 'say': speech.packed(), 'times': times})}"


def _heard(settings: dict[str, Any], request: InboundRequest) -> Heard:
    return Voice().inbound(settings["kind"], settings, request)


def test_one_confirms_and_the_call_thanks() -> None:
    heard = _heard(TWILIO, _from_twilio("pressed", url=_listening(language="fr")))

    assert heard.said == (SaidKey("1", RECEIVED, KEY, CALL),)
    assert heard.answer.body.decode() == '<Response><Say language="fr-FR">Merci. Au revoir.</Say><Hangup/></Response>'
    assert heard.answer.content_type.startswith("text/xml")


def test_two_says_it_again_and_listens_again() -> None:
    heard = _heard(TWILIO, _from_twilio("pressed", url=_listening(), Digits="2"))

    gather = ElementTree.fromstring(heard.answer.body)[0]  # noqa: S314
    assert heard.said == ()
    assert gather[0].text == "Card payments fail."
    assert dict(parse_qsl(urlsplit(str(gather.get("action"))).query))["times"] == "2"


def test_nine_ends_all_calls_to_this_number() -> None:
    heard = _heard(TWILIO, _from_twilio("pressed", url=_listening(), Digits="9"))

    assert heard.said == (SaidStop(RECEIVED, KEY, CALL),)
    assert "We will not call this number again" in heard.answer.body.decode()


def test_a_child_with_the_telephone_does_not_listen_for_ever() -> None:
    heard = _heard(TWILIO, _from_twilio("pressed", url=_listening(times=5), Digits="2"))

    assert heard.answer.body.decode() == '<Response><Say language="en-GB">Goodbye.</Say><Hangup/></Response>'


def test_only_a_person_who_answered_was_told() -> None:
    said = [_heard(TWILIO, _from_twilio(name)).said[0] for name in ("completed", "machine", "no_answer", "failed")]

    assert [(each.kind, each.details, each.is_permanent, each.reason) for each in _receipts(said)] == [
        (SaidKind.DELIVERED, "answered human", False, BounceReason.UNKNOWN),
        (SaidKind.BOUNCED, "answered by machine_start", False, BounceReason.NO_ANSWER),
        (SaidKind.BOUNCED, "no-answer", False, BounceReason.NO_ANSWER),
        (SaidKind.BOUNCED, "failed 13224", True, BounceReason.NO_SUCH_ADDRESS),
    ]


def _receipts(said: list[Any]) -> list[SaidReceipt]:
    return [each for each in said if isinstance(each, SaidReceipt) and (each.key, each.reference) == (KEY, CALL)]


def test_a_key_that_twilio_did_not_sign_confirms_nothing() -> None:
    genuine = _from_twilio("pressed", url=_listening())

    with pytest.raises(NotGenuine):
        _heard(TWILIO, replace(genuine, url=_listening().replace(KEY, "17.4712.0")))
    with pytest.raises(NotGenuine):
        _heard(TWILIO, replace(genuine, headers={}))


def test_a_speech_that_is_not_ours_is_not_said() -> None:
    with pytest.raises(NotUnderstood):
        _heard(TWILIO, _from_twilio("pressed", url=f"{RECEIPTS}?key={KEY}&say=nonsense"))


def test_vonage_calls_and_listens_for_a_key(far_end: FarEnd) -> None:
    far_end.says(201, fixture(__file__, "vonage/created.json"))

    accepted = _call(VONAGE, far_end)

    [asked] = far_end.asked
    assert accepted == Accepted(UUID, "201 started")
    claims = jwt.decode(asked.headers["authorization"].removeprefix("Bearer "), _RSA.public_key(), algorithms=["RS256"])
    assert claims["application_id"] == VONAGE["application_id"]
    assert asked.json["to"] == [{"type": "phone", "number": "4930901820"}]
    assert asked.json["from"] == {"type": "phone", "number": "493012345678"}
    assert asked.json["event_url"] == [f"{RECEIPTS}?key={KEY}"]
    assert asked.json["machine_detection"] == "continue"
    words, press, listen = asked.json["ncco"]
    assert words["text"].startswith("This is Nordlicht.")
    assert press["text"].startswith("Press 1")
    assert words["bargeIn"] is press["bargeIn"] is True
    assert listen["dtmf"]["maxDigits"] == 1
    assert listen["eventUrl"][0].startswith(f"{RECEIPTS}?key={KEY}&say=")


@pytest.mark.parametrize(
    ("place", "failure"),
    list(enumerate([AddressRejected, AddressRejected, TryLater, ChannelBroken, TryLater])),
)
def test_each_problem_of_vonage_has_its_failure(far_end: FarEnd, place: int, failure: type[Exception]) -> None:
    error = json.loads(fixture(__file__, "vonage/errors.json"))[place]
    far_end.says(error["status"], json.dumps(error).encode())

    with pytest.raises(failure, match=str(error["status"])):
        _call(VONAGE, far_end)


def _from_vonage(body: bytes, *, url: str = f"{RECEIPTS}?key={KEY}", secret: str = SECRET) -> InboundRequest:
    claims = {"iat": int(RECEIVED.timestamp()), "payload_hash": hashlib.sha256(body).hexdigest()}
    return a_post(url, body, Authorization=f"Bearer {jwt.encode(claims, secret, algorithm='HS256')}")


def test_keys_at_vonage_mean_the_same() -> None:
    pressed = fixture(__file__, "vonage/pressed.json")

    one = _heard(VONAGE, _from_vonage(pressed, url=_listening()))
    two = _heard(VONAGE, _from_vonage(pressed.replace(b'"1"', b'"2"'), url=_listening()))
    nine = _heard(VONAGE, _from_vonage(pressed.replace(b'"1"', b'"9"'), url=_listening()))

    assert one.said == (SaidKey("1", SAID_AT, KEY, UUID),)
    assert json.loads(one.answer.body)[0]["text"] == "Thank you. Goodbye."
    assert (two.said, json.loads(two.answer.body)[0]["text"]) == ((), "Card payments fail.")
    assert nine.said == (SaidStop(SAID_AT, KEY, UUID),)


def test_silence_is_told_once_more_and_then_left_alone() -> None:
    silent = fixture(__file__, "vonage/silent.json")

    once = json.loads(_heard(VONAGE, _from_vonage(silent, url=_listening())).answer.body)
    twice = json.loads(_heard(VONAGE, _from_vonage(silent, url=_listening(times=2))).answer.body)

    assert once[0]["text"] == "Card payments fail."
    assert twice == [{"action": "talk", "text": "Goodbye.", "language": "en-GB"}]


def test_the_events_of_vonage_tell_a_person_from_a_machine() -> None:
    events = [json.dumps(event).encode() for event in json.loads(fixture(__file__, "vonage/events.json"))]

    with_machines = [_heard(VONAGE, _from_vonage(event)).said for event in events]
    without = [_heard({**VONAGE, "detect_machines": False}, _from_vonage(event)).said for event in events]

    kinds = [[(each.kind, each.details) for each in said if isinstance(each, SaidReceipt)] for said in with_machines]
    assert kinds == [
        [],
        [(SaidKind.DELIVERED, "answered human")],
        [(SaidKind.BOUNCED, "answered by a machine")],
        [(SaidKind.BOUNCED, "unanswered unavailable")],
        [],
    ]
    assert [bool(said) for said in without] == [False, False, True, True, True]


def test_what_vonage_did_not_sign_is_refused() -> None:
    with pytest.raises(NotGenuine):
        _heard(VONAGE, _from_vonage(fixture(__file__, "vonage/pressed.json"), url=_listening(), secret="x" * 40))


def test_the_form_of_vonage_takes_a_whole_key_and_never_shows_it() -> None:
    given = {name: value for name, value in VONAGE.items() if name not in {"kind", "receipts_url"}}

    good = VonageForm(given)
    bad = VonageForm({**given, "private_key": "-----BEGIN", "sender": "12"})

    assert good.is_valid(), good.errors
    assert json.dumps(good.cleaned_data)
    assert "<textarea" in str(good["private_key"])
    assert "BEGIN PRIVATE" not in str(good["private_key"]).replace(str(good["private_key"].help_text), "")
    assert set(bad.errors) == {"private_key", "sender"}
