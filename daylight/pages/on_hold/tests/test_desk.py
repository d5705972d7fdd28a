"""The crew sees what callers hear, speaks for itself where it must, and knows which lines play the newest."""

import math
from array import array
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from conftest import HandClock
from daylight.accounts.models import AuditEntry, Member
from daylight.pages import publishing
from daylight.pages.models import LineCheck, OnHold, OwnSpeech, Page, PhoneLine, Recording
from daylight.pages.on_hold import sound
from daylight.pages.on_hold.lines import program_for
from daylight.pages.on_hold.sound import Sound
from daylight.pages.tests.makers import a_told_incident

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]

DESK = "/desk/pages/status/phone-line/"


def a_wav(seconds: float = 2, loud: int = 9000, rate: int = 16_000) -> SimpleUploadedFile:
    tone = array("h", [round(loud * math.sin(n / 9)) for n in range(int(seconds * rate))])
    return SimpleUploadedFile("bela.wav", sound.wav(Sound(tone, rate)), content_type="audio/wav")


def upload(client: Client, file: SimpleUploadedFile) -> Any:
    return client.post(f"{DESK}recording/", {"language": "en", "file": file})


def test_the_screen_shows_what_callers_hear(client: Client, ana: Member, clock: HandClock, settings: Any) -> None:
    settings.VOICE_COMMAND = "no-such-program"
    a_told_incident(clock.now)
    publishing.refresh(clock.now)
    client.force_login(ana)

    text = client.get(DESK).content.decode()

    assert "We know of a problem. Card payments fail at checkout." in text
    assert "This machine has no voice" in text
    assert "No line yet" in text


def test_own_words_that_dodge_are_said_and_asked_about(client: Client, ana: Member, clock: HandClock) -> None:
    incident = a_told_incident(clock.now)
    publishing.refresh(clock.now)
    client.force_login(ana)
    given = {"language": "en", "incident": incident.public_id, "words": "Cards fail. We take this very seriously."}

    page = client.post(f"{DESK}own-words/", given, follow=True).content.decode()

    assert OwnSpeech.objects.get().words == given["words"]
    assert "Would this do for a caller?" in page


def test_own_words_are_heard_at_once_and_can_be_taken_back(client: Client, ana: Member, clock: HandClock) -> None:
    incident = a_told_incident(clock.now)
    publishing.refresh(clock.now)
    client.force_login(ana)
    given = {"language": "en", "incident": incident.public_id, "words": "Cards fail. Pay by invoice."}

    client.post(f"{DESK}own-words/", given)
    publishing.refresh(clock.now)
    heard = client.get("/on-hold/message.txt").content.decode()
    client.post(f"{DESK}own-words/", {**given, "words": " "})

    assert "Cards fail. Pay by invoice. We speak again" in heard
    assert not OwnSpeech.objects.exists()
    assert AuditEntry.objects.filter(act="on_hold.own_words").count() == 2
    assert "fail at checkout" not in heard


def test_own_words_for_what_is_over_change_nothing(client: Client, ana: Member, clock: HandClock) -> None:
    client.force_login(ana)

    answer = client.post(f"{DESK}own-words/", {"language": "en", "incident": "nosuchincide", "words": "x"}, follow=True)

    assert "nothing was changed" in answer.content.decode()
    assert client.post(f"{DESK}own-words/", {"language": "tlh", "incident": "x", "words": "x"}).status_code == 404


def test_a_recording_is_played_in_the_place_of_the_voice(client: Client, ana: Member, clock: HandClock) -> None:
    a_told_incident(clock.now)
    publishing.refresh(clock.now)
    client.force_login(ana)

    assert upload(client, a_wav()).status_code == 302
    publishing.refresh(clock.now)

    told = client.get("/on-hold/message.json").json()
    played = client.get("/on-hold/message.ulaw.wav").content
    assert told["is_recording"] is True
    assert sound.read_wav(played).seconds == pytest.approx(2, abs=0.01)
    assert client.get(f"{DESK}en/message.mp3")["Content-Type"] == "audio/mpeg"
    assert "recording of Ana" in client.get(DESK).content.decode()
    client.post(f"{DESK}en/remove/")
    assert not Recording.objects.exists()
    assert client.get(f"{DESK}en/message.mp3").status_code == 404


