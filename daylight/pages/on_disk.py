"""Writes files so that a power cut leaves them whole or not there, each with its compressed twins."""

import gzip
import hashlib
import os
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import brotli

COMPRESSED = frozenset({".html", ".json", ".css", ".js", ".svg", ".xml", ".atom", ".rss", ".ics", ".txt", ".vxml"})
"""Kinds of files that get smaller; pictures and sound do not."""

FLUSHED_AT_ONCE = 16
"""Files whose way to the disk is waited for together."""

TWINS = frozenset({".gz", ".br"})


def digest_of(body: bytes) -> str:
    """What tells two files apart."""
    return hashlib.sha256(body).hexdigest()[:20]


def write_with_twins(target: Path, body: bytes) -> list[Path]:
    """Write a file with its compressed twins; which files that made. Flush before telling."""
    target.parent.mkdir(parents=True, exist_ok=True)
    bodies = {target: body}
    if target.suffix in COMPRESSED:
        bodies[target.with_name(f"{target.name}.gz")] = gzip.compress(body, 6, mtime=0)
        bodies[target.with_name(f"{target.name}.br")] = brotli.compress(body, quality=5)
    for path, encoded in bodies.items():
        path.write_bytes(encoded)
        path.chmod(0o644)
    return list(bodies)


def flush(written: Sequence[Path]) -> None:
    """Wait until files, and the names they have in their folders, would survive a power cut; many wait no longer than
    one, as the disk takes them together.
    """
    with ThreadPoolExecutor(FLUSHED_AT_ONCE) as several:
        list(several.map(_flush_one, [*written, *{path.parent for path in written}]))


def _flush_one(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_whole(target: Path, body: bytes) -> None:
    """Put `body` at `target` so that a reader, or a power cut, meets the old file or the new one."""
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".new")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(body)
            file.flush()
            os.fchmod(file.fileno(), 0o644)
            os.fsync(file.fileno())
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def suffixes(name: str) -> tuple[str, ...]:
    """What the names of a file and its twins end in."""
    return (".gz", ".br", "") if Path(name).suffix in COMPRESSED else ("",)
