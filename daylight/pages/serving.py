"""How a rendered file is answered: its type, how long it may be kept, and what it may do in a browser."""

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

import brotli

from daylight.pages.on_disk import COMPRESSED

Headers = tuple[tuple[str, str], ...]

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".json": "application/json; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".atom": "application/atom+xml; charset=utf-8",
    ".rss": "application/rss+xml; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
    ".vxml": "application/voicexml+xml; charset=utf-8",
    ".ics": "text/calendar; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".conf": "text/plain; charset=utf-8",
    ".wav": "audio/wav",
    ".mp3": "audio/mpeg",
    ".ulaw": "audio/basic",
    ".sln": "application/octet-stream",
}
"""What can be published, by the end of its name."""

KEPT_FOR_EVER = "public, max-age=31536000, immutable"
KEPT_BRIEFLY = "public, max-age=5, stale-while-revalidate=30, stale-if-error=86400"

CONTENT_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
FRAMED_POLICY = CONTENT_POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")

EMBED = "embed/"
"""Pages below it are made to be framed by the firm's own sites."""

EMBEDDED = "/embed.html"
"""So is this one in the folder of an incident."""

_ALONE = (("X-Frame-Options", "DENY"), ("Cross-Origin-Opener-Policy", "same-origin"))
_FOR_OTHER_SITES = (("Access-Control-Allow-Origin", "*"), ("Cross-Origin-Resource-Policy", "cross-origin"))


def keeping(name: str) -> str:
    """The Cache-Control of a file: an asset's name changes with its bytes, everything else may change any moment."""
    return KEPT_FOR_EVER if name.startswith("assets/") else KEPT_BRIEFLY


def headers_of(name: str) -> Headers:
    """The headers of a file beside its type, tag and length; other sites may use everything but whole pages."""
    kept: Headers = (("Cache-Control", keeping(name)), ("X-Content-Type-Options", "nosniff"))
    shared: Headers = (*kept, ("Referrer-Policy", "same-origin"), ("Vary", "Accept-Encoding"))
    if not name.endswith(".html"):
        return (*shared, ("Content-Security-Policy", CONTENT_POLICY), *_FOR_OTHER_SITES)
    if name.startswith(EMBED) or f"/{EMBED}" in name or name.endswith(EMBEDDED):
        return (*shared, ("Content-Security-Policy", FRAMED_POLICY))
    return (*shared, ("Content-Security-Policy", CONTENT_POLICY), *_ALONE)


@dataclass(frozen=True)
class Form:
    """A file as it travels: plain or compressed, with the headers that go with it."""

    body: bytes
    etag: str
    headers: Headers


@dataclass(frozen=True)
class Held:
    """One address ready to be answered: its bytes in each encoding, the smallest first, and the headers of a 304."""

    plain: Form
    gzip: Form | None
    brotli: Form | None
    unchanged_headers: Headers

    @property
    def body(self) -> bytes:
        """The file itself."""
        return self.plain.body

    @property
    def size(self) -> int:
        """Bytes it takes in memory, about."""
        return sum(len(form.body) for form in (self.plain, self.gzip, self.brotli) if form)

    @classmethod
    def of(cls, name: str, body: bytes) -> "Held":
        """What answers for the file `name`."""
        suffix = Path(name).suffix
        shared = headers_of(name)
        whole: Headers = (("Content-Type", TYPES.get(suffix, "application/octet-stream")), *shared)
        digest = hashlib.sha256(body).hexdigest()[:20]

        def form(encoded: bytes, encoding: str) -> Form:
            etag = f'"{digest}-{encoding}"' if encoding else f'"{digest}"'
            named: Headers = (("Content-Encoding", encoding),) if encoding else ()
            return Form(encoded, etag, (*whole, *named, ("ETag", etag), ("Content-Length", str(len(encoded)))))

        is_smaller = suffix in COMPRESSED
        return cls(
            plain=form(body, ""),
            gzip=form(gzip.compress(body, 6, mtime=0), "gzip") if is_smaller else None,
            brotli=form(brotli.compress(body, quality=5), "br") if is_smaller else None,
            unchanged_headers=shared,
        )
