"""Texts by the Messages API of Vonage: https://developer.vonage.com/en/api/messages."""

import json
from collections.abc import Mapping
from typing import Any

from django import forms

from daylight.core import http
from daylight.reach.channels.base import (
    Accepted,
    AddressRejected,
    ChannelBroken,
    Kind,
    Message,
    MessageRejected,
    TryLater,
)
from daylight.reach.channels.fields import SenderField, other_address, secret
from daylight.reach.channels.inbound import (
    Heard,
    InboundRequest,
    NotUnderstood,
    SaidKind,
    SaidReceipt,
    SaidReply,
)
from daylight.reach.channels.over_http import Call, basic, failure, in_one_line, read_json
from daylight.reach.channels.phone import came_back
from daylight.reach.channels.signatures import check_vonage
from daylight.reach.channels.sms.alphabet import is_gsm7

API = "https://api.nexmo.com"

FAILURES: dict[str, type[Exception]] = {
    **dict.fromkeys(("1040", "1050", "1170"), AddressRejected),
    **dict.fromkeys(("1090", "1240"), MessageRejected),
    **dict.fromkeys(("1060", "1070", "1080", "1120"), ChannelBroken),
    **dict.fromkeys(("1000", "1030", "1100"), TryLater),
}
"""By https://developer.vonage.com/api-errors/messages: whose matter a code is."""

GONE = frozenset({"1050", "1170", "1190", "1260"})
"""In a status: barred, invalid, nobody's."""


class VonageForm(forms.Form):
    """An account of Vonage."""

    api_key = forms.CharField(label="API key", max_length=40, help_text="In the dashboard under API Settings.")
    api_secret = secret("API secret", "Beside the API key.")
    signature_secret = secret(
        "Signature secret",
        "In the dashboard under API Settings, Signed webhooks. It proves that receipts and replies come from Vonage.",
    )
    sender = SenderField()
    base_url = other_address("Only when your account is bound to a region, such as https://api-eu.vonage.com.")


KIND = Kind("vonage", "Vonage", VonageForm, "reach/help/sms/vonage.html", bound_to=("api_key", "base_url"))


class Vonage:
    """How Vonage is asked, and what it answers."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._authorization = basic(str(settings["api_key"]), str(settings["api_secret"]))
        self._sender = str(settings["sender"]).removeprefix("+")
        self._url = f"{settings.get('base_url') or API}/v1/messages"
        self._receipts_url = str(settings.get("receipts_url") or "")

    def call(self, message: Message, *, key: str) -> Call:
        """One message, with our key as its client_ref."""
        body: dict[str, Any] = {
            "message_type": "text",
            "channel": "sms",
            "to": message.address.removeprefix("+"),
            "from": self._sender,
            "text": message.text,
            "client_ref": key[:100],
            "sms": {"encoding_type": "text" if is_gsm7(message.text) else "unicode"},
        }
        if self._receipts_url:
            body |= {"webhook_url": self._receipts_url, "webhook_version": "v1"}
        headers = {"Authorization": self._authorization, "Content-Type": "application/json"}
        return Call(self._url, json.dumps(body).encode(), headers)

    def judge(self, answer: http.Answer) -> Accepted:
        """202 with a message_uuid; else a problem whose type ends in a code."""
        said = read_json(answer)
        if answer.is_good and said.get("message_uuid"):
            return Accepted(reference=str(said["message_uuid"]), answer=in_one_line(answer, "accepted"))
        words = in_one_line(answer, f"{said.get('title', '')} {said.get('detail', '')}".strip())
        kind = AddressRejected if _blames_the_number(said) else FAILURES.get(_code(said.get("type")))
        raise failure(kind, answer, words)


def _code(type_url: Any) -> str:
    return str(type_url or "").rpartition("#")[2]


def _blames_the_number(said: Mapping[str, Any]) -> bool:
    """A 422 with 1150 (or 1020) lists what is wrong; only `to` speaks against the number."""
    wrong = said.get("invalid_parameters")
    names = [str(each.get("name")) for each in wrong if isinstance(each, dict)] if isinstance(wrong, list) else []
    return bool(names) and set(names) <= {"to"}


def read(settings: Mapping[str, Any], request: InboundRequest) -> Heard:
    """The status of a message, or a reply. Raises NotGenuine and NotUnderstood."""
    check_vonage(request, secret=str(settings["signature_secret"]))
    said = request.json()
    if not isinstance(said, dict) or not said.get("message_uuid"):
        raise NotUnderstood("Vonage tells of messages by their message_uuid; this has none.")
    uuid, at = str(said["message_uuid"]), request.moment(said.get("timestamp"))
    if "status" not in said:
        number = "+" + str(said.get("from", "")).removeprefix("+")
        return Heard((SaidReply(number, str(said.get("text", "")), at, message_id=uuid),))
    key, error = str(said.get("client_ref") or ""), said.get("error") or {}
    if said["status"] in {"delivered", "read"}:
        return Heard((SaidReceipt(SaidKind.DELIVERED, at, key, uuid),))
    if said["status"] in {"rejected", "undeliverable"}:
        code = _code(error.get("type"))
        details = " ".join(filter(None, (str(said["status"]), code, str(error.get("detail", "")))))
        return Heard((came_back(at, key, uuid, details, is_gone=code in GONE),))
    return Heard()
