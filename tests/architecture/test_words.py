"""One word for one thing; names say what happens, not by which technique; nothing of anybody's workplace."""

import re

import pytest

from tests.architecture.rooms import PACKAGE, ROOMS, ROOT, tracked

NAMES_OF_TECHNIQUES = {"services", "utils", "helpers", "managers", "signals", "tasks", "common", "misc", "handlers"}
TEXT = (".py", ".md", ".toml", ".html", ".txt", ".css", ".js", ".lock", ".cfg", ".yml", ".json", "")


def test_no_file_or_folder_is_named_for_a_technique() -> None:
    named = [
        str(path.relative_to(ROOT))
        for path in PACKAGE.rglob("*")
        if path.stem in NAMES_OF_TECHNIQUES and "__pycache__" not in path.parts
    ]

    assert named == []


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_says_what_happens_in_it(room: str) -> None:
    text = (PACKAGE / room / "README.md").read_text(encoding="utf-8")

    assert text.startswith(f"# {room}\n")
    assert "**Words:**" in text
    assert "**Who may call:**" in text
    assert len(text.splitlines()) <= 30


def test_no_django_signal_carries_anything() -> None:
    """Rooms meet by calling down, by reading rows, and on the page."""
    using = [
        str(path.relative_to(ROOT))
        for path in PACKAGE.rglob("*.py")
        if "tests" not in path.parts
        and re.search(r"django\.dispatch|models\.signals|@receiver\b", path.read_text("utf-8"))
    ]

    assert using == []


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        (r"\bspam complaints?\b", "spam report"),
        (r"\b(end[- ]users?|subscribers? list|recipients? list)\b", "customers, or the register"),
        (r"\bpost-?mortem meeting\b", "post-mortem"),
    ],
)
def test_one_thing_has_one_word(wrong: str, right: str) -> None:
    found = [
        str(path.relative_to(ROOT))
        for path in tracked("*.py", "*.md", "*.html")
        if path.name not in {"GLOSSARY.md", "test_words.py"}
        and "help" not in path.parts  # There stand the words that a provider's own screens use.
        and re.search(wrong, path.read_text(encoding="utf-8"), re.IGNORECASE)
    ]

    assert found == [], f"say: {right}"


def test_nothing_names_a_workplace_or_a_package_index() -> None:
    """The locks install behind any mirror, and no path of a developer's machine is in the repository."""
    forbidden = [
        "/" + "work/",
        "/" + "opt/pypi",
        "extra-" + "index-url",
        "--index" + "-url",
        "/" + "root/",
        "/" + "home/",
    ]
    found = [
        f"{path.relative_to(ROOT)} holds {words}"
        for path in tracked()
        if path.suffix in TEXT and "vendor" not in path.parts
        for words in forbidden
        if words in path.read_text(encoding="utf-8", errors="replace")
    ]

    assert found == []
    for lock in ROOT.glob("requirements/*.lock"):
        assert "://" not in lock.read_text(encoding="utf-8")
