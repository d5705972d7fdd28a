"""Messages that a person has labelled: chasers and ordinary ones, in a text file for each voice."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LABELLED = Path(__file__).with_name("labelled")


@dataclass(frozen=True)
class Labelled:
    """A message and what a person says it is."""

    is_chaser: bool
    language: str
    subject: str
    text: str


def labelled(path: Path) -> Iterator[Labelled]:
    """The messages of one file, in the order in which they stand."""
    kind = language = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            kind, language = line.strip("[]").split()
        elif line and not line.startswith("#"):
            subject, _, text = line.rpartition(" || ")
            yield Labelled(kind == "chaser", language, subject, text.replace("\\n", "\n"))
