"""JSON that was saved: a file, or a folder of files named for what they hold."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

LARGEST = 512 * 1024 * 1024


class NotUsable(Exception):
    """The file or folder cannot be read; the message says why."""


def files(path: Path) -> Iterator[tuple[str, Any]]:
    """Each file's name without its ending, and the JSON in it; a folder's in the order of their names."""
    found = sorted(path.glob("*.json")) if path.is_dir() else [path]
    if not found:
        raise NotUsable(f"{path} holds no file that ends with .json.")
    for each in found:
        yield each.stem.lower(), load(each)


def load(path: Path) -> Any:
    """The JSON of one file. Raises NotUsable."""
    try:
        return json.loads(text(path))
    except ValueError as problem:
        raise NotUsable(f"{path} is no JSON: {problem}.") from None


def text(path: Path) -> str:
    """The words of one file. Raises NotUsable."""
    try:
        if path.stat().st_size > LARGEST:
            raise NotUsable(f"{path} is larger than {LARGEST // 1024**2} MB.")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise NotUsable(f"{path} is no text in UTF-8.") from None
    except OSError as problem:
        raise NotUsable(f"{path} cannot be read: {problem.strerror}.") from None
