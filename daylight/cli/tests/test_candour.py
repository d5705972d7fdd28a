"""`daylight candour`: reads files, says what it finds in three forms, and needs no installation."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from daylight.cli.main import main
from daylight.cli.tests.processes import ROOT

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
    assert all(rule["help"]["markdown"].startswith(f"# {rule['id']}: ") for rule in run["tool"]["driver"]["rules"])
    assert all(Path(rule["helpUri"].removeprefix("file://")).exists() for rule in run["tool"]["driver"]["rules"])
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


@pytest.mark.parametrize(
    "line",
    ["no object", '["text"]', '{"id": "a"}', '{"id": "a", "text": null}', '{"id": "a", "text": "\\u0000'],
    ids=repr,
)
def test_a_line_that_is_no_text_is_named_and_the_others_are_answered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    path = tmp_path / "texts.jsonl"
    path.write_text(f'{{"id": "a", "text": "x"}}\n{line}\n\n{{"id": "c", "text": "One\u2028line"}}\n', encoding="utf-8")

    assert main(["candour", "--jsonl", str(path)]) == 2

    said = capsys.readouterr()
    assert [json.loads(answer)["id"] for answer in said.out.splitlines()] == ["a", "c"]
    assert f"Line 2 of {path} is no" in said.err


def test_a_text_that_no_encoding_can_hold_is_answered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "texts.jsonl"
    path.write_text('{"id": "\\ud800", "text": "Half a sign: \\ud83d", "title": null}\n', encoding="utf-8")

    assert main(["candour", "--jsonl", str(path)]) == 0
    assert "CND-101" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\xff\xfe\x00", "is no text in UTF-8; save it as UTF-8"),
        ("Käse fehlt.".encode("latin-1"), "is no text in UTF-8"),
        (b"PK\x03\x04\x00\x00", "is no text: it has zero bytes in it"),
        (b" \n\n", "is empty: there is nothing to read"),
        (b"word " * 220_000, "is too long for a notice"),
        (None, "cannot be read: No such file"),
    ],
    ids=["utf-16", "latin-1", "archive", "empty", "huge", "absent"],
)
def test_what_cannot_be_read_is_told_in_a_sentence_and_the_rest_is_read(
    draft: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, why: str
) -> None:
    path = draft.with_name("other")
    if content is not None:
        path.write_bytes(content)

    assert main(["candour", str(path), str(draft)]) == 2

    said = capsys.readouterr()
    assert said.err.startswith(f"{path} {why}")
    assert "CND-107" in said.out


@pytest.mark.parametrize("words", [["--stage", "resolved"], ["--profile", "mail"], ["--language", "xx"]], ids=repr)
def test_a_wrong_question_names_what_can_be_asked(
    draft: Path, capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["candour", str(draft), *words])

    assert ended.value.code == 2
    assert "choose from" in capsys.readouterr().err


def test_a_mark_at_the_beginning_of_a_file_is_no_word(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "windows.txt"
    path.write_text(EMPTY, encoding="utf-8-sig")

    assert main(["candour", str(path)]) == 1
    assert f"{path}:1:33: error CND-107" in capsys.readouterr().out


def test_a_rule_is_explained_where_there_is_no_network(draft: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["candour", str(draft)])
    asked = capsys.readouterr().out.splitlines()[-1].partition("daylight ")[2].split()

    assert main(asked) == 0
    assert "# CND-107: No time for the next word" in capsys.readouterr().out
    assert main(["candour", "--explain", "CND-999"]) == 2
    assert "There is no rule CND-999" in capsys.readouterr().err


def test_a_letter_is_read_as_a_letter(draft: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["candour", str(draft), "--stage", "letter", "--format", "json"]) == 1
    [told] = json.loads(capsys.readouterr().out)
    assert "CND-110" in {finding["rule"] for finding in told["findings"]}


def test_the_hook_for_pre_commit_calls_a_command_that_there_is(draft: Path) -> None:
    """What pre-commit does with it: the entry, the arguments of the repository, the files that fit."""
    [hook] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    program, *words = shlex.split(hook["entry"])

    assert (hook["id"], hook["language"], program) == ("daylight-candour", "python", "daylight")
    assert main([*words, "--fail-on", "warning", str(draft)]) == 1
    assert re.search(hook["files"], "notices/2026/late.md")
    assert not re.search(hook["files"], "docs/late.md")


def test_the_library_loads_nothing_of_django() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, daylight.candour; print(any(m.startswith('django') for m in sys.modules))"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert loaded.stdout.strip() == "False"
