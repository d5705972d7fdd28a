"""Texts by MessageBird (now Bird): https://developers.messagebird.com/api/sms-messaging."""

import json
from collections.abc import Mapping
from datetime import datetime
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
    SaidStop,
)
from daylight.reach.channels.over_http import Call, failure, in_one_line, read_json
from daylight.reach.channels.phone import came_back
from daylight.reach.channels.signatures import check_messagebird
from daylight.reach.channels.sms.alphabet import is_gsm7

API = "https://rest.messagebird.com"

FAILURES: dict[Any, type[Exception]] = {2: ChannelBroken, 20: ChannelBroken, 25: ChannelBroken, 99: TryLater}
"""By https://developers.messagebird.com/api#errors: whose matter a code is, whatever parameter it names."""

OF_PARAMETER: dict[str, type[Exception]] = {
    "recipient": AddressRejected,
    "recipients": AddressRejected,
    "body": MessageRejected,
    "originator": ChannelBroken,
    "access_key": ChannelBroken,
}
"""Codes 9 (missing), 10 (invalid) and 21 (bad request) name what they mean."""

GONE = frozenset({"incorrect number", "unknown subscriber", "invalid recipient"})


class MessageBirdForm(forms.Form):
    """An account of MessageBird."""

    access_key = secret("Access key", "In the dashboard under Developers, API access: a live key.")
    signing_key = secret(
        "Signing key",
        "In the dashboard under Developers, API settings. It proves that receipts and replies come from MessageBird.",
    )
    sender = SenderField()
    base_url = other_address(f"Only when it is another one than {API}.")


KIND = Kind(
    "messagebird", "MessageBird (Bird)", MessageBirdForm, "reach/help/sms/messagebird.html", bound_to=("base_url",)
)


class MessageBird:
    """How MessageBird is asked, and what it answers."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._access_key = str(settings["access_key"])
        self._sender = str(settings["sender"])
        self._url = f"{settings.get('base_url') or API}/messages"
        self._receipts_url = str(settings.get("receipts_url") or "")

    def call(self, message: Message, *, key: str) -> Call:
        """One message, with our key as its reference."""
        body = {
            "originator": self._sender,
            "recipients": [message.address.removeprefix("+")],
            "body": message.text,
            "datacoding": "plain" if is_gsm7(message.text) else "unicode",
            "reference": key,
        }
        if self._receipts_url:
            body["reportUrl"] = self._receipts_url
        headers = {"Authorization": f"AccessKey {self._access_key}", "Content-Type": "application/json"}
        return Call(self._url, json.dumps(body).encode(), headers)

    def judge(self, answer: http.Answer) -> Accepted:
        """201 with an id; else a list of errors."""
        said = read_json(answer)
        if answer.is_good and said.get("id"):
            return Accepted(reference=str(said["id"]), answer=in_one_line(answer, _status(said)))
        errors = [error for error in said.get("errors") or () if isinstance(error, dict)]
        words = in_one_line(answer, "; ".join(f"{e.get('code')} {e.get('description', '')}" for e in errors))
        kinds = (FAILURES.get(e.get("code")) or OF_PARAMETER.get(str(e.get("parameter"))) for e in errors)
        raise failure(next(filter(None, kinds), None), answer, words)


def _status(said: Mapping[str, Any]) -> str:
    items = (said.get("recipients") or {}).get("items") or [{}]
    return str(items[0].get("status", "accepted"))


def read(settings: Mapping[str, Any], request: InboundRequest) -> Heard:
    """The status of a message, or a reply. Raises NotGenuine and NotUnderstood."""
    check_messagebird(request, signing_key=str(settings["signing_key"]))
    given = dict(request.parameters) | dict(request.fields)
    if not given and request.body:
        said = request.json()
        given = {name: str(value) for name, value in said.items()} if isinstance(said, dict) else {}
    if given.get("originator"):
        return Heard((_reply(given, request.received_at),))
    if not given.get("id") or not given.get("status"):
        raise NotUnderstood("MessageBird tells of messages by id and status; this has neither.")
    return _receipt(given, request.received_at)


def _reply(given: Mapping[str, str], received_at: datetime) -> SaidReply:
    number = "+" + given["originator"].removeprefix("+")
    text = given.get("body") or given.get("payload") or given.get("message", "")
    return SaidReply(number, text, received_at, message_id=given.get("id", ""))


def _receipt(given: Mapping[str, str], received_at: datetime) -> Heard:
    key, reference, reason = given.get("reference", ""), given["id"], given.get("statusReason", "")
    if given["status"] == "delivered":
        return Heard((SaidReceipt(SaidKind.DELIVERED, received_at, key, reference),))
    if given["status"] not in {"delivery_failed", "expired"}:
        return Heard()
    if reason == "opted out":
        number = "+" + given.get("recipient", "").removeprefix("+")
        return Heard((SaidStop(received_at, key, reference, number),))
    details = " ".join(filter(None, (given["status"], reason, given.get("statusErrorCode", ""))))
    return Heard((came_back(received_at, key, reference, details, is_gone=reason in GONE),))
