"""A folder on a disk that some web server serves: kept as our own is, and switched by one rename.

The web server serves `site/` in it. A share of another machine does as well, as long as it knows symbolic links.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from daylight.pages.folder import Busy, HalfWritten, PageFolder, Tree
from daylight.pages.targets.base import GoingOn, TargetFailed


class Directory:
    """A folder."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._path = Path(str(settings["path"]))
        self._folder = PageFolder(self._path)

    def push(self, source: PageFolder, tree: Tree, *, going_on: GoingOn) -> None:
        """Copy what is new, and switch."""
        if not self._path.is_dir():
            raise TargetFailed(f"There is no folder {self._path}. Make it, and let the worker's user write there.")
        try:
            with self._folder.writing():
                self._copy(source, tree, going_on)
        except Busy:
            raise TargetFailed("Another worker is writing there.") from None
        except HalfWritten as problem:
            raise TargetFailed(f"Our own copy of {problem} is damaged; it will be rendered again.") from None
        except OSError as problem:
            raise TargetFailed(f"{self._path} cannot be written: {problem.strerror or problem}.") from None

    def shown(self) -> datetime | None:
        """When what stands there was rendered."""
        version = self._folder.version()
        return version.made_at if version else None

    def _copy(self, source: PageFolder, tree: Tree, going_on: GoingOn) -> None:
        there = self._folder.tree()
        known = there.leaves if there else {}
        keep = [path for path, digest in tree.leaves.items() if known.get(path) == digest]
        files = {name: source.read(tree, name) for name in tree.files}
        for path in tree.leaves.keys() - set(keep):
            going_on()
            inside = source.read_leaf(tree.leaves[path])
            files |= {f"{path}/{name}": body for name, body in inside.items()}
        going_on()
        self._folder.publish(files, tree.version, stamps={}, keep=keep)
