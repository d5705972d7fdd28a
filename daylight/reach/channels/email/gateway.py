"""Mail handed to a gateway of your own over HTTP: one call with the whole message for each recipient."""

import json
from collections.abc import Mapping
from typing import Any

from django import forms

from daylight.core import http
from daylight.reach.channels.base import Accepted, AddressRejected, Kind, Message, MessageRejected
from daylight.reach.channels.http_line import HttpLine
from daylight.reach.channels.over_http import Call, HttpSession, failure, in_one_line, read_json

NAME = "http"


class GatewayForm(forms.Form):
    """Where the gateway is, and whether it may hear a message twice."""

    url = forms.URLField(
        label="Web address",
        assume_scheme="https",
        max_length=600,
        help_text="Where a message is handed over, such as https://mail.example.com/messages.",
    )
    token = forms.CharField(
        label="Token",
        max_length=400,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Sent as “Authorization: Bearer …”. Kept sealed, and never shown again.",
    )
    knows_keys = forms.BooleanField(
        label="It knows a message by its key",
        required=False,
        help_text="The same Idempotency-Key twice is one message to it. Then a call without an answer is made again;"
        " otherwise the message is in doubt, and a person decides.",
    )


KIND = Kind(
    name=NAME,
    label="Your own gateway (HTTP)",
    form=GatewayForm,
    help_template="reach/help/email/http.html",
    bound_to=("url",),
    asks_sender=True,
)


class MailGateway:
    """How the gateway is asked, and what its answers mean."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._url = str(settings["url"])
        self._headers = {"Content-Type": "application/json"}
        if settings.get("token"):
            self._headers["Authorization"] = f"Bearer {settings['token']}"

    def call(self, message: Message, *, key: str) -> Call:
        """The message as JSON: `from` and `to` of the envelope, and the whole `mail` as it would travel by SMTP."""
        said = {
            "to": message.address,
            "from": message.headers.get("Sender", ""),
            "mail": message.payload.decode("utf-8", "replace"),
        }
        body = json.dumps(said, ensure_ascii=False).encode("utf-8", "replace")
        return Call(self._url, body, {**self._headers, "Idempotency-Key": key})

    def judge(self, answer: http.Answer) -> Accepted:
        """Any 2xx means: taken. Raises one of the four failures."""
        words = in_one_line(answer)
        if answer.is_good:
            return Accepted(reference=str(read_json(answer).get("id") or ""), answer=words)
        kinds: dict[int, type[Exception]] = {410: AddressRejected, 413: MessageRejected, 422: MessageRejected}
        raise failure(kinds.get(answer.status), answer, words)


def open_session(settings: Mapping[str, Any]) -> HttpSession:
    """A session for single messages."""
    return HttpSession(MailGateway(settings), knows_keys=bool(settings.get("knows_keys")))


def line(settings: Mapping[str, Any]) -> HttpLine:
    """The bulk road."""
    return HttpLine(
        MailGateway(settings),
        knows_keys=bool(settings.get("knows_keys")),
        ca_file=str(settings.get("ca_file") or ""),
        seconds=float(settings.get("reply_seconds") or 0),
    )
