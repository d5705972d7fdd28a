"""Calls by the Voice API of Vonage: https://developer.vonage.com/en/api/voice, and its NCCO reference."""

import json
import time
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import jwt
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django import forms

from daylight.core import http
from daylight.reach.channels.base import Accepted, AddressRejected, Kind, Message
from daylight.reach.channels.fields import NumberField, other_address, sealed_lines, secret, with_key
from daylight.reach.channels.inbound import (
    Answer,
    Heard,
    InboundRequest,
    NotUnderstood,
    SaidKind,
    SaidReceipt,
)
from daylight.reach.channels.over_http import Call, failure, in_one_line, read_json
from daylight.reach.channels.phone import came_back
from daylight.reach.channels.signatures import check_vonage
from daylight.reach.channels.voice.composing import Speech
from daylight.reach.channels.voice.dialogue import Then, locale, turn

API = "https://api.nexmo.com"
NOT_REACHED = frozenset({"timeout", "failed", "rejected", "unanswered", "busy", "cancelled"})
NOBODY_ANSWERED = frozenset({"timeout", "unanswered", "busy", "cancelled"})
TOKEN_SECONDS = 300


class VonageForm(forms.Form):
    """An application of Vonage that may call."""

    application_id = forms.UUIDField(
        label="Application ID",
        help_text="In the dashboard under Applications, of one with Voice switched on.",
        error_messages={"invalid": "An application ID is 32 letters and digits with dashes between."},
    )
    private_key = sealed_lines("Private key", "The whole file that Vonage gave you when you made the application.")
    signature_secret = secret(
        "Signature secret",
        "In the dashboard under API Settings, Signed webhooks. It proves that keys pressed come from Vonage.",
    )
    sender = NumberField(help_text="A number of yours at Vonage that is linked to the application.")
    detect_machines = forms.BooleanField(
        label="Tell people from answering machines",
        required=False,
        initial=True,
        help_text="Without it a machine that answers counts as told.",
    )
    base_url = other_address("Only when your account is bound to a region, such as https://api-eu-1.nexmo.com.")

    def clean_application_id(self) -> str:
        """As text, since settings are kept as JSON."""
        return str(self.cleaned_data["application_id"])

    def clean_private_key(self) -> str:
        """A key that can sign."""
        written = str(self.cleaned_data["private_key"]).strip().replace("\r\n", "\n")
        try:
            load_pem_private_key(written.encode(), password=None)
        except (ValueError, TypeError):
            raise forms.ValidationError(
                "This is not a private key. It begins with -----BEGIN PRIVATE KEY-----."
            ) from None
        return written


KIND = Kind("vonage", "Vonage", VonageForm, "reach/help/voice/vonage.html", bound_to=("application_id", "base_url"))


class Vonage:
    """How Vonage is asked to call, and what it answers."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._application = str(settings["application_id"])
        self._private_key = str(settings["private_key"])
        self._sender = str(settings["sender"]).removeprefix("+")
        self._detects = bool(settings.get("detect_machines"))
        self._url = f"{settings.get('base_url') or API}/v1/calls"
        self._receipts_url = str(settings.get("receipts_url") or "")

    def call(self, message: Message, *, key: str) -> Call:
        """One call, with all that is said in it, and the address for its events."""
        url = with_key(self._receipts_url, key) if self._receipts_url else ""
        body: dict[str, Any] = {
            "to": [{"type": "phone", "number": message.address.removeprefix("+")}],
            "from": {"type": "phone", "number": self._sender},
            "ncco": say(Speech.unpacked(message.payload.decode()), url=url, times=1),
            "ringing_timer": 45,
        }
        if url:
            body |= {"event_url": [url], "event_method": "POST"}
        if self._detects:
            body["machine_detection"] = "continue"
        headers = {"Authorization": f"Bearer {self._token()}", "Content-Type": "application/json"}
        return Call(self._url, json.dumps(body).encode(), headers)

    def judge(self, answer: http.Answer) -> Accepted:
        """201 with a uuid; else a problem, which blames the number only when it names `to`."""
        said = read_json(answer)
        if answer.is_good and said.get("uuid"):
            return Accepted(reference=str(said["uuid"]), answer=in_one_line(answer, str(said.get("status", ""))))
        title = said.get("title") or said.get("error_title") or ""
        words = in_one_line(answer, f"{title} {said.get('detail', '')}".strip())
        raise failure(AddressRejected if _wrong_names(said) == {"to"} else None, answer, words)

    def _token(self) -> str:
        """What proves who calls: signed with the application's key, for some minutes."""
        now = int(time.time())
        claims = {
            "application_id": self._application,
            "iat": now,
            "exp": now + TOKEN_SECONDS,
            "jti": str(uuid.uuid4()),
        }
        return jwt.encode(claims, self._private_key, algorithm="RS256")


