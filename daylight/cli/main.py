"""The `daylight` command: finds the command that was asked for, and ends with a sentence, never a traceback."""

import importlib
import os
import signal
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Sequence
from typing import cast

import django
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, ProgrammingError
from django.db.migrations.exceptions import InconsistentMigrationHistory
from django.db.utils import DatabaseError

from daylight import __version__
from daylight.cli import address
from daylight.cli.commands import AskedWrong, CannotDo, Command, Module
from daylight.cli.registry import COMMANDS
from daylight.core.environment import SettingProblem

CANNOT_DO, WRONG_SETTING = 1, 2
"""Exit statuses: the work could not be done; the question or a setting is wrong (argparse uses 2 as well)."""

FORESEEN = (
    SettingProblem,
    CannotDo,
    OperationalError,
    ProgrammingError,
    ImproperlyConfigured,
    InconsistentMigrationHistory,
)
"""What ends with a sentence; anything else is our bug and shows its traceback."""


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    words = sys.argv[1:] if words is None else list(words)
    command = next((command for command in COMMANDS if words and command.name == words[0]), None)
    if command is None:
        _overview().parse_args(words or ["--help"])
        return WRONG_SETTING
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "daylight.config.settings")
    try:
        return _call(command, words[1:])
    except BrokenPipeError:  # The reader went away, as `head` does.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CANNOT_DO
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except FORESEEN as problem:
        print(_sentence(problem), file=sys.stderr)
        return WRONG_SETTING if isinstance(problem, SettingProblem | AskedWrong) else CANNOT_DO


def _call(command: Command, words: Sequence[str]) -> int:
    if command.listens:
        address.put_into_environment(words)
    if not command.stands_alone:
        django.setup()
    module = file_of(command)
    return module.run(parser_of(command, module).parse_args(words))


def file_of(command: Command) -> Module:
    """The file that does the command."""
    return cast(Module, importlib.import_module(f"daylight.cli.{command.file}"))


def parser_of(command: Command, module: Module) -> ArgumentParser:
    """Reads the words that follow the command, and explains them."""
    parser = ArgumentParser(
        prog=f"daylight {command.name}",
        description=f"{command.says}\n\n{(module.__doc__ or '').strip()}",
        epilog=f"Example:\n  {command.example}",
        formatter_class=RawDescriptionHelpFormatter,
    )
    module.arguments(parser)
    return parser


def _sentence(problem: Exception) -> str:
    said = next(iter(str(problem).strip().splitlines()), type(problem).__name__)
    if isinstance(problem, InconsistentMigrationHistory):
        return "This database was made by another Daylight than this one, and cannot be brought up to date."
    if not isinstance(problem, DatabaseError):
        return str(problem)
    if any(sign in said for sign in ("no such table", "no such column", "does not exist")):
        return f"The database is not up to date ({said}). Run: daylight prepare"
    return f"The database cannot be used: {said.rstrip('.')}."


def _overview() -> ArgumentParser:
    width = max(len(command.name) for command in COMMANDS)
    lines = [f"  {command.name:<{width}}  {command.says}\n  {'':<{width}}  {command.example}\n" for command in COMMANDS]
    parser = ArgumentParser(
        prog="daylight",
        usage="daylight COMMAND [...]",
        description="Tells the customers affected by trouble before they ask.\n\nCommands:\n\n" + "\n".join(lines),
        epilog="`daylight COMMAND --help` explains one of them.",
        formatter_class=RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"Daylight {__version__}")
    parser.add_argument(
        "command", metavar="COMMAND", choices=[command.name for command in COMMANDS], help="one of the above"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
