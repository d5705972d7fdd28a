"""A version stands whole or not at all, whatever happens while it is written."""

import errno
from datetime import UTC, datetime, timedelta
from pathlib import Path

import brotli
import pytest

from daylight.pages import folder as folders
from daylight.pages.folder import HalfWritten, PageFolder, Version
from daylight.pages.standing import StandingPages

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
INCIDENT = "incidents/abc"


def version(number: int) -> Version:
    """The version made that many minutes after NOW."""
    moment = NOW + timedelta(minutes=number)
    return Version(number, f"f{number}", "look", moment, moment + timedelta(hours=1), is_whole=True)


def files(number: int, **more: bytes) -> dict[str, bytes]:
    """A site that says its number on every page."""
    said = f"version {number}".encode()
    return {
        "index.html": said,
        "status.json": said,
        "stale.html": b"old",
        "de/index.html": said,
        "assets/look.css": b"p {}",
        **{name.replace("__", "/"): body for name, body in more.items()},
    }


@pytest.fixture
def folder(tmp_path: Path) -> PageFolder:
    """An empty folder of a page."""
    return PageFolder(tmp_path / "status")


def put(folder: PageFolder, number: int, *, keep: tuple[str, ...] = (), **more: bytes) -> None:
    """Publish a version."""
    with folder.writing():
        folder.publish(files(number, **more), version(number), stamps={}, keep=keep)


def said(pages: StandingPages) -> set[bytes]:
    """What the pages that carry the number say."""
    pages.look_again()
    site = pages.site()
    assert site is not None
    return {held.body for path in ("/", "/status.json", "/de/") if (held := site.at(path, NOW))}


def test_a_version_comes_whole_and_what_did_not_change_is_the_same_file(folder: PageFolder) -> None:
    put(folder, 1)
    style = (folder.site / "assets/look.css").stat().st_ino
    assert brotli.decompress((folder.site / "index.html.br").read_bytes()) == b"version 1"

    put(folder, 2)

    assert (folder.site / "index.html").read_bytes() == b"version 2"
    assert (folder.site / "assets/look.css").stat().st_ino == style
    assert folder.version() == version(2)
    assert said(StandingPages(folder)) == {b"version 2"}


def test_a_leaf_is_written_once_and_pointed_at(folder: PageFolder) -> None:
    put(folder, 1, incidents__abc__x=b"one")
    leaf = (folder.site / INCIDENT).resolve()
    put(folder, 2, keep=(INCIDENT,))

    assert (folder.site / INCIDENT).resolve() == leaf
    pages = StandingPages(folder)
    held = pages.site().at("/incidents/abc/x", NOW)  # type: ignore[union-attr]
    assert held is not None
    assert held.body == b"one"

    put(folder, 3)
    pages.look_again()
    assert pages.site().at("/incidents/abc/x", NOW) is None  # type: ignore[union-attr]
    for number in range(4, 8):
        put(folder, number)
    assert not leaf.exists()
    assert len(list((folder.root / "trees").iterdir())) == folders.KEPT_TREES


@pytest.mark.parametrize("after", range(0, 10, 2))
def test_a_disk_that_fills_leaves_the_version_before(
    folder: PageFolder, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    put(folder, 1)
    left = after
    real = Path.write_bytes

    def full(path: Path, body: bytes) -> int:
        nonlocal left
        left -= 1
        if left < 0:
            real(path, body[: len(body) // 2])
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(path, body)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        put(folder, 2, incidents__abc__x=b"two")
    monkeypatch.undo()

    assert said(StandingPages(folder)) == {b"version 1"}
    assert len(list((folder.root / "trees").iterdir())) == 1
    put(folder, 3)
    assert said(StandingPages(folder)) == {b"version 3"}


def test_a_half_written_tree_is_known_and_the_one_before_serves(folder: PageFolder) -> None:
    put(folder, 1)
    held = StandingPages(folder)
    assert said(held) == {b"version 1"}
    put(folder, 2)
    torn = (folder.site / "status.json").resolve()
    torn.write_bytes(b"vers")

    assert said(held) == {b"version 1"}
    assert said(StandingPages(folder)) == {b"version 1"}
    tree = folder.tree()
    assert tree is not None
    with pytest.raises(HalfWritten):
        folder.read(tree, "status.json")

    put(folder, 3)
    assert said(held) == {b"version 3"}


def test_a_torn_unchanged_file_is_not_carried_on(folder: PageFolder) -> None:
    put(folder, 1)
    (folder.site / "assets/look.css").write_bytes(b"p {")
    put(folder, 2)

    assert (folder.site / "assets/look.css").read_bytes() == b"p {}"
    assert said(StandingPages(folder)) == {b"version 2"}


@pytest.mark.parametrize("name", ["version.json", "trees/{tree}/.tree.json", "stamps.json"])
def test_a_torn_list_stops_nothing(folder: PageFolder, name: str) -> None:
    put(folder, 1)
    put(folder, 2)
    tree = folder.tree()
    assert tree is not None
    (folder.root / name.format(tree=tree.name)).write_bytes(b'{"version": ')

    assert said(StandingPages(folder)) <= {b"version 1", b"version 2"}
    assert len(said(StandingPages(folder))) == 1
    put(folder, 3)
    assert said(StandingPages(folder)) == {b"version 3"}


def test_a_reader_of_the_folder_meets_one_version(folder: PageFolder) -> None:
    put(folder, 1)
    standing = (folder.site).resolve()
    put(folder, 2)

    assert (standing / "index.html").read_bytes() == (standing / "status.json").read_bytes() == b"version 1"
    assert (folder.site / "index.html").read_bytes() == b"version 2"


def test_old_styles_stay_for_pages_that_caches_hold(folder: PageFolder) -> None:
    put(folder, 1, assets__old=b"old")
    put(folder, 2)
    assert (folder.site / "assets/old").read_bytes() == b"old"
