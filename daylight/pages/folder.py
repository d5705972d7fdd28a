"""The folder a page stands in: a whole tree of files for each version, put in place by one rename.

pages/<slug>/
  version.json      which tree stands, from which facts, since when; readers look at nothing but its date
  stamps.json       what each incident and month was last rendered from
  trees/<name>/     the files, each with .gz and .br beside it; a tree is never changed once it stands
  leaves/<digest>/  folders that seldom change (an incident, a month of history): trees point at them
  site -> trees/…   any web server may serve this

A reader who began with one tree ends with it, so nobody ever meets half of one version and half of the next. What
did not change is a further name of the same file. Each tree lists the digests of its files: one that a power cut
or a full disk left half written is known, and the tree before it serves on.
"""

import fcntl
import hashlib
import json
import os
import re
import secrets
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

from django.conf import settings

from daylight.pages.on_disk import TWINS, digest_of, flush, suffixes, write_whole, write_with_twins
from daylight.pages.places import MAIN

KEPT_TREES = 4
"""Trees that stay: the one that stands, and those somebody may still be reading or need when it is broken."""

ASSETS_KEPT = timedelta(days=7)
"""How long a style or script that no page names any more can still be had: caches hold pages that do."""

_LEAF = re.compile(r"((?:[a-z]{2}(?:-[a-z]{2,4})?/)?(?:incidents|history)/[^/]+)/([^/]+)")

Files = Mapping[str, bytes]


class Busy(Exception):
    """Another process writes this folder now; its work will do for us."""


class HalfWritten(Exception):
    """A tree does not hold what it says it holds."""


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
    def of(cls, said: Mapping[str, Any]) -> Self:
        """The version a file tells of. Raises ValueError, KeyError or TypeError when it tells none."""
        moments = {name: datetime.fromisoformat(said[name]) for name in ("made_at", "changes_at")}
        return cls(**{**{name: said[name] for name in cls.__dataclass_fields__}, **moments})

    def written(self) -> dict[str, Any]:
        """As `of` reads it."""
        return {**asdict(self), "made_at": self.made_at.isoformat(), "changes_at": self.changes_at.isoformat()}


@dataclass(frozen=True)
class Tree:
    """One version on disk: the digests of its files by name, and of its leaves by their path.

    `warm` are the leaves that many will ask for.
    """

    name: str
    version: Version
    files: Mapping[str, str] = field(default_factory=dict)
    leaves: Mapping[str, str] = field(default_factory=dict)
    warm: tuple[str, ...] = ()


