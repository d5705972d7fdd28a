"""The folder a page stands in: whole files, written so that nobody ever reads half of one.

pages/status/
  version.json     written last: when and from which facts; readers look at nothing but its date
  stamps.json      what each incident and month was last rendered from
  stale.html       the notice put on pages that could not be rendered anew for long
  site/            the files themselves, each with a .gz beside it; any web server may serve this folder
"""

import fcntl
import gzip
import json
import os
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from django.conf import settings

from daylight.pages.models.page import MAIN


class Busy(Exception):
    """Another process writes this folder now; its work will do for us."""


@dataclass(frozen=True)
class Version:
    """What stands in the folder: of which facts, rendered when, true until the text would change by itself."""

    number: int
    fingerprint: str
    look: str
    made_at: datetime
    changes_at: datetime
    is_whole: bool

    @classmethod
    def parse(cls, text: bytes) -> Self:
        """The version a file tells of. Raises ValueError, KeyError or TypeError when it tells none."""
        said: dict[str, Any] = json.loads(text)
        for name in ("made_at", "changes_at"):
            said[name] = datetime.fromisoformat(said[name])
        return cls(**said)


class PageFolder:
    """One page on disk."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.site = root / "site"
        self.version_file = root / "version.json"

    @classmethod
    def main(cls) -> Self:
        """The folder of the page at the root of the installation."""
        return cls(Path(settings.DATA_DIR) / "pages" / MAIN)

    def version(self) -> Version | None:
        """What stands here, or None when nothing readable does."""
        try:
            return Version.parse(self.version_file.read_bytes())
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def stamps(self) -> dict[str, Any]:
        """What was rendered from what; empty when unknown, so that all is rendered again."""
        try:
            stamps: dict[str, Any] = json.loads((self.root / "stamps.json").read_bytes())
        except (OSError, ValueError):
            return {}
        return stamps

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the only writer inside the block. Raises Busy when another is."""
        self.site.mkdir(parents=True, exist_ok=True)
        with (self.root / ".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Busy from None
            yield

    def put(self, files: Mapping[str, bytes]) -> None:
        """Write the files of the site that changed, each with its compressed twin."""
        for name, body in files.items():
            target = self.site / name
            if _read(target) == body and target.with_name(f"{target.name}.gz").exists():
                continue
            write_whole(target.with_name(f"{target.name}.gz"), gzip.compress(body, 9, mtime=0))
            write_whole(target, body)

    def remove_others(self, folder: str, keep: Collection[str]) -> None:
        """Take away what stands in a folder of the site under any other name."""
        for there in self.site.joinpath(folder).glob("*/index.html"):
            if there.parent.name not in keep:
                there.unlink(missing_ok=True)
                there.with_name("index.html.gz").unlink(missing_ok=True)
                there.parent.rmdir()

    def close(self, version: Version, *, stamps: Mapping[str, Any], stale_notice: bytes) -> None:
        """Tell readers that a new version stands."""
        write_whole(self.root / "stamps.json", json.dumps(stamps).encode())
        write_whole(self.root / "stale.html", stale_notice)
        said = asdict(version)
        for name in ("made_at", "changes_at"):
            said[name] = said[name].isoformat()
        write_whole(self.version_file, json.dumps(said).encode())


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


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
