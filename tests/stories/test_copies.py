"""A copy of the page, served by a plain web server while nobody renders it anew."""

import functools
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import expect

from daylight.core import clock
from daylight.pages import publishing
from daylight.pages.folder import PageFolder
from daylight.pages.tests.makers import a_component, a_told_incident
from tests.stories.conftest import Open


class Quiet(SimpleHTTPRequestHandler):
    """Serves files, and says nothing."""

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def copy(settings: object, tmp_path: Path) -> Iterator[str]:
    """The address of a folder with the page as it stood ten minutes ago."""
    settings.DATA_DIR = tmp_path  # type: ignore[attr-defined]
    before = clock.now() - timedelta(minutes=10)
    a_component()
    a_told_incident(before)
    publishing.refresh(before)
    serve = functools.partial(Quiet, directory=str(PageFolder.main().site))
    server = ThreadingHTTPServer(("127.0.0.1", 0), serve)
    turning = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    turning.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    turning.join()
    server.server_close()


def test_a_copy_that_nobody_renews_says_how_old_it_is(open_page: Open, copy: str) -> None:
    page = open_page(copy)

    expect(page.get_by_role("heading", level=1)).to_have_text("Card payments fail at checkout")
    expect(page.locator(".stale")).to_contain_text("We could not check this page since")
