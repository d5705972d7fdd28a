"""Checks an evidence pack, and says in a sentence what is wrong. Needs no database: anybody can check one."""

import base64
import binascii
import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from daylight.reach.evidence.packing import (
    BLOCK,
    FORMAT,
    MANIFEST,
    PUBLIC_KEY,
    SEAL,
    SEAL_LENGTH,
    SIGNATURE,
    digest_of,
)
from daylight.reach.evidence.signing import fingerprint

LARGEST_MANIFEST = 4 << 20
UNREADABLE = (BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)
"""What reading a damaged ZIP may end with."""


class NotProven(Exception):
    """The pack is not what was signed; the message says in a sentence where it differs."""


@dataclass(frozen=True)
class Proven:
    """What was checked."""

    manifest: Mapping[str, Any]
    fingerprint: str
    files: int


def read_public_key(pem: str) -> Ed25519PublicKey:
    """A public key in PEM. Raises NotProven."""
    try:
        key = load_pem_public_key(pem.encode())
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise NotProven("The key is not an Ed25519 public key in PEM.")
    return key


def verify(path: Path, *, trusted: Iterable[str]) -> Proven:
    """Check every byte of the pack at `path` against one of the `trusted` public keys (PEM). Raises NotProven."""
    keys = {fingerprint(key): key for key in map(read_public_key, trusted)}
    try:
        with ZipFile(path) as pack:
            manifest, name = _manifest(pack, keys)
            _compare(pack, manifest)
    except UNREADABLE as problem:
        raise NotProven(f"This is not a whole evidence pack: {str(problem).rstrip('.')}.") from None
    _check_seal(path, keys[name])
    return Proven(manifest, name, len(manifest["files"]))


def _manifest(pack: ZipFile, keys: Mapping[str, Ed25519PublicKey]) -> tuple[dict[str, Any], str]:
    """The manifest, and the fingerprint of the trusted key by which it is signed."""
    names = pack.namelist()
    for needed in (MANIFEST, SIGNATURE, PUBLIC_KEY):
        if names.count(needed) != 1:
            raise NotProven(f"{needed} is missing or there twice: this is not an evidence pack as Daylight makes it.")
    signed, signature = _read(pack, MANIFEST), _read(pack, SIGNATURE)
    name = next((name for name, key in keys.items() if _is_signed(key, signature, signed)), None)
    if name is None:
        raise _why_not_signed(pack, signature, signed, keys)
    manifest = json.loads(signed)
    if manifest.get("format") != FORMAT:
        raise NotProven(f"This pack has the format {manifest.get('format')!r}; this Daylight reads {FORMAT}.")
    return manifest, name


def _why_not_signed(pack: ZipFile, signature: bytes, signed: bytes, keys: Mapping[str, Ed25519PublicKey]) -> NotProven:
    try:
        own = load_pem_public_key(_read(pack, PUBLIC_KEY))
    except ValueError:
        own = None
    if isinstance(own, Ed25519PublicKey) and fingerprint(own) not in keys and _is_signed(own, signature, signed):
        return NotProven(
            f"It is signed by another key than the one it was checked with: {fingerprint(own)}. If that is the key of"
            " the organisation that gave it to you, check again with --key and the file of their public key."
        )
    return NotProven(f"{MANIFEST} or its signature was changed after it was signed.")


def _is_signed(key: Ed25519PublicKey, signature: bytes, signed: bytes) -> bool:
    try:
        key.verify(signature, signed)
    except InvalidSignature:
        return False
    return True


def _compare(pack: ZipFile, manifest: Mapping[str, Any]) -> None:
    named = {file["name"]: file for file in manifest["files"]}
    there = [name for name in pack.namelist() if name not in {MANIFEST, SIGNATURE}]
    for name in there:
        if name not in named or there.count(name) > 1:
            raise NotProven(f"{name} was added after the pack was signed.")
    for name, file in named.items():
        if name not in there:
            raise NotProven(f"{name} was taken out after the pack was signed.")
        if _sha256(pack, name) != file["sha256"]:
            raise NotProven(f"{name} was changed after the pack was signed.")


def _sha256(pack: ZipFile, name: str) -> str:
    digest = hashlib.sha256()
    try:
        with pack.open(name) as part:
            while block := part.read(BLOCK):
                digest.update(block)
    except UNREADABLE:
        return "unreadable"
    return digest.hexdigest()


def _read(pack: ZipFile, name: str) -> bytes:
    try:
        with pack.open(name) as part:
            return part.read(LARGEST_MANIFEST)
    except UNREADABLE:
        raise NotProven(f"{name} was changed after the pack was signed: it cannot be read.") from None


def _check_seal(path: Path, key: Ed25519PublicKey) -> None:
    """Every byte of the file, those between the parts included."""
    with path.open("rb") as file:
        size = path.stat().st_size
        digest = digest_of(file, size - SEAL_LENGTH).digest()
        comment = file.read()
    try:
        signature = base64.b64decode(comment.removeprefix(SEAL), validate=True)
    except binascii.Error:
        signature = b""
    is_as_written = comment == SEAL + base64.b64encode(signature)
    if not is_as_written or not _is_signed(key, signature, SEAL + digest):
        raise NotProven("The parts are as they were signed, but the ZIP around them was changed.")
