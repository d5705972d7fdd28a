"""The program for an Asterisk while Daylight cannot be reached: what is kept is played, and never too old."""

import contextlib
import hashlib
import json
import os
import time
from array import array
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest

from daylight.pages.on_hold import agi, sound
from daylight.pages.on_hold.agi import Channel, HungUp, Line
from daylight.pages.on_hold.composing import compose, words_of
from daylight.pages.on_hold.facts import Choices, OnHoldFacts, Part
from daylight.pages.on_hold.formats import message_json, sounds_of
from daylight.pages.on_hold.tests.makers import a_page, an_incident

NOBODY = "http://127.0.0.1:9/on-hold/lines/t"
TONE = sounds_of(sound.to_bytes(array("h", [9000, -9000] * 400)))


def kept(folder: Path, *, age: timedelta = timedelta(0), parts: tuple[Part, ...] = tuple(Part)) -> Line:
    """A line that fetched everything `age` ago, and reaches nobody now."""
    facts = replace(a_page(an_incident()), now=datetime.now(UTC) - age)
    spoken = compose(facts, choices=Choices())
    on_hold = OnHoldFacts(spoken, Choices(), words_of(facts, spoken), dict.fromkeys(Part, TONE))
    folder.mkdir(exist_ok=True)
    (folder / "message.json").write_text(json.dumps(message_json(on_hold, root=NOBODY)))
    os.utime(folder / "message.json", (0, 0))
    digest = hashlib.sha256(TONE.formats["ulaw"]).hexdigest()[:16]
    for part in parts:
        (folder / f"{part}-{digest}.ulaw").write_bytes(TONE.formats["ulaw"])
    return Line(NOBODY, "of-the-line", str(folder))


def played(line: Line, *answers: str) -> list[str]:
    """What the program says to an Asterisk that answers so, and then always `200 result=0`."""
    told = ["agi_callerid: 015112345678", "agi_channel: Local/1", "", *answers, *["200 result=0"] * 20]
    said = StringIO()
    with contextlib.suppress(HungUp):
        agi.serve(Channel(StringIO("\n".join(told)), said), line, time.time())
    return said.getvalue().splitlines()


def test_the_last_message_is_played_while_we_are_away(tmp_path: Path) -> None:
    said = played(kept(tmp_path))

    assert said[0].startswith('SET VARIABLE DAYLIGHT_TEXT "This is Nordlicht. We know of a problem.')
    assert said[1] == 'SET VARIABLE DAYLIGHT_ON_HOLD "message"'
    assert said[2].startswith(f"STREAM FILE {tmp_path}/message-")
    assert said[3].startswith(f"STREAM FILE {tmp_path}/press-")
    assert said[4] == "WAIT FOR DIGIT 3000"


@pytest.mark.parametrize(
    ("age", "parts", "says"),
    [
        (timedelta(minutes=14), tuple(Part), "message"),
        (timedelta(minutes=16), tuple(Part), "neutral"),
        (timedelta(minutes=16), (Part.MESSAGE,), "nothing"),
        (timedelta(0), (), "nothing"),
    ],
)
def test_what_is_too_old_or_not_at_hand_is_not_played(
    tmp_path: Path, age: timedelta, parts: tuple[Part, ...], says: str
) -> None:
    said = played(kept(tmp_path, age=age, parts=parts))

    assert f'SET VARIABLE DAYLIGHT_ON_HOLD "{says}"' in said
    files = [line.split("/")[-1].split("-")[0] for line in said if line.startswith("STREAM")]
    assert set(files) <= {says, "press"}


def test_a_line_that_never_heard_of_anything_says_nothing(tmp_path: Path) -> None:
    assert played(Line(NOBODY, "s", str(tmp_path))) == ['SET VARIABLE DAYLIGHT_ON_HOLD "nothing"']


def test_a_caller_who_hangs_up_ends_it(tmp_path: Path) -> None:
    said = played(kept(tmp_path), "200 result=1", "200 result=1", "200 result=-1 endpos=10")

    assert said[-1].startswith("STREAM FILE")


def test_a_key_that_cannot_be_passed_on_is_answered_with_silence(tmp_path: Path) -> None:
    said = played(kept(tmp_path), "200 result=1", "200 result=1", "200 result=49 endpos=10")

    assert len([line for line in said if line.startswith("STREAM")]) == 1


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"version": 1}', None])
def test_what_is_no_message_is_not_taken_for_one(body: bytes | None) -> None:
    assert agi.message_in(body) is None


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://x/y", "nonsense"])
def test_only_the_web_is_asked(url: str) -> None:
    assert agi.fetch(url) is None


def test_old_sounds_make_room(tmp_path: Path) -> None:
    line = kept(tmp_path)
    for number in range(8):
        (tmp_path / f"message-{number:016}.ulaw").write_bytes(b"x")
        os.utime(tmp_path / f"message-{number:016}.ulaw", (number, number))

    line._forget("message")

    assert len(list(tmp_path.glob("message-*.ulaw"))) == agi.KEPT
