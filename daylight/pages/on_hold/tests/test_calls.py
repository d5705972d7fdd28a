"""Where telephone systems call: each line fetches by its own address, is heard of, and passes on its callers' keys."""

import base64
import hashlib
import hmac
import json
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings as configured
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from conftest import HandClock
from daylight.accounts.models import Organisation
from daylight.core.limits import Limit
from daylight.pages import publishing
from daylight.pages.models import OnHold, Page, PhoneLine
from daylight.pages.on_hold import lines, pressing
from daylight.pages.tests.makers import a_told_incident, an_update
from daylight.reach.models import Provider, SignUp

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]

TOKEN = "a-token-of-the-account"
MOBILE = "+4915112345678"


@pytest.fixture
def texts() -> Provider:
    """Texts can be sent, so keys are offered."""
    account: Any = {"account_sid": "AC1", "auth_token": TOKEN, "sender": "+1"}
    return Provider.objects.create(channel="sms", name="Texts", kind="twilio", settings=account)


def a_line(clock: HandClock, kind: str = PhoneLine.Kind.TWILIO, **more: Any) -> PhoneLine:
    page = more.pop("page", None) or Page.main(clock.now)
    given: dict[str, Any] = {"name": f"Line {kind}", "secret": "of-the-line", "made_at": clock.now}
    return PhoneLine.objects.create(page=page, kind=kind, **{**given, **more})


def sealed(line: PhoneLine, clock: HandClock, **said: str) -> dict[str, Any]:
    body = json.dumps(said).encode()
    stamp = str(clock.now.timestamp())
    seal = hmac.new(b"of-the-line", body + stamp.encode(), hashlib.sha256).hexdigest()
    headers = {"X-Timestamp": stamp, "X-Signature": seal}
    return {
        "path": f"/on-hold/lines/{line.token}/pressed/",
        "data": body,
        "content_type": "application/json",
        "headers": headers,
    }


def by_twilio(path: str, *, token: str = TOKEN, **fields: str) -> dict[str, Any]:
    signed = f"{configured.SITE_URL}{path}" + "".join(f"{name}{fields[name]}" for name in sorted(fields))
    seal = base64.b64encode(hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()).decode()
    kind = "application/x-www-form-urlencoded"
    return {"path": path, "data": urlencode(fields), "content_type": kind, "headers": {"X-Twilio-Signature": seal}}


def test_a_line_fetches_the_message_and_is_heard_of(client: Client, clock: HandClock) -> None:
    a_told_incident(clock.now)
    publishing.refresh(clock.now)
    line = a_line(clock)

    sheet = client.post(f"/on-hold/lines/{line.token}/twiml.xml")

    line.refresh_from_db()
    current = lines.current_message(line.page, "en")
    assert current is not None
    assert sheet["Content-Type"].startswith("application/xml")
    assert f"/on-hold/lines/{line.token}/twiml.xml?language=en</Redirect>" in sheet.content.decode()
    assert (line.heard_version, line.heard_at, line.heard_by) == (current.version, clock.now, "twiml.xml")
    assert client.get(f"/on-hold/lines/{line.token}/message.txt").content.decode().startswith("This is")
    assert client.get(f"/on-hold/lines/{line.token}/message.json").json()["version"] == current.version
    assert client.get(f"/on-hold/lines/{line.token}/voicexml.vxml")["Content-Type"].startswith(
        "application/voicexml+xml"
    )


@pytest.mark.parametrize(
    "path", ["nobody/message.json", "nobody/heartbeat", "{token}/../../../x", "{token}/nothing.txt"]
)
def test_what_is_not_there_is_not_there(client: Client, clock: HandClock, path: str) -> None:
    publishing.refresh(clock.now)

    assert client.get(f"/on-hold/lines/{path.format(token=a_line(clock).token)}").status_code == 404


def test_a_line_that_asks_with_every_call_is_seldom_written_down(client: Client, clock: HandClock) -> None:
    publishing.refresh(clock.now)
    line = a_line(clock)
    client.get(f"/on-hold/lines/{line.token}/message.json")
    clock.move(seconds=3)

    with CaptureQueriesContext(connection) as asked:
        client.get(f"/on-hold/lines/{line.token}/message.json")

    assert [query for query in asked if query["sql"].startswith("UPDATE")] == []


