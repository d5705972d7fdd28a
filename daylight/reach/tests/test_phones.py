"""A text and a call, from the ledger to the provider and back: what became of it, a reply, a key."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit
from xml.etree import ElementTree

import pytest
from django.test import Client
from pytest_django import Settings

from conftest import HandClock
from daylight.accounts.models import Member
from daylight.customers.models import ContactPoint
from daylight.reach import fanout, sending
from daylight.reach.channels.tests.provider import Asked, FarEnd, Reply, listening
from daylight.reach.models import Batch, Confirmation, Delivery, Provider, Suppression
from daylight.reach.moves import State
from daylight.reach.tests.makers import a_contact_point, a_published_update, a_reached_incident

pytestmark = pytest.mark.django_db
TOKEN, OURS = "12345", "+493012345678"


@pytest.fixture
def far_end(settings: Settings) -> Iterator[FarEnd]:
    settings.PRIVATE_ADDRESSES_ALLOWED = ["127.0.0.1"]
    with listening() as far_end:
        far_end.answers = _as_twilio
        yield far_end


def _as_twilio(asked: Asked) -> Reply:
    kind = "CA" if asked.path.endswith("/Calls.json") else "SM"
    sid = kind + hashlib.md5(asked.form["To"].encode(), usedforsecurity=False).hexdigest()
    return Reply(201, json.dumps({"sid": sid, "status": "queued"}).encode())


def _connect(channel: str, far_end: FarEnd) -> None:
    provider = Provider(channel=channel, name="Twilio", kind="twilio")
    provider.settings = {
        "kind": "twilio",
        "account_sid": "AC" + "0" * 32,
        "auth_token": TOKEN,
        "sender": OURS,
        "base_url": far_end.url,
    }
    provider.save()


def _tell(ana: Member, point: ContactPoint, clock: HandClock) -> None:
    a_published_update(a_reached_incident(ana, affected=[point.customer], severity=1))
    while fanout.step(clock.now).handled:
        pass
    for _ in range(5):
        soon = Batch.objects.due(clock.now + timedelta(seconds=4)).filter(channel=point.channel)
        if not sending.step(clock.now, channel=point.channel).handled and not soon.exists():
            break
        clock.move(seconds=1)


def _twilio_says(url: str, **fields: str) -> str:
    """What the provider posts to us, signed as it signs; our answer."""
    signed = url + "".join(name + value for name, value in sorted(fields.items()))
    seal = base64.b64encode(hmac.new(TOKEN.encode(), signed.encode(), hashlib.sha1).digest()).decode()
    parts = urlsplit(url)
    answer = Client(enforce_csrf_checks=True).post(
        f"{parts.path}?{parts.query}" if parts.query else parts.path,
        urlencode(fields),
        content_type="application/x-www-form-urlencoded",
        headers={"X-Twilio-Signature": seal},
    )
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def test_a_text_is_accepted_then_delivered_and_a_stop_is_kept(ana: Member, clock: HandClock, far_end: FarEnd) -> None:
    _connect("sms", far_end)
    point = a_contact_point(channel="sms", address="+4915123456789")

    _tell(ana, point, clock)
    accepted = Delivery.objects.get().state
    [asked] = far_end.asked
    url = asked.form["StatusCallback"]
    _twilio_says(url, MessageSid="SM1", MessageStatus="delivered", To=point.address)
    delivered = Delivery.objects.get().state
    _twilio_says(url.partition("?")[0], MessageSid="SM2", From=point.address, To=OURS, Body="Stop")

    assert (accepted, delivered) == (State.ACCEPTED, State.DELIVERED)
    assert "Checkout fails for card payments." in asked.form["Body"]
    assert "/yours/" in asked.form["Body"]
    assert Suppression.objects.standing().filter(contact_point=point).exists()


def test_ok_is_a_confirmation(ana: Member, clock: HandClock, far_end: FarEnd) -> None:
    _connect("sms", far_end)
    point = a_contact_point(channel="sms", address="+4915123456789")
    _tell(ana, point, clock)
    url = far_end.asked[0].form["StatusCallback"]

    _twilio_says(url.partition("?")[0], MessageSid="SM2", From=point.address, To=OURS, Body="OK")

    assert Confirmation.objects.filter(customer=point.customer).count() == 1


def test_a_key_on_the_telephone_confirms_and_the_call_thanks(ana: Member, clock: HandClock, far_end: FarEnd) -> None:
    _connect("voice", far_end)
    point = a_contact_point(channel="voice", address="+4930901820")

    _tell(ana, point, clock)
    [asked] = far_end.asked
    gather = ElementTree.fromstring(asked.form["Twiml"])[0]  # noqa: S314  # Our own document.
    action = str(gather.get("action"))
    thanks = _twilio_says(action, CallSid="CA1", CallStatus="in-progress", Digits="1")
    _twilio_says(asked.form["StatusCallback"], CallSid="CA1", CallStatus="completed", AnsweredBy="human")

    assert dict(parse_qsl(urlsplit(action).query))["times"] == "1"
    assert "Thank you. Goodbye." in thanks
    assert Confirmation.objects.filter(customer=point.customer).count() == 1
    assert Delivery.objects.get().state == State.DELIVERED


def test_nine_ends_the_calls_to_this_number(ana: Member, clock: HandClock, far_end: FarEnd) -> None:
    _connect("voice", far_end)
    point = a_contact_point(channel="voice", address="+4930901820")
    _tell(ana, point, clock)
    gather = ElementTree.fromstring(far_end.asked[0].form["Twiml"])[0]  # noqa: S314

    _twilio_says(str(gather.get("action")), CallSid="CA1", CallStatus="in-progress", Digits="9")

    assert Suppression.objects.standing().filter(contact_point=point).exists()
