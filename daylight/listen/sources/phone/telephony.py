"""Machines that answer the phone: recordings and their transcripts, as Twilio, Vonage or any program tells of them."""

from django import forms

from daylight.listen.said import Said
from daylight.listen.sources import given
from daylight.listen.sources.base import Connects, Heard, Read, Settings, Source
from daylight.listen.sources.webhook import reading as webhook
from daylight.reach.channels import signatures
from daylight.reach.channels.fields import secret
from daylight.reach.channels.inbound import Answer, InboundRequest, NotGenuine, NotUnderstood

NAME = "voicemail"
NO_WORDS = "(A voicemail without a transcript)"
TWIML = Answer(b'<?xml version="1.0" encoding="UTF-8"?><Response/>', "text/xml; charset=utf-8")


class TelephonyForm(forms.Form):
    """Who tells us."""

    kind = forms.ChoiceField(
        label="Who answers the phone?",
        choices=[("twilio", "Twilio"), ("vonage", "Vonage"), ("program", "Another program, by JSON")],
    )
    account_secret = secret(
        "Its secret",
        "Twilio: the auth token. Vonage: the signature secret. Another program: leave it empty.",
        required=False,
    )


def read(request: InboundRequest, settings: Settings) -> Heard:
    """A recording or a transcript; nothing for a call that left none."""
    reads = KINDS.get(str(settings.get("kind")), _from_program)
    return reads(request, settings)


def _from_twilio(request: InboundRequest, settings: Settings) -> Heard:
    signatures.check_twilio(request, auth_token=_secret(settings))
    recording, call = request.field("RecordingSid"), request.field("CallSid")
    if not recording or not call:
        raise NotUnderstood("This tells of no recording.")
    transcript = request.field("TranscriptionText")
    if request.field("TranscriptionSid") and not transcript:
        return Heard(answer=TWIML)
    said = _said(
        request,
        call=call,
        name=f"{recording}-words" if transcript else recording,
        words=transcript,
        caller=request.field("From") or request.field("Caller"),
        seconds=request.field("RecordingDuration"),
        address=request.field("RecordingUrl"),
    )
    return Heard((said,), TWIML)


def _from_vonage(request: InboundRequest, settings: Settings) -> Heard:
    signatures.check_vonage(request, secret=_secret(settings))
    posted = given.object_in(request)
    recording, call = given.words(posted, "recording_uuid"), given.words(posted, "conversation_uuid")
    if not recording or not call:
        raise NotUnderstood("This tells of no recording.")
    if given.words(posted, "transcription_url"):
        return Heard()
    said = _said(
        request,
        call=call,
        name=recording,
        caller=given.words(posted, "from"),
        address=given.words(posted, "recording_url"),
        start=given.words(posted, "start_time"),
    )
    return Heard((said,))


def _from_program(request: InboundRequest, settings: Settings) -> Heard:
    webhook.check(request, settings)
    posted = given.object_in(request)
    call = given.words(posted, "call") or given.words(posted, "id")
    if not call:
        raise NotUnderstood('A call has an "id".')
    said = _said(
        request,
        call=call,
        name=given.words(posted, "id") or call,
        words=given.words(posted, "transcript") or given.words(posted, "text"),
        caller=given.words(posted, "from"),
        seconds=given.words(posted, "seconds"),
        address=given.words(posted, "recording_url"),
        start=given.words(posted, "said_at"),
    )
    return Heard((said,))


def _said(request: InboundRequest, *, call: str, name: str, words: str = "", **more: str) -> Said:
    """A voicemail: of one call, from one number, with where its recording lies."""
    caller = more.get("caller", "")
    number = caller if caller.startswith("+") else f"+{caller}" if caller.isdigit() and len(caller) > 7 else ""
    facts = {"recording": _web(more.get("address", "")), "seconds": more.get("seconds", "")}
    return Said(
        source=NAME,
        external_id=name,
        said_at=given.moment(more.get("start", ""), otherwise=request.received_at),
        text=words or NO_WORDS,
        channel="sms" if number else "",
        address=number,
        thread_key=call,
        facts={key: value for key, value in facts.items() if value},
    )


def _secret(settings: Settings) -> str:
    if not settings.get("account_secret"):
        raise NotGenuine("No secret is set up, so nothing that comes in can be believed.")
    return str(settings["account_secret"])


def _web(address: str) -> str:
    return address if address.startswith(("https://", "http://")) else ""


KINDS: dict[str, Read] = {
    "twilio": _from_twilio,
    "vonage": _from_vonage,
    "program": _from_program,
}

SOURCE = Source(NAME, "Voicemail", connects=Connects(form=TelephonyForm, read=read, makes_secret=True))
