"""Calls by Twilio: https://www.twilio.com/docs/voice/api/call-resource and https://www.twilio.com/docs/voice/twiml."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from xml.sax.saxutils import escape, quoteattr

from django import forms

from daylight.core import http
from daylight.reach.channels.base import Accepted, AddressRejected, ChannelBroken, Kind, Message, TryLater
from daylight.reach.channels.fields import NumberField, secret, with_key
from daylight.reach.channels.inbound import Answer, Heard, InboundRequest, SaidKind, SaidReceipt
from daylight.reach.channels.over_http import Call
from daylight.reach.channels.phone import came_back
from daylight.reach.channels.signatures import check_twilio
from daylight.reach.channels.twilio import Account, AccountForm
from daylight.reach.channels.voice.composing import Speech
from daylight.reach.channels.voice.dialogue import Then, locale, turn

LONGEST_TWIML = 4000

FAILURES: dict[Any, type[Exception]] = {
    **dict.fromkeys((21211, 21214, 21217, 13224), AddressRejected),
    **dict.fromkeys((20003, 20005, 20404, 21210, 21212, 21213, 21205, 21606), ChannelBroken),
    **dict.fromkeys((20429, 10004, 21215, 21219), TryLater),
}
"""By https://www.twilio.com/docs/api/errors: whose matter a code is. 21215 (a country that is not allowed yet) and
21219 (a trial account) can be mended in the console."""

NOBODY = frozenset({"13224", "21211", "21214", "21217"})
"""In a status: there is no such number."""

TWIML = "text/xml; charset=utf-8"


class TwilioForm(AccountForm):
    """An account, and who calls."""

    auth_token = secret("Auth token", "Beside the Account SID. It also proves that keys pressed come from Twilio.")
    sender = NumberField(help_text="A number of yours at Twilio that can make calls, with its country code.")
    detect_machines = forms.BooleanField(
        label="Tell people from answering machines",
        required=False,
        initial=True,
        help_text="Twilio asks a little for it. Without it a machine that answers counts as told.",
    )
    field_order = ("account_sid", "auth_token", "sender", "detect_machines", "base_url")


KIND = Kind("twilio", "Twilio", TwilioForm, "reach/help/voice/twilio.html", bound_to=("account_sid", "base_url"))


class Twilio:
    """How Twilio is asked to call, and what it answers."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._account = Account(settings, resource="Calls", failures=FAILURES)
        self._sender = str(settings["sender"])
        self._detects = bool(settings.get("detect_machines"))
        self._receipts_url = str(settings.get("receipts_url") or "")

    def call(self, message: Message, *, key: str) -> Call:
        """One call, with all that is said in it, and the address for its end."""
        url = with_key(self._receipts_url, key) if self._receipts_url else ""
        fields = {
            "To": message.address,
            "From": self._sender,
            "Twiml": say(Speech.unpacked(message.payload.decode()), url=url, rounds=(1, 2)),
            "Timeout": "45",
        }
        if url:
            fields |= {"StatusCallback": url, "StatusCallbackEvent": "completed"}
        if self._detects:
            fields["MachineDetection"] = "Enable"
        return self._account.ask(fields)

    def judge(self, answer: http.Answer) -> Accepted:
        """201 with a sid; else a code."""
        return self._account.judge(answer)


def say(speech: Speech, *, url: str, rounds: Sequence[int]) -> str:
    """The speech and what may be pressed, once for each of `rounds`; in one round when two would be too long."""
    farewell = _say(speech.phrases.language, speech.phrases.say("goodbye"))
    gathered = [_gather(speech, url=url, times=times) for times in rounds]
    whole = f"<Response>{''.join(gathered)}{farewell}</Response>"
    return whole if len(whole) <= LONGEST_TWIML else f"<Response>{gathered[0]}{farewell}</Response>"


def _gather(speech: Speech, *, url: str, times: int) -> str:
    words = _say(speech.language, speech.said)
    if not url:
        return words
    action = f"{url}&{urlencode({'say': speech.packed(), 'times': times})}"
    press = _say(speech.phrases.language, speech.phrases.say("press"))
    return (
        f'<Gather input="dtmf" numDigits="1" timeout="6" method="POST" action={quoteattr(action)}>'
        f"{words}{press}</Gather>"
    )


def _say(language: str, text: str) -> str:
    return f"<Say language={quoteattr(locale(language))}>{escape(text)}</Say>"


def read(settings: Mapping[str, Any], request: InboundRequest) -> Heard:
    """A key, or how the call ended. Raises NotGenuine and NotUnderstood."""
    check_twilio(request, auth_token=str(settings["auth_token"]))
    if request.parameter("say"):
        return _go_on(settings, request)
    ended = _end(request)
    return Heard((ended,) if ended else (), Answer(b"<Response></Response>", TWIML))


def _go_on(settings: Mapping[str, Any], request: InboundRequest) -> Heard:
    now = turn(request, digit=request.field("Digits")[:1], at=request.received_at, reference=request.field("CallSid"))
    if now.then == Then.SAY:
        url = with_key(str(settings.get("receipts_url") or request.url.partition("?")[0]), request.parameter("key"))
        twiml = say(now.speech, url=url, rounds=(now.times,))
    else:
        phrases = now.speech.phrases
        twiml = f"<Response>{_say(phrases.language, phrases.say(now.then))}<Hangup/></Response>"
    return Heard(now.said, Answer(twiml.encode(), TWIML))


def _end(request: InboundRequest) -> SaidReceipt | None:
    """What the end of a call says of its delivery: only a person who answered was told."""
    status, by, code = request.field("CallStatus"), request.field("AnsweredBy"), request.field("ErrorCode")
    key, sid = request.parameter("key"), request.field("CallSid")
    if status == "completed" and not by.startswith(("machine", "fax")):
        return SaidReceipt(SaidKind.DELIVERED, request.received_at, key, sid, f"answered {by}".strip())
    if status not in {"completed", "busy", "no-answer", "failed", "canceled"}:
        return None
    details = f"answered by {by}" if status == "completed" else f"{status} {code}".strip()
    return came_back(request.received_at, key, sid, details, is_gone=code in NOBODY, is_unanswered=status != "failed")
