"""The public pages in memory: what a web process answers with, without a row, a template or a file.

Reads a folder again when its version file changes, which it looks at no more than four times a second. When nobody
could render the page for some minutes (worker or database down), it goes on standing and says how old it is. The
archive is read when somebody first asks for it, and as much of it is kept as fits.
"""

import re
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from daylight.pages.folder import HalfWritten, PageFolder, Tree, leaf_of
from daylight.pages.on_hold.facts import VALID_FOR
from daylight.pages.serving import Held

LOOK_EVERY = 0.25
"""Seconds between two looks at the version file."""

STALE_AFTER = timedelta(minutes=5)
"""A page rendered longer ago than this carries a notice; while all is well it is rendered every minute."""

TIMED = re.compile(r"/on-hold/(?:message\.|twiml\.|voicexml\.)")
"""What a caller on hold would take for today's news: too old, it gives way to words that claim nothing."""

AGE_MARK = b"<!--age-->"
"""Where the notice goes."""

STALE_NOTICE = "stale.html"
"""The file with the notice, one in each language's folder; it is no page of its own."""

ARCHIVE_BYTES = 64 * 1024 * 1024
"""How much of the archive a process keeps in memory."""


class Archive:
    """Leaves as they were asked for, the last asked for kept longest; shared by the versions of a site."""

    def __init__(self, folder: PageFolder) -> None:
        self._folder = folder
        self._held: OrderedDict[str, dict[str, Held]] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def leaf(self, path: str, digest: str) -> dict[str, Held]:
        """The files of a leaf, by their names in it; none where they cannot be read."""
        with self._lock:
            held = self._held.get(digest)
            if held is not None:
                self._held.move_to_end(digest)
                return held
        try:
            inside = self._folder.read_leaf(digest)
        except HalfWritten:
            return {}
        held = {name: Held.of(f"{path}/{name}", body) for name, body in inside.items()}
        with self._lock:
            if self._held.setdefault(digest, held) is held:
                self._bytes += _size(held)
            while self._bytes > ARCHIVE_BYTES and len(self._held) > 1:
                self._bytes -= _size(self._held.popitem(last=False)[1])
        return held


@dataclass(frozen=True)
class Site:
    """All addresses of one version; `by_path` is what is asked at every request."""

    made_at: datetime
    by_path: Mapping[str, Held]
    digests: Mapping[str, str]
    leaves: Mapping[str, str]
    archive: Archive
    stale_notices: Mapping[str, bytes]
    _aged: dict[str, Held] = field(default_factory=dict)

    def at(self, path: str, now: datetime) -> Held | None:
        """What answers for an address; when the site is old, with the notice of its age.

        The notice is put on a page when somebody first asks for it: hardly anybody reads the archive in a crisis.
        """
        if now - self.made_at >= VALID_FOR and TIMED.search(path):
            return self.by_path.get(path.replace("/on-hold/", "/on-hold/expired/", 1))
        held = self.by_path.get(path)
        if held is None:
            held = self._in_archive(path)
        if held is None or now - self.made_at < STALE_AFTER or AGE_MARK not in held.body:
            return held
        aged = self._aged.get(path)
        if aged is None:
            notice = self.stale_notices[self._language_of(path)]
            aged = self._aged[path] = Held.of(_name(path), held.body.replace(AGE_MARK, notice, 1))
        return aged

    def not_found(self, path: str) -> Held | None:
        """What answers where nothing is, in the language of the address."""
        return self.by_path.get(f"/{self._language_of(path)}404.html")

    def _in_archive(self, path: str) -> Held | None:
        leaf, inside = leaf_of(_name(path))
        digest = self.leaves.get(leaf)
        return self.archive.leaf(leaf, digest).get(inside) if digest else None

    def _language_of(self, path: str) -> str:
        first = path[1:].partition("/")[0] + "/"
        return first if first in self.stale_notices else ""


class StandingPages:
    """The site of one folder, as fresh as the folder."""

    def __init__(self, folder: PageFolder) -> None:
        self._folder = folder
        self._archive = Archive(folder)
        self._site: Site | None = None
        self._version: tuple[int, int] | None = None
        self._looked = 0.0
        self._reading = threading.Lock()

    def site(self) -> Site | None:
        """What stands now, or None when nothing was ever rendered."""
        if time.monotonic() - self._looked >= LOOK_EVERY:
            self.look()
        return self._site

    def look_again(self) -> None:
        """Look at the version file with the next question."""
        self._looked = 0.0

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
        """The newest tree that is as it should be, unless what is held is newer."""
        for name in self._folder.trees():
            tree = self._folder.tree_named(name)
            if tree is None:
                continue
            if self._site is not None and tree.version.made_at < self._site.made_at:
                return None
            try:
                return self._site_of(tree)
            except HalfWritten:
                continue
        return None

    def _site_of(self, tree: Tree) -> Site:
        before = self._site
        by_path: dict[str, Held] = {}
        notices: dict[str, bytes] = {}
        for name, digest in tree.files.items():
            path = address(name)
            if name.endswith(STALE_NOTICE):
                notices[name.removesuffix(STALE_NOTICE)] = self._folder.read(tree, name)
            elif before is not None and before.digests.get(path) == digest:
                by_path[path] = before.by_path[path]
            else:
                by_path[path] = Held.of(name, self._folder.read(tree, name))
        for path in tree.warm:
            self._archive.leaf(path, tree.leaves[path])
        digests = {address(name): digest for name, digest in tree.files.items() if address(name) in by_path}
        return Site(tree.version.made_at, by_path, digests, tree.leaves, self._archive, notices)


def address(name: str) -> str:
    """The path of a file's address: an index stands for its folder."""
    return f"/{name.removesuffix('index.html')}" if name.endswith("/index.html") or name == "index.html" else f"/{name}"


def _name(path: str) -> str:
    return f"{path[1:]}index.html" if path.endswith("/") else path[1:]


def _size(held: Mapping[str, Held]) -> int:
    return sum(each.size for each in held.values())
