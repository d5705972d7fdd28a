"""A customer without JavaScript says what happened, with a picture, and reads our answer; another does so in a shop."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from daylight.core import clock
from daylight.listen import replying, taking_in
from daylight.listen.models import Attachment, Conversation
from daylight.pages import publishing
from tests.stories.conftest import Open, no_violations


def test_said_without_a_script_and_answered(open_page: Open, tmp_path: Path) -> None:
    picture = tmp_path / "box.jpg"
    picture.write_bytes(b"\xff\xd8 a picture")
    publishing.refresh(clock.now())
    page = open_page("/", narrow=True, javascript=False)
    page.get_by_role("link", name="Tell us what you see, or what you need").click()
    no_violations(open_page("/say/", narrow=True, dark=True))

    page.get_by_label("What happened, and what does it mean for you?").fill("My parcel came empty.\nIt was a gift.")
    page.get_by_label("Files").set_input_files(picture)
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_text("We have it.")).to_be_visible()
    taking_in.step(clock.now())
    conversation = Conversation.objects.get()
    replying.reply(conversation, "A new one is on its way.", by=None, at=clock.now())
    page.reload()

    expect(page.get_by_text("A new one is on its way.")).to_be_visible()
    assert Attachment.objects.get().name == "box.jpg"
    no_violations(open_page(urlsplit(page.url).path, narrow=True))
    page.get_by_label("What else should we know?").fill("Thank you.")
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_text("Thank you.")).to_be_visible()


@contextmanager
def a_shop(ours: str) -> Iterator[str]:
    """A server of another house, with our script in its help page; its address."""
    body = f'<!doctype html><html lang="en"><title>Shop</title><h1>Help</h1><script src="{ours}/say/embed.js"></script>'

    class Shop(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *args: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_said_in_a_page_of_the_firms_own(open_page: Open, live_server: LiveServer) -> None:
    page = open_page("/say/embed/")
    with a_shop(str(live_server)) as shop:
        page.goto(shop)
        form = page.frame_locator("iframe[title='Tell us']")
        form.get_by_label("What happened, and what does it mean for you?").fill("Checkout fails.")
        form.get_by_role("button", name="Send it").click()

        expect(form.get_by_text("We have it.")).to_be_visible()
    taking_in.step(clock.now())
    assert Conversation.objects.get().preview == "Checkout fails."