def test_a_heartbeat_tells_what_is_played_and_learns_what_stands(client: Client, clock: HandClock) -> None:
    publishing.refresh(clock.now)
    line = a_line(clock, PhoneLine.Kind.ASTERISK)

    answer = client.get(f"/on-hold/lines/{line.token}/heartbeat", {"version": "0ldversion00"})

    line.refresh_from_db()
    assert answer.json()["is_current"] is False
    assert (line.heard_version, line.heard_by) == ("0ldversion00", "heartbeat")
    assert client.get(f"/on-hold/lines/{line.token}/heartbeat", {"version": answer.json()["version"]}).json()[
        "is_current"
    ]


@pytest.mark.usefixtures("texts")
def test_a_caller_who_presses_one_is_asked_back_by_a_text(client: Client, clock: HandClock) -> None:
    incident = a_told_incident(clock.now)
    publishing.refresh(clock.now)
    line = a_line(clock)
    path = f"/on-hold/lines/{line.token}/pressed/?language=en"

    answer = client.post(**by_twilio(path, Digits="1", From=MOBILE))

    row = SignUp.objects.get()
    assert answer.status_code == 200
    assert "Answer yes to it" in answer.content.decode()
    assert (row.channel, row.address, row.about) == ("sms", MOBILE, [f"incident-{incident.pk}"])


@pytest.mark.usefixtures("texts")
def test_the_sheet_for_the_world_takes_keys_too(client: Client, clock: HandClock) -> None:
    publishing.refresh(clock.now)

    sheet = client.get("/on-hold/twiml.xml").content.decode()
    answer = client.post(**by_twilio("/on-hold/pressed/?page=status&language=en", Digits="1", From=MOBILE))

    assert "/on-hold/pressed/?page=status&amp;language=en" in sheet
    assert "/on-hold/twiml.xml</Redirect>" in answer.content.decode()
    assert SignUp.objects.get().about == ["everything"]


@pytest.mark.usefixtures("texts")
@pytest.mark.parametrize("token", ["another-token", ""])
def test_a_key_that_twilio_did_not_seal_changes_nothing(client: Client, clock: HandClock, token: str) -> None:
    publishing.refresh(clock.now)

    answer = client.post(**by_twilio("/on-hold/pressed/?page=status", token=token, Digits="1", From=MOBILE))

    assert answer.status_code == 403
    assert not SignUp.objects.exists()


@pytest.mark.usefixtures("texts")
def test_a_program_beside_a_telephone_system_seals_its_keys(client: Client, clock: HandClock) -> None:
    publishing.refresh(clock.now)
    line = a_line(clock, PhoneLine.Kind.ASTERISK, country="DE")

    good = client.post(**sealed(line, clock, pressed="1", caller="0151 12345678"))
    altered = sealed(line, clock, pressed="1", caller=MOBILE)
    altered["data"] = altered["data"].replace(b"678", b"679")
    old = sealed(line, clock, pressed="1", caller=MOBILE)
    clock.move(hours=2)

    assert good.json()["say"] == "thanks"
    assert SignUp.objects.get().address == MOBILE
    assert client.post(**altered).status_code == 403
    assert client.post(**old).status_code == 403


@pytest.mark.usefixtures("texts")
def test_voicexml_is_answered_in_voicexml(client: Client, clock: HandClock) -> None:
    publishing.refresh(clock.now)
    line = a_line(clock, PhoneLine.Kind.VOICEXML)

    answer = client.post(f"/on-hold/lines/{line.token}/pressed/", {"pressed": "1", "caller": f"tel:{MOBILE}"})

    assert "Answer yes to it" in answer.content.decode()
    assert f'<goto next="{line.address}/voicexml.vxml?language=en"/>' in answer.content.decode()
    assert SignUp.objects.get().address == MOBILE


@pytest.mark.usefixtures("texts")
def test_the_answer_is_the_same_for_everybody_and_however_often(
    client: Client, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pressing, "OF_A_LINE", Limit("on-hold line", times=5, per=pressing.OF_A_LINE.per))
    publishing.refresh(clock.now)
    line = a_line(clock)
    path = f"/on-hold/lines/{line.token}/pressed/"

    numbers = [MOBILE] * 5 + [f"+491511234567{digit}" for digit in range(6)]
    answers = {client.post(**by_twilio(path, Digits="1", From=number)).content for number in numbers}

    assert len(answers) == 1
    assert SignUp.objects.filter(address=MOBILE).count() == 3
    assert SignUp.objects.count() == 5


