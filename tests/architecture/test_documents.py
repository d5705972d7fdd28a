"""What the documents say is so: links lead somewhere, commands exist, Python runs, lists are complete."""

import os
import re
import shlex
import subprocess
import sys
import tomllib
from argparse import ArgumentParser
from pathlib import Path

import pytest

from daylight.cli.main import file_of, parser_of
from daylight.cli.registry import COMMANDS
from daylight.cli.settings import page
from daylight.reach.channels.registry import CHANNELS
from tests.architecture.rooms import PACKAGE, ROOMS, ROOT

DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
NOT_YET = {"docs/images/incident-room.png"}
"""The picture that is taken when the screens stand."""

LONGEST_RECIPE = 5


def blocks(path: Path, language: str) -> list[str]:
    """The code blocks of a document in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def python_blocks() -> list[tuple[str, str]]:
    return [(str(path.relative_to(ROOT)), code) for path in DOCUMENTS for code in blocks(path, "python")]


def command_lines() -> list[str]:
    """Every line of a shell block, and every line in running text that calls us."""
    lines = [line for path in DOCUMENTS for code in blocks(path, "sh") for line in code.splitlines()]
    for path in DOCUMENTS:
        lines += re.findall(r"`((?:bin/daylight|\./run|\./test|bin/bench) [^`…]*)`", path.read_text(encoding="utf-8"))
    return sorted({line.strip() for line in lines if re.match(r"(bin/|\./)", line.strip())})


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "code"), python_blocks(), ids=lambda value: value if value.endswith(".md") else "")
def test_python_in_the_documents_runs(name: str, code: str) -> None:
    exec(compile(code, name, "exec"), {})  # noqa: S102  # Our own documents.


def parsers_of_scripts() -> dict[str, list[str]]:
    return {"./run": ["run"], "bin/daylight": []}


@pytest.mark.parametrize("line", command_lines())
def test_commands_in_the_documents_can_be_called_so(line: str) -> None:
    program, *words = shlex.split(line.partition(" > ")[0], comments=True)
    words = [word for word in words if word != "NAME"]
    if program in parsers_of_scripts() and words != ["--help"]:
        name, *rest = parsers_of_scripts()[program] + words
        command = next((command for command in COMMANDS if command.name == name), None)
        assert command, f"there is no command {name}"
        parser_of(command, file_of(command)).parse_args(rest)
    else:
        assert (ROOT / program).exists()


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_the_help_of_a_command_teaches(command: object) -> None:
    """A sentence, more than a sentence, and an example that its own parser takes."""
    assert command in COMMANDS
    known = next(one for one in COMMANDS if one is command)
    parser = parser_of(known, file_of(known))
    assert isinstance(parser, ArgumentParser)
    program, name, *rest = shlex.split(known.example)

    assert (program, name) == ("daylight", known.name)
    assert known.says.endswith(".")
    assert len(parser.format_help()) > len(known.says) + 100
    parser.parse_args(rest)


def test_links_in_the_documents_lead_somewhere() -> None:
    broken = []
    for path in DOCUMENTS:
        for target in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
            if "://" in target or target in NOT_YET:
                continue
            if not (path.parent / target).exists():
                broken.append(f"{path.relative_to(ROOT)}: {target}")

    assert broken == []


def test_every_setting_is_documented() -> None:
    """Made by: bin/daylight settings > docs/run/settings.md."""
    assert (ROOT / "docs/run/settings.md").read_text(encoding="utf-8") == page()


def test_every_channel_is_documented() -> None:
    text = (ROOT / "docs/use/channels.md").read_text(encoding="utf-8")

    assert [name for name in CHANNELS if f"`{name}`" not in text] == []
    assert [name for name in CHANNELS if not (PACKAGE / "reach/channels" / name / "README.md").exists()] == []


def test_every_dependency_has_its_line() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = (ROOT / "docs/build/dependencies.md").read_text(encoding="utf-8")
    names = {
        re.split(r"[\[<>=~! ]", entry)[0]
        for entry in [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    }

    assert sorted(name for name in names if f"| {name} |" not in text) == []


def test_every_room_is_on_the_map() -> None:
    text = (ROOT / "docs/build/architecture.md").read_text(encoding="utf-8")

    assert [room for room in ROOMS if not re.search(rf"\b{room}\b", text)] == []


def test_no_recipe_needs_more_than_five_steps() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    recipes = {
        part.splitlines()[0]: len(re.findall(r"^\d+\. ", part, re.MULTILINE)) for part in text.split("\n### ")[1:]
    }

    assert recipes
    assert {name: steps for name, steps in recipes.items() if not 0 < steps <= LONGEST_RECIPE} == {}


def test_the_glossary_is_in_order_and_says_each_word_once() -> None:
    words = re.findall(r"^\| ([a-z][^|]*) \|", (ROOT / "GLOSSARY.md").read_text(encoding="utf-8"), re.MULTILINE)[1:]

    assert words == sorted(set(words))


@pytest.mark.slow
@pytest.mark.parametrize("words", [["run", "--help"], ["test", "--help"], ["bin/bench"], ["bin/daylight", "--help"]])
def test_the_scripts_start(words: list[str]) -> None:
    if not (ROOT / ".venv").exists():
        pytest.skip("the environment of this run is not .venv")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DAYLIGHT_")}
    program = [str(ROOT / words[0])] if words[0].startswith("bin/") else [sys.executable, str(ROOT / words[0])]
    done = subprocess.run([*program, *words[1:]], env=kept, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert done.stdout
