"""Browsers for the stories: a live server, Chromium, pages of signed-in members, and the axe checker."""

import os
import socket
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import OperationalError, connections
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, expect, sync_playwright
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from daylight.accounts.models import Member
from daylight.core import clock
from daylight.worker.registry import LOOPS
from tests.stories.axe import Axe, chromium_path

NARROW = {"width": 360, "height": 740}
WIDE = {"width": 1280, "height": 900}

Open = Callable[..., Page]

expect.set_options(timeout=20_000)  # A ceiling for a busy machine, not a wait.


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test in this folder is a story and needs a browser."""
    here = Path(__file__).parent
    for item in items:
        if here in Path(item.path).parents:
            item.add_marker(pytest.mark.story)
            item.add_marker(pytest.mark.django_db(transaction=True))
            if chromium_path() is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine: apt install chromium adds it"))


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright, whose loop makes Django believe the main thread is asynchronous; it is not."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One Chromium for all stories; each page has a context of its own."""
    chromium = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox", "--disable-gpu"])
    yield chromium
    chromium.close()


@pytest.fixture
def open_page(browser: Browser, live_server: LiveServer, transactional_db: None) -> Iterator[Open]:
    """`open_page("/desk/", member=ana, narrow=True, dark=True, javascript=False)`: a page, signed in or a stranger's.

    At the end of the test every page must have been free of script errors and of breaches of the content policy.
    """
    contexts: list[Any] = []
    troubles: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        # A far end that fails is a story of its own; htmx and the browser speak of it too.
        of_the_net = ("status of", "net::ERR_FAILED", "htmx:")
        if message.type == "error" and not any(word in message.text for word in of_the_net):
            troubles.append(message.text)

    def open_(
        path: str, *, member: Member | None = None, narrow: bool = False, dark: bool = False, javascript: bool = True
    ) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport=NARROW if narrow else WIDE,  # type: ignore[arg-type]  # a plain dict is what it takes
            color_scheme="dark" if dark else "light",
            java_script_enabled=javascript,
            timezone_id="Europe/Berlin",
            locale="en-GB",
        )
        context.set_default_timeout(30_000)
        contexts.append(context)
        if member is not None:
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": session_of(member), "url": live_server.url}]
            )
        page = context.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert troubles == []


def session_of(member: Member) -> str:
    """The key of a fresh session in which `member` is signed in."""
    session = SessionStore()
    session[SESSION_KEY] = str(member.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = member.get_session_auth_hash()
    session.create()
    assert session.session_key
    return session.session_key


def violations(page: Page) -> list[str]:
    """What axe finds wrong on the page as it stands."""
    with closing(Axe(page)) as axe:
        return axe.violations()


def no_violations(page: Page) -> None:
    """Fail with what axe finds wrong on the page, and with a page that scrolls sideways."""
    assert violations(page) == []
    client = page.context.new_cdp_session(page)
    sizes = client.send("Page.getLayoutMetrics")
    client.detach()
    assert sizes["cssContentSize"]["width"] <= sizes["cssLayoutViewport"]["clientWidth"], "the page scrolls sideways"


class PostOffice:
    """An independent mail server on loopback: keeps what it answered for, and knows no mailbox in `refuses`."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, bytes]] = []
        self.refuses: set[str] = set()

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Agree, unless the mailbox is one that nobody has."""
        if address in self.refuses:
            return "550 5.1.1 No such user here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 Ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep it, then agree."""
        self.letters.extend((address, envelope.original_content or b"") for address in envelope.rcpt_tos)
        return "250 2.0.0 Ok"


@pytest.fixture
def post_office(settings: Settings) -> Iterator[PostOffice]:
    """The mail server of the installation."""
    office = PostOffice()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(office, hostname="127.0.0.1", port=port)
    controller.start()
    settings.SMTP_URL = f"smtp://127.0.0.1:{port}"
    yield office
    controller.stop()


@pytest.fixture
def worker(post_office: PostOffice, live_server: LiveServer, transactional_db: None) -> Iterator[None]:
    """Turns every loop, one after the other, until the story ends."""
    stop = threading.Event()
    troubles: list[str] = []

    def turn() -> None:
        while not stop.wait(0.4):
            for loop in LOOPS:
                try:
                    loop.step(clock.now())
                except OperationalError:  # Two wrote at once: as in a real worker, the next turn does it.
                    continue
                except Exception:  # Told at the end of the story, with where it happened.
                    troubles.append(traceback.format_exc())
        connections.close_all()

    thread = threading.Thread(target=turn)
    thread.start()
    yield
    stop.set()
    thread.join()
    assert troubles == []
