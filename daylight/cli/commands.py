"""What a command is, and the sentence it ends with when it cannot do its work."""

from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from typing import Protocol


class CannotDo(Exception):
    """The command cannot do what was asked; the message is one or two sentences: why, and the way out."""


class AskedWrong(CannotDo):
    """What was asked cannot be understood, or what was handed in cannot be read: the exit status is 2."""


class Module(Protocol):
    """A file of this room: it describes its arguments, and does the work."""

    def arguments(self, parser: ArgumentParser) -> None:
        """Describe the arguments of the command."""

    def run(self, options: Namespace) -> int:
        """Do the work; returns the exit status. Raises CannotDo."""


@dataclass(frozen=True)
class Command:
    """One command: its name, the file that does it, what it does in a sentence, and an example to copy.

    The file is imported only when its command is asked for. A command that `listens` takes --host and --port, which
    are put into the environment before the settings are read. One that `stands_alone` needs no installation: neither
    settings nor a database.
    """

    name: str
    file: str
    says: str
    example: str
    listens: bool = False
    stands_alone: bool = False
