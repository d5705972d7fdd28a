"""`daylight on-hold`: agi, message, lines."""

from pathlib import Path
from typing import Any

import pytest

from conftest import HandClock
from daylight.cli.main import main
from daylight.pages import publishing
from daylight.pages.models import Page, PhoneLine

pytestmark = pytest.mark.django_db


@pytest.fixture
def line(clock: HandClock, settings: Any, tmp_path: Path) -> PhoneLine:
    settings.DATA_DIR = tmp_path
    publishing.refresh(clock.now)
    page = Page.main(clock.now)
    return PhoneLine.objects.create(page=page, name="Hotline", kind="asterisk", secret="sealed-by", made_at=clock.now)


def test_the_program_is_printed_with_the_address_of_the_line(
    line: PhoneLine, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["on-hold", "agi", "--line", "Hotline"]) == 0

    program = capsys.readouterr().out
    assert program.startswith("#!/usr/bin/env python3\n")
    assert line.address in program
    assert "sealed-by" in program


def test_what_callers_hear_and_the_lines_are_printed(line: PhoneLine, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["on-hold", "message"]) == 0
    assert main(["on-hold", "lines"]) == 0

    said = capsys.readouterr().out
    assert "As far as we know, everything works." in said
    assert "Hotline  Asterisk  heard never  not heard playing the newest yet" in said


@pytest.mark.parametrize(
    ("words", "says"),
    [(["agi", "--line", "Nobody"], "There is no line 'Nobody'"), (["message", "--language", "tlh"], "It speaks: en")],
)
def test_what_is_not_there_is_a_sentence_and_status_1(
    line: PhoneLine, capsys: pytest.CaptureFixture[str], words: list[str], says: str
) -> None:
    assert main(["on-hold", *words]) == 1
    assert says in capsys.readouterr().err
