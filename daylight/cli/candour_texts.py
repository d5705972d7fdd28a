"""Texts for `daylight candour`: from files, standard input, or lines of JSON; what is none is told in a sentence."""

import json
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import IO, Any

from daylight.cli.commands import AskedWrong

LONGEST = 1_000_000
"""Characters of one text: no notice is as long as a thick book."""


def text_of(name: str) -> str:
    """The text of a file, `-` for standard input. Raises AskedWrong."""
    with _opened(name) as file:
        text = _decoded(file.read(4 * LONGEST + 1), name)
    if not text.strip():
        raise AskedWrong(f"{_called(name)} is empty: there is nothing to read.")
    if len(text) > LONGEST:
        raise AskedWrong(f"{_called(name)} is too long for a notice: more than {LONGEST:,} characters.")
    return text


def lines_of(name: str) -> Iterator[dict[str, Any] | AskedWrong]:
    """Each line of a file as an object with "id" and "text", or as the reason why it is none. Raises AskedWrong."""
    with _opened(name) as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield _object(line, f"Line {number} of {name}")


def _object(line: bytes, called: str) -> dict[str, Any] | AskedWrong:
    try:
        found = json.loads(_decoded(line, called))
    except AskedWrong as problem:
        return problem
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or "id" not in found or not isinstance(found.get("text"), str):
        return AskedWrong(f'{called} is no JSON object with an "id" and a "text" in words.')
    if len(found["text"]) > LONGEST:
        return AskedWrong(f"{called} is too long for a notice: more than {LONGEST:,} characters.")
    return found


def _opened(name: str) -> "nullcontext[IO[bytes]] | IO[bytes]":
    if name == "-":
        if sys.stdin.isatty():
            print("Reading what you type; end it with Ctrl-D on a line of its own.", file=sys.stderr)
        return nullcontext(sys.stdin.buffer)
    try:
        return Path(name).open("rb")
    except (OSError, ValueError) as problem:
        why = getattr(problem, "strerror", None) or "its name is no name of a file"
        raise AskedWrong(f"{name} cannot be read: {why}.") from problem


def _decoded(raw: bytes, name: str) -> str:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise AskedWrong(f"{_called(name)} is no text in UTF-8; save it as UTF-8 and try again.") from problem
    if "\0" in text:
        raise AskedWrong(f"{_called(name)} is no text: it has zero bytes in it.")
    return text


def _called(name: str) -> str:
    return "Standard input" if name == "-" else name