@pytest.mark.usefixtures("texts")
@pytest.mark.parametrize(
    "caller", ["anonymous", "+266696687", "", "+4930901820", "sip:alice@pbx.example", "0151 12345678"]
)
def test_a_number_nobody_can_be_texted_at_is_told_so(client: Client, clock: HandClock, caller: str) -> None:
    publishing.refresh(clock.now)

    answer = client.post(**by_twilio(f"/on-hold/lines/{a_line(clock).token}/pressed/", Digits="1", From=caller))

    assert "We cannot see a mobile number" in answer.content.decode()
    assert not SignUp.objects.exists()


def test_no_key_is_offered_or_taken_while_no_text_can_be_sent(client: Client, clock: HandClock) -> None:
    publishing.refresh(clock.now)
    line = a_line(clock, secret=TOKEN)

    sheet = client.get(f"/on-hold/lines/{line.token}/twiml.xml").content.decode()
    client.post(**by_twilio(f"/on-hold/lines/{line.token}/pressed/", Digits="1", From=MOBILE))

    assert "Gather" not in sheet
    assert not SignUp.objects.exists()


@pytest.mark.usefixtures("texts")
def test_a_key_leads_to_another_language(client: Client, clock: HandClock) -> None:
    organisation = Organisation.get()
    organisation.languages = ["en", "de"]
    organisation.save()
    publishing.refresh(clock.now)
    line = a_line(clock)

    sheet = client.get(f"/on-hold/lines/{line.token}/twiml.xml").content.decode()
    answer = client.post(**by_twilio(f"/on-hold/lines/{line.token}/pressed/?language=en", Digits="2", From=MOBILE))
    german = client.get(f"/on-hold/lines/{line.token}/twiml.xml?language=de").content.decode()

    assert "Für Deutsch drücken Sie 2." in sheet
    assert f"{line.address}/twiml.xml?language=de</Redirect>" in answer.content.decode()
    assert "Hier ist" in german
    assert client.get("/de/on-hold/message.txt").content.decode().startswith("Hier ist")


def test_a_message_that_grew_old_gives_way_on_every_road(client: Client, clock: HandClock) -> None:
    incident = a_told_incident(clock.now)
    publishing.refresh(clock.now)
    line = a_line(clock)
    clock.move(minutes=16)

    for address in ("/on-hold", f"/on-hold/lines/{line.token}"):
        for name in ("message.txt", "message.json", "twiml.xml", "voicexml.vxml"):
            assert "Card payments" not in client.get(f"{address}/{name}").content.decode(), f"{address}/{name}"
    assert "Please hold" in client.get("/on-hold/message.txt").content.decode()
    an_update(incident, clock.now, headline="Card payments work for most")
    publishing.refresh(clock.now)
    assert "work for most" in client.get("/on-hold/message.txt").content.decode()


def test_the_line_of_a_private_page_hears_what_the_world_does_not(client: Client, clock: HandClock) -> None:
    page = Page.objects.create(slug="inside", access=Page.Access.PRIVATE, kept_since=clock.now)
    a_told_incident(clock.now)
    publishing.refresh(clock.now)
    line = a_line(clock, page=page)

    assert "Card payments fail" in client.get(f"/on-hold/lines/{line.token}/message.txt").content.decode()
    assert "Card payments fail" not in client.get("/pages/inside/on-hold/message.txt").content.decode()
    assert client.post(**by_twilio("/on-hold/pressed/?page=inside", Digits="1", From=MOBILE)).status_code == 404


def test_a_line_goes_on_while_the_database_is_away(
    client: Client, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_told_incident(clock.now)
    publishing.refresh(clock.now)
    line = a_line(clock)
    assert client.get(f"/on-hold/lines/{line.token}/message.txt").status_code == 200

    with connection.execute_wrapper(_away):
        sheet = client.get(f"/on-hold/lines/{line.token}/twiml.xml")

    assert "Card payments fail" in sheet.content.decode()
    assert sheet.status_code == 200


def _away(*_: object) -> None:
    raise OperationalError("the database is away")


def test_the_line_of_a_page_says_what_the_crew_chose(client: Client, clock: HandClock) -> None:
    OnHold.objects.create(page=Page.main(clock.now), says_all_is_well=False, changed_at=clock.now)
    publishing.refresh(clock.now)

    assert client.get("/on-hold/message.txt").content == b"\n"