def _wrong_names(said: Mapping[str, Any]) -> set[str]:
    """The parameters that are wrong; some answers list them, others map them."""
    wrong = said.get("invalid_parameters") or ()
    names = wrong if isinstance(wrong, dict) else [each.get("name") for each in wrong if isinstance(each, dict)]
    return {str(name).partition("[")[0].partition(".")[0] for name in names}


def say(speech: Speech, *, url: str, times: int) -> list[dict[str, Any]]:
    """The speech, what may be pressed, and the wait for a key."""
    words = _talk(speech.language, speech.said)
    if not url:
        return [words]
    event = f"{url}&{urlencode({'say': speech.packed(), 'times': times})}"
    press = _talk(speech.phrases.language, speech.phrases.say("press"))
    listen = {
        "action": "input",
        "type": ["dtmf"],
        "dtmf": {"maxDigits": 1, "timeOut": 6},
        "eventUrl": [event],
        "eventMethod": "POST",
    }
    return [words | {"bargeIn": True}, press | {"bargeIn": True}, listen]


def _talk(language: str, text: str) -> dict[str, Any]:
    return {"action": "talk", "text": text, "language": locale(language)}


def read(settings: Mapping[str, Any], request: InboundRequest) -> Heard:
    """A key, or an event of the call. Raises NotGenuine and NotUnderstood."""
    check_vonage(request, secret=str(settings["signature_secret"]))
    said = request.json()
    if not isinstance(said, dict):
        raise NotUnderstood("Vonage tells of calls in an object of JSON.")
    at = request.moment(said.get("timestamp"))
    if request.parameter("say"):
        return _go_on(settings, request, said, at)
    receipt = _event(settings, said, key=request.parameter("key"), at=at)
    return Heard((receipt,) if receipt else ())


def _go_on(settings: Mapping[str, Any], request: InboundRequest, said: Mapping[str, Any], at: datetime) -> Heard:
    dtmf = said.get("dtmf")
    digit = str(dtmf.get("digits") or "")[:1] if isinstance(dtmf, dict) else str(dtmf or "")[:1]
    now = turn(request, digit=digit, at=at, reference=str(said.get("uuid") or ""))
    if now.then == Then.SAY:
        url = with_key(str(settings.get("receipts_url") or request.url.partition("?")[0]), request.parameter("key"))
        ncco = say(now.speech, url=url, times=now.times)
    else:
        phrases = now.speech.phrases
        ncco = [_talk(phrases.language, phrases.say(now.then))]
    return Heard(now.said, Answer(json.dumps(ncco).encode(), "application/json"))


def _event(settings: Mapping[str, Any], said: Mapping[str, Any], *, key: str, at: datetime) -> SaidReceipt | None:
    """What an event says of the delivery. Where machines are told from people, only a person was told."""
    status, reference = str(said.get("status") or ""), str(said.get("uuid") or "")
    told = "human" if settings.get("detect_machines") else "completed"
    if status == told:
        return SaidReceipt(SaidKind.DELIVERED, at, key, reference, f"answered {status}")
    if status == "machine":
        return came_back(at, key, reference, "answered by a machine", is_unanswered=True)
    if status in NOT_REACHED:
        details = " ".join(filter(None, (status, str(said.get("detail") or ""))))
        return came_back(at, key, reference, details, is_unanswered=status in NOBODY_ANSWERED)
    return None