@pytest.mark.parametrize(
    ("file", "says"),
    [
        (SimpleUploadedFile("notes.pdf", b"%PDF-1.7 hello"), "neither a WAV nor"),
        (a_wav(loud=10), "Nothing can be heard in it"),
        (a_wav(seconds=0.3), "It lasts 0 seconds"),
        (SimpleUploadedFile("empty.wav", b""), "empty"),
    ],
)
def test_a_file_that_will_not_do_is_refused_at_its_place(
    client: Client, ana: Member, clock: HandClock, file: SimpleUploadedFile, says: str
) -> None:
    client.force_login(ana)

    answer = upload(client, file)

    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Recording.objects.exists()


def test_the_choices_are_kept_and_checked(client: Client, ana: Member, clock: HandClock) -> None:
    client.force_login(ana)

    assert client.post(f"{DESK}choices/", {"longest_seconds": "5"}).status_code == 422
    assert client.post(f"{DESK}choices/", {"longest_seconds": "30", "takes_keys": "on"}).status_code == 302

    row = OnHold.objects.get()
    assert (row.longest_seconds, row.says_all_is_well, row.takes_keys) == (30, False, True)


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("twilio", "/twiml.xml"),
        ("asterisk", 'on-hold agi --line "Hotline"'),
        ("voicexml", "/voicexml.vxml"),
        ("other", "/message.json"),
    ],
)
def test_a_line_is_added_set_up_heard_and_removed(
    client: Client, ana: Member, clock: HandClock, kind: str, shown: str
) -> None:
    publishing.refresh(clock.now)
    client.force_login(ana)
    given = {"name": "Hotline", "kind": kind, "country": "de", "behind_after": 10, "silent_after": 24}

    page = client.post(f"{DESK}lines/add/", given, follow=True).content.decode()
    line = PhoneLine.objects.get()
    client.post(f"{DESK}lines/{line.pk}/heard/")
    twice = client.post(f"{DESK}lines/add/", given)

    assert line.country == "DE"
    assert shown in page
    assert LineCheck.objects.get().checked_by == "Ana"
    assert "There is a line of this name already." in twice.content.decode()
    assert "Ana," in client.get(DESK).content.decode()
    client.post(f"{DESK}lines/{line.pk}/remove/")
    assert client.get(f"/on-hold/lines/{line.token}/message.txt").status_code == 404
    assert client.get(f"{DESK}lines/{line.pk}/").status_code == 404


def test_the_program_for_an_asterisk_knows_its_line(clock: HandClock, db: None) -> None:
    page = OnHold.of(Page.main(clock.now), clock.now).page
    line = PhoneLine.objects.create(page=page, name="Q", kind="asterisk", secret="of-the-line", made_at=clock.now)

    program = program_for(line)

    assert f'ADDRESS = "{line.address}"' in program
    assert 'SECRET = "of-the-line"' in program
    assert compile(program, "daylight-on-hold", "exec")


def test_who_may_only_read_sees_and_changes_nothing(
    client: Client, dora: Member, bela: Member, clock: HandClock
) -> None:
    client.force_login(bela)
    shown = client.get(DESK).content.decode()

    assert "What callers hear" in shown
    assert "A recording instead of the voice" not in shown
    for path in ("own-words/", "recording/", "choices/", "en/remove/"):
        assert client.post(f"{DESK}{path}").status_code == 403
    assert client.get(f"{DESK}lines/add/").status_code == 403
    client.force_login(dora)
    assert client.get(DESK).status_code == 403
