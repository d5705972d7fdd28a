"""Which pages there are and where each stands, from one small file, so that a web process needs no row to know.

pages/index.json   [{"slug": "status", "host": "", "is_private": false}, …], written whole whenever a page changes
"""

import json
import time
from collections.abc import Collection
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Self

from django.conf import settings

from daylight.pages.folder import PageFolder
from daylight.pages.on_disk import write_whole
from daylight.pages.places import MAIN, UNDER, Place, host_alone
from daylight.pages.standing import LOOK_EVERY, StandingPages


class Shelf:
    """The pages of the installation, as a web process knows them."""

    def __init__(self, root: Path) -> None:
        self._root, self._file = root, root / "index.json"
        self._places: dict[str, Place] = {}
        self._hosts: dict[str, Place] = {}
        self._pages: dict[str, StandingPages] = {}
        self._seen: tuple[int, int] | None = None
        self._looked = 0.0

    @classmethod
    def ours(cls) -> Self:
        """The one of this installation."""
        return cls(Path(settings.DATA_DIR) / "pages")

    def write(self, places: Collection[Place]) -> None:
        """Tell every web process which pages there are; nothing is written while nothing changed."""
        body = json.dumps([asdict(place) for place in places]).encode()
        try:
            is_told = self._file.read_bytes() == body
        except OSError:
            is_told = False
        if not is_told:
            write_whole(self._file, body)

    def clear_all_but(self, slugs: Collection[str]) -> None:
        """Take away what stands of pages that are no more."""
        for folder in sorted(self._root.iterdir()):
            if folder.is_dir() and folder.name not in slugs:
                PageFolder(folder).remove()

    def find(self, host: str, path: str) -> tuple[Place, str]:
        """The page at an address, and the path within it."""
        self._look()
        if self._hosts:
            place = self._hosts.get(host_alone(host))
            if place is not None:
                return place, path
        under = self._under(path)
        if under is not None and not under[0].host:
            return under
        return self._places.get(MAIN, Place(MAIN)), path

    def moved(self, host: str, path: str) -> tuple[Place, str] | None:
        """The page that stood at an address before it had a host of its own, and the path within it; else None."""
        under = None if self.of_host(host) else self._under(path)
        return under if under is not None and under[0].host else None

    def pages(self, place: Place) -> StandingPages:
        """What stands of a page."""
        pages = self._pages.get(place.slug)
        if pages is None:
            pages = self._pages[place.slug] = StandingPages(PageFolder(self._root / place.slug))
        return pages

    def look_again(self) -> None:
        """Look at the files with the next question, however short the last look is ago."""
        self._looked = 0.0
        for pages in self._pages.values():
            pages.look_again()

    def hosts(self) -> list[str]:
        """The hosts of pages that have one of their own."""
        self._look()
        return list(self._hosts)

    def of_host(self, host: str) -> Place | None:
        """The page whose own host this is, or None where it is the installation's."""
        self._look()
        return self._hosts.get(host_alone(host)) if self._hosts else None

    def _under(self, path: str) -> tuple[Place, str] | None:
        if not path.startswith(UNDER):
            return None
        slug, slash, rest = path[len(UNDER) :].partition("/")
        place = self._places.get(slug) if slash and slug != MAIN else None
        return (place, f"/{rest}") if place is not None else None

    def _look(self) -> None:
        if time.monotonic() - self._looked < LOOK_EVERY:
            return
        self._looked = time.monotonic()
        try:
            stat = self._file.stat()
            seen = (stat.st_ino, stat.st_mtime_ns)
            if seen == self._seen:
                return
            places = [Place(**said) for said in json.loads(self._file.read_bytes())]
        except (OSError, ValueError, TypeError):
            return  # Not told yet, or out of reach: what is known goes on.
        self._seen = seen
        self._places = {place.slug: place for place in places}
        self._hosts = {place.host: place for place in places if place.host}


@lru_cache(maxsize=4)
def shelf_at(root: Path) -> Shelf:
    """The shelf that this process keeps for a folder."""
    return Shelf(root)


def shelf() -> Shelf:
    """The shelf that this process keeps for the installation."""
    return shelf_at(Path(settings.DATA_DIR) / "pages")
