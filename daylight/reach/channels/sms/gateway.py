"""Texts by any gateway that is asked over HTTP: a modem or an old phone of our own (SMSGate, Gammu, Kannel), or a
provider we have no folder for.
"""

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
from daylight.reach.channels.fields import SenderField, secret
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
from daylight.reach.channels.signatures import check_body
from daylight.reach.channels.sms.templating import PLACES, in_address, in_form, in_json, in_text, picked, values_of

JSON, FORM, QUERY = "json", "form", "query"
TRY_IT = dict.fromkeys(PLACES, "x")


class StatusesField(forms.CharField):
    """Numbers of HTTP, such as `200-299, 409`."""

    def __init__(self, *, label: str, initial: str, help_text: str = "") -> None:
        super().__init__(label=label, initial=initial, help_text=help_text, required=False, max_length=100)

    def clean(self, value: Any) -> str:
        """The numbers in a form that `means` reads."""
        written = str(super().clean(value) or "")
        try:
            means(written, 0)
        except ValueError:
            raise forms.ValidationError("Write numbers and ranges, such as 200-299, 409.") from None
        return written


def means(written: str, status: int) -> bool:
    """Whether a status is among those written. Raises ValueError when they cannot be read."""
    ranges = [part.partition("-") for part in written.replace(" ", "").split(",") if part]
    return any(int(first) <= status <= int(last or first) for first, _, last in ranges)


class GatewayForm(forms.Form):
    """How the gateway is asked, and what its answers mean."""

    url = forms.URLField(
        label="Web address",
        assume_scheme="https",
        max_length=600,
        help_text="Where a text is handed over. In its query the same places may stand as in the template.",
    )
    style = forms.ChoiceField(
        label="Told as",
        choices=[(JSON, "JSON"), (FORM, "A form"), (QUERY, "The query of the address (GET)")],
        initial=JSON,
    )
    template = forms.CharField(
        label="Template",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        initial='{"phoneNumbers": ["{to}"], "textMessage": {"text": "{text}"}, "id": "{key}"}',
        help_text="Places: " + ", ".join(f"{{{place}}}" for place in PLACES) + ".",
    )
    headers = forms.CharField(
        label="Headers",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="One a line, such as X-Api-Key: {password}.",
    )
    sender = SenderField(required=False, help_text="What {from} stands for. Leave it empty when the modem decides.")
    user = forms.CharField(label="User name", required=False, max_length=200, help_text="For basic authentication.")
    password = secret("Password or key", "What {password} stands for.", required=False)
    reference = forms.CharField(
        label="Where its own number stands",
        required=False,
        max_length=100,
        initial="id",
        help_text="The place in its JSON answer, such as id or messages.0.id. Empty when it gives none.",
    )
    accepted = StatusesField(label="Answers that mean: taken", initial="200-299")
    wrong_number = StatusesField(
        label="Answers that mean: this number will never work", initial="", help_text="The number is not used again."
    )
    refused_text = StatusesField(label="Answers that mean: this text is not taken", initial="413")
    broken = StatusesField(
        label="Answers that mean: nothing can be sent",
        initial="401-404",
        help_text="The channel is paused, and whoever sets it up is told. Everything else is tried again.",
    )
    signing_key = secret(
        "Signing key",
        "What the gateway seals its own messages with (X-Signature, HMAC-SHA256). Leave it empty when it cannot; then"
        " the address for receipts is the secret.",
        required=False,
    )
    reply_from = forms.CharField(label="Replies: the number", max_length=100, initial="payload.phoneNumber")
    reply_text = forms.CharField(label="Replies: the words", max_length=100, initial="payload.message")
    receipt_key = forms.CharField(label="Receipts: our key or its number", max_length=100, initial="payload.messageId")
    receipt_status = forms.CharField(label="Receipts: what became of it", max_length=100, initial="event")
    delivered_words = forms.CharField(
        label="Receipts: words for delivered", max_length=200, initial="delivered, sms:delivered, 1"
    )
    failed_words = forms.CharField(
        label="Receipts: words for failed", max_length=200, initial="failed, sms:failed, 2, 16"
    )

    def clean(self) -> dict[str, Any]:
        """The template must be what it is sent as, and say whom and what."""
        given = super().clean() or {}
        style, template, url = given.get("style"), given.get("template") or "", given.get("url") or ""
        if style == JSON:
            try:
                in_json(template, TRY_IT)
            except ValueError:
                self.add_error("template", "This is not JSON. Places stand inside quotes: “{to}”.")
        said = url if style == QUERY else template + url
        if not any(place in said for place in ("{to}", "{number}")) or "{text}" not in said:
            where = "url" if style == QUERY else "template"
            self.add_error(where, "It must say {to} (or {number}) and {text}, else nobody gets anything.")
        return given

    def clean_headers(self) -> str:
        """Lines of a name and a value."""
        lines = str(self.cleaned_data["headers"]).splitlines()
        if any(":" not in line for line in lines if line.strip()):
            raise forms.ValidationError("Write a name, a colon and a value on each line.")
        return "\n".join(line.strip() for line in lines if line.strip())


