"""The front answers from memory, whatever becomes of Django and the database."""

import gzip
import os
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import brotli
import pytest
from django.test import Client

from conftest import HandClock
from daylight.pages import loops, publishing
from daylight.pages.folder import PageFolder
from daylight.pages.front import PublicFront
from daylight.pages.on_disk import write_whole
from daylight.pages.shelf import Shelf
from daylight.pages.tests.makers import a_component, a_told_incident

pytestmark = pytest.mark.django_db


def beyond(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Stands for Django."""
    start_response("299 Django", [])
    return [b"django"]


class Reader:
    """Asks a front as a browser would, and looks at the folder as often as it asks."""

    def __init__(self, folder: PageFolder) -> None:
        self.shelf = Shelf(folder.root.parent)
        self.front = PublicFront(beyond, pages=self.shelf)

    def ask(self, path: str = "/", *, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
        self.shelf.look_again()
        said: list[Any] = []
        environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "HTTP_HOST": "firm.example"}
        environ.update({f"HTTP_{name.upper()}": value for name, value in headers.items()})
        body = b"".join(self.front(environ, lambda status, fields: said.extend([status, fields])))
        return int(said[0][:3]), dict(said[1]), body


@pytest.fixture
def reader(folder: PageFolder) -> Reader:
    return Reader(folder)


def test_published_is_visible_with_the_next_turn_of_the_loop(reader: Reader, clock: HandClock) -> None:
    a_component()
    assert loops.render(clock.now).handled == 1
    assert b"Everything works." in reader.ask()[2]
    assert loops.render(clock.now).handled == 0

    incident = a_told_incident(clock.now)
    assert loops.render(clock.now).handled == 1

    assert b"Card payments fail" in reader.ask()[2]
    assert reader.ask(f"/incidents/{incident.public_id}/")[0] == 200
    assert b'"tone": "outage"' in reader.ask("/status.json")[2]


def test_no_row_is_read_by_the_front(reader: Reader, clock: HandClock, django_assert_num_queries: Any) -> None:
    publishing.refresh(clock.now)
    with django_assert_num_queries(0):
        for path in ("/", "/status.json", "/history/", "/incidents/nobody/", "/assets/none.css"):
            reader.ask(path)


def test_unchanged_pages_are_not_sent_again(reader: Reader, clock: HandClock) -> None:
    publishing.refresh(clock.now)
    _, headers, body = reader.ask(accept_encoding="gzip, br")

    assert headers["Content-Encoding"] == "br"
    assert brotli.decompress(body) == reader.ask()[2]
    _, headers, body = reader.ask(accept_encoding="gzip, br;q=0")
    assert headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(body) == reader.ask()[2]
    assert "Accept-Encoding" in headers["Vary"]
    for known in (headers["ETag"], f"W/{headers['ETag']}", f'"other", {headers["ETag"]}', "*"):
        status, again, nothing = reader.ask(accept_encoding="gzip", if_none_match=known)
        assert (status, nothing) == (304, b"")
        assert again["ETag"] == headers["ETag"]
    assert reader.ask(if_none_match=headers["ETag"])[0] == 200
    assert "Content-Encoding" not in reader.ask(accept_encoding="gzip;q=0, identity")[1]


def test_headers_keep_the_reader_safe(reader: Reader, clock: HandClock) -> None:
    publishing.refresh(clock.now)
    status, headers, body = reader.ask(method="HEAD")

    assert (status, body) == (200, b"")
    assert int(headers["Content-Length"]) == len(reader.ask()[2])
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "max-age=5" in headers["Cache-Control"]
    assert "Set-Cookie" not in headers


def test_everything_else_goes_on_to_django(reader: Reader, clock: HandClock) -> None:
    assert reader.ask()[0] == 299  # Nothing stands yet.
    publishing.refresh(clock.now)
    assert reader.ask()[0] == 200
    assert reader.ask("/", method="POST")[0] == 299
    assert reader.ask("/desk/")[0] == 299
    assert reader.ask("/incidents/x")[0] == 299
    assert reader.ask("/incidents/../version.json")[0] == 299
    assert reader.ask("/version.json")[0] == 299


def test_a_page_nobody_could_render_for_long_says_so(reader: Reader, clock: HandClock) -> None:
    publishing.refresh(clock.now)
    fresh = reader.ask()[1]["ETag"]
    clock.move(minutes=4)
    assert b'class="stale"' not in reader.ask()[2]
    clock.move(minutes=2)
    status, headers, body = reader.ask()
    assert status == 200
    assert b'class="stale"' in body
    assert headers["ETag"] != fresh

    publishing.refresh(clock.now)
    assert b'class="stale"' not in reader.ask()[2]


def test_a_broken_folder_leaves_what_is_held(reader: Reader, folder: PageFolder, clock: HandClock) -> None:
    publishing.refresh(clock.now)
    assert reader.ask()[0] == 200
    write_whole(folder.version_file, b"{ torn")
    assert reader.ask()[0] == 200
    folder.version_file.unlink()
    assert reader.ask()[0] == 200
    assert publishing.refresh(clock.now)
    assert reader.ask()[0] == 200


def test_a_compressed_twin_that_does_not_match_is_not_served(
    reader: Reader, folder: PageFolder, clock: HandClock
) -> None:
    publishing.refresh(clock.now)
    (folder.site / "index.html.gz").write_bytes(gzip.compress(b"another page"))
    (folder.site / "status.json.gz").write_bytes(b"torn")

    assert b"Northwind" not in gzip.decompress(reader.ask(accept_encoding="gzip")[2])
    assert gzip.decompress(reader.ask(accept_encoding="gzip")[2]) == reader.ask()[2]
    assert gzip.decompress(reader.ask("/status.json", accept_encoding="gzip")[2]) == reader.ask("/status.json")[2]


def test_a_write_that_fails_leaves_the_old_file_and_no_litter(
    folder: PageFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = folder.root / "index.html"
    write_whole(target, b"old")

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        write_whole(target, b"new")
    assert target.read_bytes() == b"old"
    assert [file.name for file in folder.root.iterdir()] == ["index.html"]


def test_two_writers_do_not_meet(folder: PageFolder, clock: HandClock) -> None:
    with folder.writing():
        assert publishing.refresh(clock.now) == 0
    assert publishing.refresh(clock.now) == 1


def test_django_answers_the_same_when_it_stands_alone(client: Client, reader: Reader, clock: HandClock) -> None:
    first = client.get("/", headers={"accept-encoding": "gzip"})
    _, headers, body = reader.ask(accept_encoding="gzip")

    assert first.content == body
    assert first.headers["ETag"] == headers["ETag"]
    assert not first.cookies
    again = client.get("/", headers={"accept-encoding": "gzip", "if-none-match": headers["ETag"]})
    assert again.status_code == 304
    assert client.get("/incidents/none/").status_code == 404
    assert client.get("/assets/none.css").status_code == 404
    assert client.post("/").status_code == 405


def test_a_first_look_without_a_database_is_calm(
    client: Client, folder: PageFolder, monkeypatch: pytest.MonkeyPatch, clock: HandClock
) -> None:
    from django.db import OperationalError

    def gone(*_: object, **__: object) -> bool:
        raise OperationalError("gone")

    monkeypatch.setattr(publishing, "refresh", gone)
    answer = client.get("/")
    assert answer.status_code == 503
    assert "This page is being prepared" in answer.content.decode()
    assert answer.headers["Retry-After"] == "2"


@pytest.mark.usefixtures("folder")
def test_what_is_being_prepared_speaks_as_the_reader_does(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "refresh", lambda now: False)
    for path, accepts, language, words in (
        ("/", "fr-CH, fr;q=0.9, en;q=0.8", "fr", "Cette page est en préparation"),
        ("/", "pl, nl;q=0.9", "en", "This page is being prepared"),
        ("/de/", "fr", "de", "Diese Seite wird vorbereitet"),
    ):
        page = client.get(path, headers={"Accept-Language": accepts}).content.decode()
        assert (f'<html lang="{language}">' in page, words in page) == (True, True), path


def test_the_loop_is_due_again_within_a_minute_and_when_the_text_changes(folder: PageFolder, clock: HandClock) -> None:
    assert publishing.next_at() is None
    publishing.refresh(clock.now)
    assert publishing.next_at() == clock.now + timedelta(minutes=1)
    a_told_incident(clock.now - timedelta(minutes=29, seconds=40))
    publishing.refresh(clock.now)
    assert publishing.next_at() == clock.now + timedelta(seconds=20)
