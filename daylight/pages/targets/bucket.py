"""A bucket of S3 or of a store that speaks the same, alone or behind a CDN.

A bucket cannot switch many files at once, so what readers come in by goes last: styles, then the archive, then
feeds and JSON, then the pages of now. A push that breaks off has changed none of the last, and begins again.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import S3Store

from daylight.core import http
from daylight.pages.folder import HalfWritten, PageFolder, Tree
from daylight.pages.serving import TYPES, keeping
from daylight.pages.targets.base import PUBLICATION, GoingOn, TargetFailed

TREE = "tree.json"
"""What the bucket holds, as it was last left."""

AT_ONCE = 12
BETWEEN_WORDS = 60
"""Files put between two words that the push goes on."""

WAIT = timedelta(seconds=10)

LAST = ("index.html", PUBLICATION)
"""What readers, and our own check, come in by."""


class Bucket:
    """A bucket, or a folder in one."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        endpoint = str(settings.get("endpoint", ""))
        try:
            http.refuse_private(urlsplit(endpoint).hostname or "")
        except http.Refused as refused:
            raise TargetFailed(f"{refused} DAYLIGHT_ALLOW_PRIVATE_ADDRESSES lets one in.") from None
        self._store = S3Store(
            str(settings["bucket"]),
            prefix=str(settings.get("folder", "")) or None,
            region=str(settings.get("region", "")) or "us-east-1",
            access_key_id=str(settings["key"]),
            secret_access_key=str(settings["secret"]),
            virtual_hosted_style_request=False,
            client_options={"timeout": WAIT, "connect_timeout": WAIT, "allow_http": endpoint.startswith("http://")},
            retry_config={"max_retries": 2, "retry_timeout": WAIT},
            endpoint=endpoint or None,
        )

    def push(self, source: PageFolder, tree: Tree, *, going_on: GoingOn) -> None:
        """Put what is new, then take away what is no more."""
        there = self._holds()
        bodies = dict(_new_files(source, tree, there))
        try:
            for part in _in_order(bodies):
                for start in range(0, len(part), BETWEEN_WORDS):
                    going_on()
                    self._each(lambda name: self._put(name, bodies[name]), part[start : start + BETWEEN_WORDS])
            self._put(TREE, json.dumps({"files": tree.files, "leaves": tree.leaves}).encode())
            gone = self._gone(tree, there)
            if gone:
                obstore.delete(self._store, gone)
        except BaseError as problem:
            raise TargetFailed(_in_a_sentence(problem)) from None

    def shown(self) -> datetime | None:
        """When what stands there was rendered."""
        body = self._get(PUBLICATION)
        return made_at(body) if body else None

    def _holds(self) -> dict[str, dict[str, str]]:
        body = self._get(TREE)
        try:
            said = json.loads(body) if body else {}
        except ValueError:
            said = {}  # Somebody else's file: everything is put again.
        return {"files": dict(said.get("files", {})), "leaves": dict(said.get("leaves", {}))}

    def _get(self, name: str) -> bytes | None:
        try:
            return bytes(obstore.get(self._store, name).bytes())
        except (NotFoundError, FileNotFoundError):
            return None
        except BaseError as problem:
            raise TargetFailed(_in_a_sentence(problem)) from None

    def _put(self, name: str, body: bytes) -> None:
        kind = TYPES.get(PurePosixPath(name).suffix, "application/octet-stream")
        obstore.put(self._store, name, body, attributes={"Content-Type": kind, "Cache-Control": keeping(name)})

    def _gone(self, tree: Tree, there: Mapping[str, Mapping[str, str]]) -> list[str]:
        """Files of the last push that are no more; old styles stay, since caches hold pages that name them."""
        loose = [name for name in there["files"].keys() - tree.files.keys() if not name.startswith("assets/")]
        leaves = there["leaves"].keys() - tree.leaves.keys()
        return loose + [
            str(found["path"]) for path in leaves for batch in obstore.list(self._store, f"{path}/") for found in batch
        ]

    @staticmethod
    def _each(act: Callable[[str], None], names: Iterable[str]) -> None:
        with ThreadPoolExecutor(AT_ONCE) as several:
            list(several.map(act, names))


def made_at(body: bytes) -> datetime | None:
    """When a version was rendered, by its publication file; None where it does not say."""
    try:
        return datetime.fromisoformat(json.loads(body)["made_at"])
    except (ValueError, KeyError, TypeError):
        return None


def _new_files(source: PageFolder, tree: Tree, there: Mapping[str, Mapping[str, str]]) -> Iterable[tuple[str, bytes]]:
    """The files whose bytes the bucket does not have yet. Raises TargetFailed where our own are damaged."""
    try:
        for name, digest in tree.files.items():
            if there["files"].get(name) != digest:
                yield name, source.read(tree, name)
        for path, digest in tree.leaves.items():
            if there["leaves"].get(path) != digest:
                yield from ((f"{path}/{name}", body) for name, body in source.read_leaf(digest).items())
    except HalfWritten as problem:
        raise TargetFailed(f"Our own copy of {problem} is damaged; it will be rendered again.") from None


def _in_order(names: Iterable[str]) -> list[list[str]]:
    """The parts of a push, one after the other."""
    parts: list[list[str]] = [[], [], [], []]
    for name in names:
        if name.startswith("assets/"):
            parts[0].append(name)
        elif name.endswith(LAST) and "/incidents/" not in f"/{name}" and "/history/" not in f"/{name}":
            parts[3].append(name)
        else:
            parts[1 if "incidents/" in name or "history/" in name else 2].append(name)
    return parts


def _in_a_sentence(problem: BaseError) -> str:
    """What a store says, without the pages of detail it says it with."""
    first = str(problem).strip().partition("\n")[0]
    return f"The bucket does not take it: {first[:300]}"