KIND = Kind("gateway", "Your own gateway (HTTP)", GatewayForm, "reach/help/sms/gateway.html", bound_to=("url", "user"))


class Gateway:
    """How the gateway is asked, and what it answers, as its settings say."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._settings = settings

    def call(self, message: Message, *, key: str) -> Call:
        """One message in the words of the template."""
        settings, style = self._settings, self._settings["style"]
        values = values_of(message, key=key, settings=settings)
        url, template = in_address(str(settings["url"]), values), str(settings.get("template") or "")
        headers = self._headers(values)
        if style == QUERY:
            return Call(url, headers=headers, method="GET")
        if style == FORM:
            return Call(url, in_form(template, values).encode(), _with_type(headers, "x-www-form-urlencoded"))
        return Call(url, in_json(template, values), _with_type(headers, "json"))

    def judge(self, answer: http.Answer) -> Accepted:
        """What the number of the answer means by the settings; what they do not name is tried later."""
        settings, words = self._settings, in_one_line(answer)
        if means(settings.get("accepted") or "200-299", answer.status):
            reference = picked(read_json(answer), str(settings.get("reference") or ""))
            return Accepted(reference=reference, answer=words)
        kinds: dict[str, type[Exception]] = {
            "wrong_number": AddressRejected,
            "refused_text": MessageRejected,
            "broken": ChannelBroken,
        }
        named = (kind for name, kind in kinds.items() if means(settings.get(name) or "", answer.status))
        raise failure(next(named, TryLater), answer, words)

    def _headers(self, values: Mapping[str, str]) -> dict[str, str]:
        lines = [line.partition(":") for line in str(self._settings.get("headers") or "").splitlines()]
        headers = {name.strip(): in_text(value.strip(), values) for name, _, value in lines}
        if values["user"] and "authorization" not in {name.lower() for name in headers}:
            headers["Authorization"] = basic(values["user"], values["password"])
        return {name: "".join(filter(str.isprintable, value)) for name, value in headers.items()}


def _with_type(headers: Mapping[str, str], kind: str) -> dict[str, str]:
    return {"Content-Type": f"application/{kind}", **headers}


def read(settings: Mapping[str, Any], request: InboundRequest) -> Heard:
    """A receipt or a reply, found where the settings say. Raises NotGenuine and NotUnderstood."""
    if settings.get("signing_key"):
        check_body(request, signing_key=str(settings["signing_key"]))
    said = _said(request)
    number, text = picked(said, str(settings["reply_from"])), picked(said, str(settings["reply_text"]))
    if number and text:
        message_id = picked(said, "id") or f"{number} {request.received_at.isoformat()}"
        return Heard((SaidReply(number, text, request.received_at, message_id),))
    name, status = picked(said, str(settings["receipt_key"])), picked(said, str(settings["receipt_status"]))
    if not name or not status:
        raise NotUnderstood("Neither a reply nor a receipt stands where the settings say.")
    ours = request.parameter("key") or (name if name.count(".") == 2 else "")
    if status in _words(settings["delivered_words"]):
        return Heard((SaidReceipt(SaidKind.DELIVERED, request.received_at, ours, name),))
    if status in _words(settings["failed_words"]):
        return Heard((came_back(request.received_at, ours, name, status),))
    return Heard()


def _said(request: InboundRequest) -> Any:
    """What came in, whatever its form."""
    if request.fields or request.method == "GET":
        return dict(request.parameters) | dict(request.fields)
    return request.json()


def _words(written: Any) -> set[str]:
    return {word.strip() for word in str(written).split(",")}
