"""Binds the parts of an evidence pack into one ZIP that cannot be changed unseen.

`manifest.json` names every part with its size and SHA-256, and `manifest.sig` is its Ed25519 signature, so that the
parts can be checked with common tools. The comment at the end of the ZIP signs the SHA-256 of every byte before it,
so that nothing can be added or changed around them either.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

FORMAT = "daylight-evidence/1"
MANIFEST, SIGNATURE, PUBLIC_KEY, README = "manifest.json", "manifest.sig", "public-key.pem", "README.txt"
SEAL = b"daylight-evidence/1 "
SEAL_LENGTH = len(SEAL) + 88
"""The comment: a word, and 64 bytes of signature in base64."""

BLOCK = 1 << 20
COMPRESSION = 3
"""Half the time of the usual 6, for a pack of some 3 % more."""


@dataclass(frozen=True)
class Bound:
    """A finished pack."""

    size: int
    sha256: str


def bind(
    path: Path,
    *,
    parts: Mapping[str, Path | bytes],
    facts: Mapping[str, Any],
    key: Ed25519PrivateKey,
    public: str,
    at: datetime,
    on_block: Callable[[], None] = lambda: None,
) -> Bound:
    """Write the pack; `parts` by their names in it, `facts` go into the manifest. `on_block` is called now and then."""
    about = resources.files("daylight.reach.evidence").joinpath("pack_readme.txt").read_bytes()
    files = []
    with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=COMPRESSION) as pack:
        for name, part in {**parts, PUBLIC_KEY: public.encode("ascii"), README: about}.items():
            files.append(_add(pack, name, part, at=at, on_block=on_block))
        manifest = json.dumps({"format": FORMAT, **facts, "files": files}, indent=2, ensure_ascii=False).encode()
        _add(pack, MANIFEST, manifest, at=at, on_block=on_block)
        _add(pack, SIGNATURE, key.sign(manifest), at=at, on_block=on_block)
        pack.comment = SEAL.ljust(SEAL_LENGTH, b"-")
    return _seal(path, key)


def _add(pack: ZipFile, name: str, part: Path | bytes, *, at: datetime, on_block: Callable[[], None]) -> dict[str, Any]:
    entry = ZipInfo(name, at.astimezone(UTC).timetuple()[:6])
    entry.compress_type, entry.external_attr = ZIP_DEFLATED, 0o644 << 16
    digest, size = hashlib.sha256(), 0
    with pack.open(entry, "w", force_zip64=True) as out:
        for block in _blocks(part):
            out.write(block)
            digest.update(block)
            size += len(block)
            on_block()
    return {"name": name, "size": size, "sha256": digest.hexdigest()}


def _blocks(part: Path | bytes) -> Any:
    if isinstance(part, bytes):
        yield part
        return
    with part.open("rb") as file:
        while block := file.read(BLOCK):
            yield block


def _seal(path: Path, key: Ed25519PrivateKey) -> Bound:
    with path.open("r+b") as file:
        whole = path.stat().st_size
        digest = digest_of(file, whole - SEAL_LENGTH)
        comment = SEAL + base64.b64encode(key.sign(SEAL + digest.digest()))
        file.seek(whole - SEAL_LENGTH)
        file.write(comment)
    digest.update(comment)
    return Bound(size=whole, sha256=digest.hexdigest())


def digest_of(file: BinaryIO, length: int) -> Any:
    """The SHA-256, not yet closed, of the first `length` bytes of a file."""
    digest = hashlib.sha256()
    file.seek(0)
    while length > 0 and (block := file.read(min(BLOCK, length))):
        digest.update(block)
        length -= len(block)
    return digest
