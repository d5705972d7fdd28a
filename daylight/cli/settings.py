"""Prints docs/run/settings.md, which is made from the list of settings and so is never out of date."""

from argparse import ArgumentParser, Namespace
from importlib import import_module

from daylight.core.environment import Setting

BEFORE = """# Settings

All settings are environment variables, read once at the start. A `DAYLIGHT_` variable that is not in this list stops
the start with a sentence, since a misspelt one would be ignored in silence. Add `_FILE` to a name to have the value
read from a file (`DAYLIGHT_SECRET_KEY_FILE=/run/secrets/daylight`). Yes is `yes`, `true`, `1` or `on`.

What changes from day to day (mail server, organisation, components, rhythms, members) is set in the browser.

| variable | what it does | default |
|---|---|---|
| `DATABASE_URL` | `postgresql://user:password@host/name`, or `sqlite:////path/to/file`. | SQLite in the data folder |
"""


def arguments(parser: ArgumentParser) -> None:
    """Describe the arguments of the command."""


def run(options: Namespace) -> int:
    """Print the page."""
    print(page(), end="")
    return 0


def page() -> str:
    """The page in Markdown."""
    settings: tuple[Setting, ...] = import_module("daylight.config.environment").SETTINGS
    return BEFORE + "".join(
        f"| `{setting.name}` | {setting.says} | {f'`{setting.default}`' if setting.default else ''} |\n"
        for setting in settings
    )