class PageFolder:
    """One page on disk."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.site = root / "site"
        self.version_file = root / "version.json"
        self._trees, self._leaves = root / "trees", root / "leaves"

    @classmethod
    def of(cls, slug: str) -> Self:
        """The folder of a page."""
        return cls(Path(settings.DATA_DIR) / "pages" / slug)

    @classmethod
    def main(cls) -> Self:
        """The folder of the page at the root of the installation."""
        return cls.of(MAIN)

    def version(self) -> Version | None:
        """What stands here, or None when nothing readable does."""
        try:
            return Version.of(json.loads(self.version_file.read_bytes()))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def stamps(self) -> dict[str, Any]:
        """What was rendered from what; empty when unknown, so that all is rendered again."""
        try:
            stamps: dict[str, Any] = json.loads((self.root / "stamps.json").read_bytes())
        except (OSError, ValueError):
            return {}
        return stamps

    def tree(self) -> Tree | None:
        """The tree that stands, or None when there is none, or nobody can read it."""
        names = self.trees()
        return self.tree_named(names[0]) if names else None

    def trees(self) -> list[str]:
        """The names of all trees that are whole as far as they say, the one that stands first, then newest first."""
        try:
            standing = [str(json.loads(self.version_file.read_bytes())["tree"])]
        except (OSError, ValueError, KeyError, TypeError):
            standing = []
        there = sorted((file.parent.name for file in self._trees.glob("*/.tree.json")), reverse=True)
        return [*standing, *(name for name in there if name not in standing)]

    def tree_named(self, name: str) -> Tree | None:
        """What a tree says it holds, or None when nobody can read that."""
        try:
            said = json.loads((self._trees / name / ".tree.json").read_bytes())
            return Tree(name, Version.of(said["version"]), said["files"], said["leaves"], tuple(said["warm"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def path(self, tree: Tree, name: str) -> Path:
        """Where a file of a tree stands, in it or in one of its leaves."""
        return self._trees / tree.name / name

    def read(self, tree: Tree, name: str) -> bytes:
        """The bytes of a file of a tree. Raises HalfWritten where they are not those that were put there."""
        try:
            body = self.path(tree, name).read_bytes()
        except OSError:
            raise HalfWritten(name) from None
        if digest_of(body) != tree.files[name]:
            raise HalfWritten(name)
        return body

    def read_leaf(self, digest: str) -> dict[str, bytes]:
        """The files of a leaf by their names in it. Raises HalfWritten as `read` does."""
        folder = self._leaves / digest
        try:
            inside = {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix not in TWINS}
        except OSError:
            raise HalfWritten(digest) from None
        if leaf_digest(inside) != digest:
            raise HalfWritten(digest)
        return inside

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the only writer inside the block. Raises Busy when another is."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / ".lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Busy from None
            yield

    def publish(
        self,
        files: Files,
        version: Version,
        *,
        stamps: Mapping[str, Any],
        keep: Collection[str] = (),
        warm: Collection[str] = (),
    ) -> Tree:
        """Put a new tree in place of the one that stands, whole or, when something goes wrong, not at all.

        `files` are all files of the site save the leaves that did not change; `keep` are the paths of those. Raises
        OSError when the disk does not take it, and then what stood goes on standing.
        """
        new = _NewTree(self._trees, self._leaves, self.tree(), version)
        try:
            tree = new.write(files, keep=keep, warm=warm)
            write_whole(self.root / "stamps.json", json.dumps(stamps).encode())
            self._point_at(tree)
        except BaseException:
            new.give_up()
            raise
        self._tidy()
        return tree

    def remove(self) -> None:
        """Take the page away for good; a folder in which no page ever stood is left alone."""
        if not self._trees.is_dir():
            return
        with suppress(Busy), self.writing():
            self.version_file.unlink(missing_ok=True)
            shutil.rmtree(self.root, ignore_errors=True)

    def _point_at(self, tree: Tree) -> None:
        link = self.root / f".site-{secrets.token_hex(4)}"
        link.symlink_to(Path("trees") / tree.name)
        if self.site.is_dir() and not self.site.is_symlink():
            shutil.rmtree(self.site)  # As releases before this one left it.
        link.replace(self.site)
        write_whole(self.version_file, json.dumps({**tree.version.written(), "tree": tree.name}).encode())

    def _tidy(self) -> None:
        """Take away trees nobody reads any more, and leaves that no tree points at."""
        names = self.trees()
        for name in names[KEPT_TREES:]:
            shutil.rmtree(self._trees / name, ignore_errors=True)
        kept = [self.tree_named(name) for name in names[:KEPT_TREES]]
        needed = {digest for tree in kept if tree for digest in tree.leaves.values()}
        for folder in self._leaves.glob("[0-9a-f]*"):
            if folder.name not in needed:
                shutil.rmtree(folder, ignore_errors=True)


class _NewTree:
    """A tree in the making."""

    def __init__(self, trees: Path, leaves: Path, before: Tree | None, version: Version) -> None:
        # Names sort by time.
        self._folder = trees / f"{int(version.made_at.timestamp() * 1000):013x}-{secrets.token_hex(3)}"
        self._trees, self._leaves, self._before, self._version = trees, leaves, before, version
        self._written: list[Path] = []

    def write(self, files: Files, *, keep: Collection[str], warm: Collection[str]) -> Tree:
        """Write everything, and last the list of what is there."""
        self._folder.mkdir(parents=True)
        loose, grown = _parted(files)
        old = self._before.leaves if self._before else {}
        leaves = {path: old[path] for path in keep if path in old}
        leaves |= {path: self._leaf(inside) for path, inside in grown.items()}
        digests = {name: self._file(name, body) for name, body in loose.items()} | self._old_assets(loose)
        for path, digest in leaves.items():
            place = self._folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(os.path.relpath(self._leaves / digest, place.parent))
        flush(self._written)
        warm_ones = tuple(path for path in warm if path in leaves)
        tree = Tree(self._folder.name, self._version, digests, leaves, warm_ones)
        said = {"version": self._version.written(), "files": tree.files, "leaves": tree.leaves, "warm": tree.warm}
        write_whole(self._folder / ".tree.json", json.dumps(said).encode())
        return tree

    def give_up(self) -> None:
        """Leave nothing behind."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def _file(self, name: str, body: bytes) -> str:
        digest = digest_of(body)
        before = self._before.files.get(name) if self._before else None
        if before == digest and self._linked(name, digest):
            return digest
        self._written += write_with_twins(self._folder / name, body)
        return digest

    def _linked(self, name: str, digest: str) -> bool:
        """Give the file of the tree before a further name here; whether that could be done, and it is whole."""
        if self._before is None:
            return False
        source, target = self._trees / self._before.name / name, self._folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            if digest_of(source.read_bytes()) != digest:
                return False
            for suffix in suffixes(name):
                os.link(f"{source}{suffix}", f"{target}{suffix}")
        except OSError:
            for suffix in suffixes(name):
                Path(f"{target}{suffix}").unlink(missing_ok=True)
            return False
        return True

    def _old_assets(self, loose: Files) -> dict[str, str]:
        if self._before is None:
            return {}
        known = {
            name: digest
            for name, digest in self._before.files.items()
            if name.startswith("assets/") and name not in loose
        }
        oldest = self._before.version.made_at - ASSETS_KEPT
        fresh = [name for name in known if _written_after(self._trees / self._before.name / name, oldest)]
        return {name: known[name] for name in fresh if self._linked(name, known[name])}

    def _leaf(self, inside: Files) -> str:
        """The digest of a leaf, written if no tree has it yet."""
        digest = leaf_digest(inside)
        folder = self._leaves / digest
        if folder.exists():
            return digest
        making = self._leaves / f".{digest}-{secrets.token_hex(3)}"
        try:
            flush([path for name, body in inside.items() for path in write_with_twins(making / name, body)])
            making.rename(folder)
        finally:
            shutil.rmtree(making, ignore_errors=True)
        return digest


def leaf_of(name: str) -> tuple[str, str]:
    """The leaf a file belongs to, and its name in there; both empty where it belongs to none."""
    found = _LEAF.fullmatch(name)
    return (found[1], found[2]) if found else ("", "")


def leaf_digest(inside: Files) -> str:
    """What tells two leaves apart."""
    seen = hashlib.sha256()
    for name, body in sorted(inside.items()):
        seen.update(f"{name}\n{digest_of(body)}\n".encode())
    return seen.hexdigest()[:20]


def _parted(files: Files) -> tuple[dict[str, bytes], dict[str, dict[str, bytes]]]:
    """The files that stand for themselves, and those of each leaf by their names in it."""
    loose: dict[str, bytes] = {}
    leaves: dict[str, dict[str, bytes]] = {}
    for name, body in files.items():
        leaf, inside = leaf_of(name)
        if leaf:
            leaves.setdefault(leaf, {})[inside] = body
        else:
            loose[name] = body
    return loose, leaves


def _written_after(path: Path, moment: datetime) -> bool:
    try:
        return path.stat().st_mtime >= moment.timestamp()
    except OSError:
        return False
