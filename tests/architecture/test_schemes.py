"""A dark screen is the light one in other colours: what is read of the one by any other rule holds for the other."""

import re

from tests.architecture.rooms import ROOT

DARK = re.compile(r"@media \(prefers-color-scheme: dark\) \{((?:[^{}]*\{[^{}]*\})*)[^{}]*\}")
COLOURS = re.compile(r"--[\w-]+|color-scheme|(?:background-|border-)?color|background")


def test_the_scheme_changes_colours_and_nothing_else() -> None:
    sheets = [path for path in (ROOT / "daylight").rglob("*.css") if "prefers-color-scheme" in path.read_text()]
    others = {}
    for path in sheets:
        blocks = DARK.findall(path.read_text(encoding="utf-8"))
        assert blocks, path
        declared = re.findall(r"([\w-]+)\s*:[^;{}]*[;}]", "".join(re.findall(r"\{[^{}]*\}", "".join(blocks))))
        assert declared, path
        others[path.name] = {name for name in declared if not COLOURS.fullmatch(name)}

    assert len(sheets) >= 4
    assert {name: found for name, found in others.items() if found} == {}


def test_no_script_asks_for_the_scheme() -> None:
    scripts = [*(ROOT / "daylight").rglob("*.js"), *(ROOT / "daylight").rglob("*.html")]

    asking = {path.name for path in scripts if "prefers-color-scheme" in path.read_text(encoding="utf-8")}

    assert asking == {"frame.html"}, "a mail, which has its own colours"
