"""Texts by Twilio: https://www.twilio.com/docs/messaging/api/message-resource."""

from collections.abc import Mapping
from typing import Any

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
from daylight.reach.channels.fields import SenderField, secret, with_key
from daylight.reach.channels.inbound import (
    Answer,
    Heard,
    InboundRequest,
    SaidKind,
    SaidReceipt,
    SaidReply,
    SaidStop,
)
from daylight.reach.channels.over_http import Call
from daylight.reach.channels.phone import came_back
from daylight.reach.channels.signatures import check_twilio
from daylight.reach.channels.twilio import Account, AccountForm

STOPPED = 21610
FAILURES: dict[Any, type[Exception]] = {
    **dict.fromkeys((21211, 21214, 21217, 21614, 21635, STOPPED), AddressRejected),
    **dict.fromkeys((21602, 21605, 21617, 21619, 21654, 21656), MessageRejected),
    **dict.fromkeys((20003, 20005, 20006, 20404, 30002, 30018), ChannelBroken),
    **dict.fromkeys((21212, 21603, 21606, 21659, 21660, 21701, 21703), ChannelBroken),
    **dict.fromkeys((20429, 21408, 21611, 21612, 30001), TryLater),
}
"""By https://www.twilio.com/docs/api/errors: whose matter a code is.

21408 (a country that is not allowed yet) and 21612 (no way to this number from ours) can be mended in the console,
and say nothing against the number.
"""

GONE = frozenset({"30005", "30006", "30011"})
"""In a status: nobody has this number, or it cannot take texts."""


class TwilioForm(AccountForm):
    """An account, and who writes."""

    auth_token = secret("Auth token", "Beside the Account SID. It also proves that replies come from Twilio.")
    sender = SenderField(
        help_text="A number of yours at Twilio with its country code, a name of up to 11 letters, or a messaging"
        " service (MG…). Replies need a number."
    )
    field_order = ("account_sid", "auth_token", "sender", "base_url")


KIND = Kind("twilio", "Twilio", TwilioForm, "reach/help/sms/twilio.html", bound_to=("account_sid", "base_url"))


class Twilio:
    """How Twilio is asked, and what it answers."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._account = Account(settings, resource="Messages", failures=FAILURES)
        self._sender = str(settings["sender"])
        self._receipts_url = str(settings.get("receipts_url") or "")

    def call(self, message: Message, *, key: str) -> Call:
        """One message, with the address for its status."""
        sender = "MessagingServiceSid" if self._sender.startswith("MG") else "From"
        fields = {"To": message.address, sender: self._sender, "Body": message.text}
        if self._receipts_url:
            fields["StatusCallback"] = with_key(self._receipts_url, key)
        return self._account.ask(fields)

    def judge(self, answer: http.Answer) -> Accepted:
        """201 with a sid; else a code."""
        return self._account.judge(answer)


def read(settings: Mapping[str, Any], request: InboundRequest) -> Heard:
    """The status of a message, or a reply. Raises NotGenuine."""
    check_twilio(request, auth_token=str(settings["auth_token"]))
    answer = Answer(b"<Response></Response>", "text/xml; charset=utf-8")
    sid, status = request.field("MessageSid"), request.field("MessageStatus")
    if not status and request.field("From"):
        reply = SaidReply(request.field("From"), request.field("Body"), request.received_at, message_id=sid)
        return Heard((reply,), answer)
    key, code = request.parameter("key"), request.field("ErrorCode")
    if code == str(STOPPED):
        return Heard((SaidStop(request.received_at, key, sid, request.field("To")),), answer)
    if status in {"delivered", "read"}:
        return Heard((SaidReceipt(SaidKind.DELIVERED, request.received_at, key, sid),), answer)
    if status in {"undelivered", "failed"}:
        details = f"{status} {code} {request.field('ErrorMessage')}".strip()
        return Heard((came_back(request.received_at, key, sid, details, is_gone=code in GONE),), answer)
    return Heard((), answer)
