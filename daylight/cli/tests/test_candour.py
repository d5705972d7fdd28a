"""`daylight candour`: reads files, says what it finds in three forms, and needs no installation."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from daylight.cli.main import main

EMPTY = "We are investigating the issue. Updates will follow shortly.\n"
WHOLE = (
    "Since 09:10 UTC customers in France cannot pay by card; other countries are not affected. We do not know the cause"
    " yet. We have rolled back this morning's release. You can pay by invoice meanwhile. We are sorry that you could"
    " not pay. Next update within 30 minutes.\n"
)


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    """A file with a draft that keeps people in the dark."""
    path = tmp_path / "draft.txt"
    path.write_text(EMPTY, encoding="utf-8")
    return path


def test_findings_are_told_with_place_reason_and_what_to_write(draft: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["candour", str(draft)]) == 1

    said = capsys.readouterr().out
    assert f"{draft}:1:33: error CND-107" in said
    assert "Next update by [time, zone]" in said


def test_a_whole_draft_has_no_error_and_exits_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "whole.txt"
    path.write_text(WHOLE, encoding="utf-8")

    assert main(["candour", str(path), "--fail-on", "warning"]) == 0
    assert "error" not in capsys.readouterr().out


def test_programs_get_elements_as_true_and_false(draft: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["candour", str(draft), "--format", "json"])

    [told] = json.loads(capsys.readouterr().out)
    assert told["elements"]["states_action"] is True
    assert told["elements"]["states_next_update_time"] is False
    assert {"rule": "CND-101", "missing": True}.items() <= told["findings"][0].items()


def test_code_hosts_get_sarif_with_each_rule_described(draft: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["candour", str(draft), "--format", "sarif"])

    [run] = json.loads(capsys.readouterr().out)["runs"]
    described = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert {result["ruleId"] for result in run["results"]} == described
    [next_update] = [result for result in run["results"] if result["ruleId"] == "CND-107"]
    assert next_update["locations"][0]["physicalLocation"]["region"]["startColumn"] == 33


def test_many_texts_are_answered_line_by_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "texts.jsonl"
    lines = [
        {"id": "a", "text": EMPTY, "title": "", "stage": "investigating", "kind": "outage"},
        {"id": "b", "text": WHOLE},
    ]
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")

    assert main(["candour", "--jsonl", str(path)]) == 0

    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert (first["id"], first["elements"]["empty_boilerplate"]) == ("a", True)
    assert (second["id"], second["elements"]["states_next_update_time"]) == ("b", True)


@pytest.mark.parametrize("line", ["no object", '["text"]', '{"id": "a"}'])
def test_a_line_that_is_no_text_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str) -> None:
    path = tmp_path / "texts.jsonl"
    path.write_text(f'{{"id": "a", "text": "x"}}\n{line}\n', encoding="utf-8")

    assert main(["candour", "--jsonl", str(path)]) == 1
    assert f"Line 2 of {path}" in capsys.readouterr().err


def test_a_file_that_cannot_be_read_is_told_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")

    for name, why in (("missing", "cannot be read"), ("binary", "no text in UTF-8")):
        assert main(["candour", str(tmp_path / name)]) == 1
        assert why in capsys.readouterr().err


def test_the_library_loads_nothing_of_django() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, daylight.candour; print(any(m.startswith('django') for m in sys.modules))"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert loaded.stdout.strip() == "False"
