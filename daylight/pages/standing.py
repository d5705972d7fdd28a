"""The public page in memory: what a web process answers with, without a row, a template or a file.

Reads the folder again when its version file changes, which it looks at no more than four times a second. When
nobody could render the page for some minutes (worker or database down), it goes on standing and says how old it is.
"""

import gzip
import hashlib
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from daylight.pages.folder import PageFolder

LOOK_EVERY = 0.25
"""Seconds between two looks at the version file."""

STALE_AFTER = timedelta(minutes=5)
"""A page rendered longer ago than this carries a notice; while all is well it is rendered every minute."""

AGE_MARK = b"<!--age-->"
"""Where the notice goes."""

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}

CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

_SAFE = (
    ("X-Content-Type-Options", "nosniff"),
    ("Content-Security-Policy", CONTENT_POLICY),
    ("Referrer-Policy", "same-origin"),
    ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Vary", "Accept-Encoding"),
)

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Held:
    """One address ready to be answered: the bytes plain and compressed, and the headers of either and of a 304."""

    body: bytes
    compressed: bytes
    etag: str
    compressed_etag: str
    headers: Headers
    compressed_headers: Headers
    unchanged_headers: Headers

    @classmethod
    def of(cls, name: str, body: bytes, compressed: bytes | None = None) -> "Held":
        """What answers for the file `name`."""
        compressed = compressed or gzip.compress(body, 6, mtime=0)
        digest = hashlib.sha256(body).hexdigest()[:20]
        etag, compressed_etag = f'"{digest}"', f'"{digest}-gz"'
        lasting = name.startswith("assets/")
        keep = (
            "max-age=31536000, immutable" if lasting else "max-age=5, stale-while-revalidate=30, stale-if-error=86400"
        )
        shared: Headers = (("Cache-Control", f"public, {keep}"), *_SAFE)
        if name.endswith(".json"):
            shared = (*shared, ("Access-Control-Allow-Origin", "*"))
        whole: Headers = (("Content-Type", TYPES[Path(name).suffix]), *shared)
        return cls(
            body=body,
            compressed=compressed,
            etag=etag,
            compressed_etag=compressed_etag,
            headers=(*whole, ("ETag", etag), ("Content-Length", str(len(body)))),
            compressed_headers=(
                *whole,
                ("Content-Encoding", "gzip"),
                ("ETag", compressed_etag),
                ("Content-Length", str(len(compressed))),
            ),
            unchanged_headers=shared,
        )


@dataclass(frozen=True)
class _Seen:
    """A file as it was when it was read."""

    inode: int
    changed: int
    size: int


@dataclass(frozen=True)
class Site:
    """All addresses of one version; `by_path` is what is asked at every request."""

    made_at: datetime
    by_path: Mapping[str, Held]
    not_found: Held | None
    files: Mapping[str, tuple[_Seen, Held]]
    stale_notice: bytes
    _aged: dict[str, Held] = field(default_factory=dict)

    def at(self, path: str, now: datetime) -> Held | None:
        """What answers for an address; when the site is old, with the notice of its age.

        The notice is put on a page when somebody first asks for it: hardly anybody reads the archive in a crisis.
        """
        held = self.by_path.get(path)
        if held is None or now - self.made_at < STALE_AFTER or AGE_MARK not in held.body:
            return held
        aged = self._aged.get(path)
        if aged is None:
            aged = self._aged[path] = Held.of("index.html", held.body.replace(AGE_MARK, self.stale_notice, 1))
        return aged


class StandingPages:
    """The site of one folder, as fresh as the folder."""

    def __init__(self, folder: PageFolder) -> None:
        self._folder = folder
        self._site: Site | None = None
        self._version: tuple[int, int] | None = None
        self._looked = 0.0
        self._reading = threading.Lock()

    def site(self) -> Site | None:
        """What stands now, or None when nothing was ever rendered."""
        if time.monotonic() - self._looked >= LOOK_EVERY:
            self.look()
        return self._site

    def look(self) -> None:
        """Read what changed, if something did; one thread does it, the others answer with what they have."""
        if not self._reading.acquire(blocking=self._site is None):
            return
        try:
            self._looked = time.monotonic()
            stat = self._folder.version_file.stat()
            version = (stat.st_ino, stat.st_mtime_ns)
            if version != self._version:
                self._site = self._read() or self._site
                self._version = version
        except OSError:
            pass  # Nothing stands yet, or the folder is out of reach: go on with what is held.
        finally:
            self._reading.release()

    def _read(self) -> Site | None:
        version = self._folder.version()
        if version is None:
            return None
        before = self._site.files if self._site else {}
        files: dict[str, tuple[_Seen, Held]] = {}
        for path in self._folder.site.rglob("*"):
            if path.suffix in TYPES and not path.name.startswith("."):
                name = path.relative_to(self._folder.site).as_posix()
                read = _file(path, name, before.get(name))
                if read:
                    files[name] = read
        by_path = {_address(name): held for name, (_, held) in files.items()}
        not_found = by_path.pop("/404.html", None)
        stale_notice = (self._folder.root / "stale.html").read_bytes()
        return Site(version.made_at, by_path, not_found, files, stale_notice)


def _address(name: str) -> str:
    return f"/{name.removesuffix('index.html')}"


def _file(path: Path, name: str, before: tuple[_Seen, Held] | None) -> tuple[_Seen, Held] | None:
    try:
        stat = path.stat()
        seen = _Seen(stat.st_ino, stat.st_mtime_ns, stat.st_size)
        if before and before[0] == seen:
            return before
        body = path.read_bytes()
    except FileNotFoundError:
        return None
    try:
        compressed = path.with_name(f"{path.name}.gz").read_bytes()
        is_twin = gzip.decompress(compressed) == body
    except (OSError, EOFError):
        is_twin = False
    return seen, Held.of(name, body, compressed if is_twin else None)
