"""The sound follows the words: made by whichever voice is here, never in the way, and never that of older words."""

import json
import shlex
import shutil
import sys
import wave
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from conftest import HandClock
from daylight.incidents.models import Incident
from daylight.pages import publishing
from daylight.pages.folder import PageFolder
from daylight.pages.models import Page, SpokenText
from daylight.pages.on_hold import voices, voicing
from daylight.pages.on_hold.voices import NoVoice, VoiceFailed
from daylight.pages.tests.makers import a_told_incident, an_update

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]

READS_ALOUD = """
import math, struct, sys, wave
text, language, out = open(sys.argv[1]).read(), sys.argv[2], sys.argv[3]
with wave.open(out, "wb") as file:
    file.setnchannels(1); file.setsampwidth(2); file.setframerate(8000)
    tones = [int(9000 * math.sin(n / (2 + len(text) % 7))) for n in range(len(text) * 50)]
    file.writeframes(struct.pack(f"<{len(tones)}h", *tones))
"""
"""A voice for tests: a tone that lasts as long as the text is."""


@pytest.fixture
def reader(tmp_path: Path, settings: Any) -> Path:
    """A command of the operator that reads aloud."""
    script = tmp_path / "reads_aloud.py"
    script.write_text(READS_ALOUD, encoding="utf-8")
    settings.VOICE_COMMAND = f"{shlex.quote(sys.executable)} {script} {{text_file}} {{language}} {{out}}"
    return script


def say_all(clock: HandClock) -> None:
    while voicing.step(clock.now).handled:
        clock.move(seconds=1)


def told(folder: PageFolder) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder.site / "on-hold" / "message.json").read_bytes())
    return found


def test_words_stand_first_and_their_sound_follows(folder: PageFolder, clock: HandClock, reader: Path) -> None:
    a_told_incident(clock.now)
    publishing.refresh(clock.now)
    before = told(folder)
    say_all(clock)
    publishing.refresh(clock.now)
    after = told(folder)

    assert before["sounds"] == {}
    assert b"<Say" in (folder.site / "on-hold" / "twiml.xml").read_bytes() or after["sounds"]
    assert set(after["sounds"]) == {"message", "press", "thanks", "no_number", "neutral"}
    assert after["version"] == before["version"]
    with wave.open(str(folder.site / "on-hold" / "message.wav")) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (8000, 1, 2)
        assert file.getnframes() == pytest.approx((len(after["text"]) + 1) * 50)


def test_the_sound_of_older_words_is_never_played_as_today(folder: PageFolder, clock: HandClock, reader: Path) -> None:
    incident = a_told_incident(clock.now)
    publishing.refresh(clock.now)
    say_all(clock)
    publishing.refresh(clock.now)
    assert (folder.site / "on-hold" / "message.mp3").exists()

    an_update(incident, clock.now, headline="Card payments work again for most")
    publishing.refresh(clock.now)

    assert "message" not in told(folder)["sounds"]
    assert list((folder.site / "on-hold").glob("message.wav*")) == []
    assert b"<Say" in (folder.site / "on-hold" / "twiml.xml").read_bytes()


def test_words_that_come_back_have_their_sound_at_once(folder: PageFolder, clock: HandClock, reader: Path) -> None:
    publishing.refresh(clock.now)
    say_all(clock)
    incident = a_told_incident(clock.now)
    publishing.refresh(clock.now)
    Incident.objects.filter(pk=incident.pk).update(closed_at=clock.now)
    clock.move(seconds=5)

    publishing.refresh(clock.now)

    assert told(folder)["says"] == "well"
    assert "message" in told(folder)["sounds"]
    assert SpokenText.objects.filter(part="message", ended_at__isnull=True).count() == 1


@pytest.mark.parametrize(
    ("command", "limit", "problem"),
    [
        (f"{sys.executable} -c 'import sys; sys.exit(\"no such voice\")'", 60, "ended with 1. no such voice"),
        (f"{sys.executable} -c 'pass' {{out}}", 60, "wrote no file"),
        (
            f'{sys.executable} -c \'import sys; open(sys.argv[1], "w").write("hm")\' {{out}}',
            60,
            "something else than sound",
        ),
        (f"{sys.executable} -c 'import time; time.sleep(99)'", 1, "longer than 1 seconds"),
    ],
)
def test_a_voice_that_fails_is_named_and_tried_again(
    clock: HandClock, settings: Any, command: str, limit: int, problem: str
) -> None:
    settings.VOICE_COMMAND, settings.VOICE_SECONDS = command, limit
    publishing.refresh(clock.now)

    voicing.step(clock.now)

    row = SpokenText.objects.exclude(problem="").get()
    assert problem in row.problem
    assert row.due_at is not None
    assert row.due_at > clock.now
    assert told(PageFolder.main())["text"]


def test_a_silent_voice_is_no_voice(clock: HandClock, settings: Any, tmp_path: Path, reader: Path) -> None:
    reader.write_text(READS_ALOUD.replace("9000", "3"), encoding="utf-8")

    with pytest.raises(VoiceFailed, match="silent"):
        voices.voice().say("Hello", language="tlh")


def test_without_a_voice_the_words_stand_and_the_rows_wait(clock: HandClock, settings: Any) -> None:
    settings.VOICE_COMMAND = "no-such-program {out}"
    publishing.refresh(clock.now)
    say_all(clock)

    with pytest.raises(NoVoice):
        voices.voice()
    assert {row.problem for row in SpokenText.objects.all()} == {"No voice is installed."}
    assert not voicing.step(clock.now).handled


def test_what_a_caller_says_is_no_part_of_the_command(settings: Any, reader: Path) -> None:
    made = voices.voice().say("; rm -rf / $(touch x) {out}", language="en")

    assert made.seconds > 0


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not on this machine")
@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
def test_espeak_speaks_the_languages_of_the_page(settings: Any, language: str) -> None:
    settings.VOICE_COMMAND = ""

    made = voices.voice().say("Nordlicht, 14.", language=language)

    assert made.rate == 8000
    assert 0.5 < made.seconds < 5


def test_old_sounds_are_forgotten(clock: HandClock, reader: Path) -> None:
    a_told_incident(clock.now)
    publishing.refresh(clock.now)
    say_all(clock)
    SpokenText.objects.filter(part="message").update(ended_at=clock.now)

    clock.move(days=8)
    voicing.sweep(clock.now)
    assert SpokenText.objects.filter(samples__isnull=True).count() == 1
    clock.move(days=90)
    voicing.sweep(clock.now)
    assert not SpokenText.objects.filter(part="message").exists()
    assert SpokenText.objects.filter(page=Page.main(clock.now)).count() == 4
    assert timedelta(days=90) == voicing.FORGOTTEN_AFTER
