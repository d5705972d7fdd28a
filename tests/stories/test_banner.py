"""A shop of another house, under a strict content policy, shows what is wrong with us and is never hurt by it."""

import json
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from daylight.pages import banner, formats
from daylight.pages.facts import PageFacts
from daylight.pages.formats.tests.makers import NOW, a_page, a_site, an_incident, ended, said
from daylight.pages.serving import TYPES, headers_of
from tests.stories.conftest import no_violations

OURS = "https://status.northwind.example"
SHOP = """<!doctype html><html lang="en" dir="{direction}"><head><meta charset="utf-8"><title>Shop</title>
<meta name="viewport" content="width=device-width"><script src="{ours}/banner.js" async {more}></script></head>
<body><main><h1>Shop</h1><p>Buy something.</p></main></body></html>"""


class Shop:
    """The firm's own site, and what our address answers to it; `status` 0 is no answer at all."""

    def __init__(self, url: str, page: Page) -> None:
        self.url, self.page = url, page
        self.body: bytes = b""
        self.status = 200
        self.affected: list[str] = []
        page.route(f"{OURS}/**", self._answer)
        page.route("**/banner/affected", self._concerns)

    def says(self, facts: PageFacts) -> None:
        """From now on we tell this."""
        self.body = banner.files(facts)["banner.json"]

    def visit(self, more: str = "", *, direction: str = "ltr") -> None:
        self.page.set_extra_http_headers({"X-Shop": json.dumps([more, direction])})
        self.page.goto(self.url)

    def later(self) -> None:
        """Half a minute passes in the browser."""
        self.page.clock.run_for(31_000)

    @property
    def banner(self) -> Any:
        return self.page.locator("daylight-banner")

    def _answer(self, route: Route) -> None:
        if not self.status:
            return route.abort()
        headers = {"Access-Control-Allow-Origin": "*"}
        if route.request.url.endswith("banner.js"):
            script = banner.news.script().decode()
            return route.fulfill(status=200, content_type="text/javascript", body=script)
        return route.fulfill(status=self.status, content_type="application/json", body=self.body, headers=headers)

    def _concerns(self, route: Route) -> None:
        said_there = json.dumps({"affected": self.affected})
        route.fulfill(status=200, body=said_there, headers={"Access-Control-Allow-Origin": "*"})


class _Site(BaseHTTPRequestHandler):
    """Answers with the shop, and a policy as strict as they come."""

    def do_GET(self) -> None:
        more, direction = json.loads(self.headers.get("X-Shop", '["", "ltr"]'))
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        policy = f"default-src 'none'; script-src {OURS}; connect-src {OURS} http://127.0.0.1:8000; base-uri 'none'"
        self.send_header("Content-Security-Policy", policy)
        self.end_headers()
        self.wfile.write(SHOP.format(ours=OURS, more=more, direction=direction).encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def shop(browser: Browser) -> Iterator[Shop]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Site) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        context = browser.new_context(
            timezone_id="Europe/Berlin", locale="en-GB", viewport={"width": 360, "height": 740}
        )
        page = context.new_page()
        troubles: list[str] = []
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", partial(_listen, troubles))
        page.clock.install(time=NOW)
        yield Shop(f"http://127.0.0.1:{server.server_port}/", page)
        context.close()
        server.shutdown()
        assert troubles == []


def _listen(troubles: list[str], message: Any) -> None:
    if message.type in {"error", "warning"} and "Content Security" in message.text:
        troubles.append(message.text)


def test_a_problem_shows_is_closed_comes_again_with_news_and_ends(shop: Shop) -> None:
    shop.says(a_page(an_incident(said(promised_in=20))))
    shop.visit()

    link = shop.banner.get_by_role("link", name="Card payments fail")
    expect(link).to_be_visible()
    expect(shop.banner.get_by_role("status")).to_contain_text("Next word by 14:20")
    assert link.get_attribute("href") == f"{OURS}/incidents/000000000007/"
    no_violations(shop.page)

    shop.page.keyboard.press("Tab")
    shop.page.keyboard.press("Tab")
    shop.page.keyboard.press("Enter")
    expect(link).to_be_hidden()
    shop.visit()
    shop.later()
    expect(link).to_be_hidden()

    shop.says(a_page(an_incident(said(2, promised_in=5), said(1))))
    shop.later()
    expect(link).to_be_visible()
    shop.says(a_page(ended()))
    shop.later()
    expect(link).to_be_hidden()


def test_out_of_reach_the_last_truth_stays_with_its_age_and_goes_in_the_end(shop: Shop) -> None:
    shop.says(a_page(an_incident(said(promised_in=20))))
    shop.visit()
    link = shop.banner.get_by_role("link", name="Card payments fail")
    expect(link).to_be_visible()

    shop.status = 503
    shop.later()
    expect(shop.banner).to_contain_text("No connection. This was true at 14:00.")
    shop.page.clock.run_for(1_700_000)
    expect(shop.banner).to_contain_text("Our update is late: we promised word by 14:20.")
    shop.page.clock.fast_forward("07:00:00")
    expect(link).to_be_hidden()
    expect(shop.page.get_by_role("heading", name="Shop")).to_be_visible()


def test_whatever_comes_the_shop_stands(shop: Shop) -> None:
    for odd in ("<html>", "null", "[]", '{"incidents": 7}', '{"incidents": [null], "languages": []}'):
        shop.body = odd.encode()
        shop.visit()
        shop.later()
        expect(shop.banner.get_by_role("status")).to_have_text("")
    assert shop.page.evaluate("Object.keys(window).filter((name) => /banner|daylight/i.test(name))") == []

    shop.says(a_page(an_incident()))
    shop.page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('denied'); } })")
    shop.visit()
    shop.banner.get_by_role("button", name="Close: Card payments fail").click()
    expect(shop.banner.get_by_role("status")).to_have_text("")


def test_only_for_the_parts_named_and_the_affected_and_from_right_to_left(shop: Shop) -> None:
    shop.affected = ["000000000007"]
    shop.says(a_page(an_incident(said(headline="لا يعمل الدفع")), an_incident(number=9), site=a_site()))
    shop.visit('data-customer="token" data-components="shop"', direction="rtl")

    expect(shop.banner.get_by_role("link")).to_have_text("لا يعمل الدفع")
    row = shop.banner.locator(".outage")
    edges = row.evaluate("(row) => [getComputedStyle(row).borderRightWidth, getComputedStyle(row).direction]")
    assert edges == ["8px", "rtl"]
    shop.affected = []
    shop.later()
    expect(shop.banner.get_by_role("link")).to_be_hidden()


def test_a_frame_keeps_itself_fresh_and_hurts_nobody(shop: Shop) -> None:
    shown = a_page(an_incident(said(promised_in=20)))
    files = {**formats.files(shown), **banner.files(shown)}
    shop.page.unroute(f"{OURS}/**")
    shop.page.route(f"{OURS}/embed/*.*", lambda route: _file(route, files))
    shop.page.goto(f"{OURS}/embed/banner.html")

    expect(shop.page.get_by_role("link", name="Card payments fail")).to_be_visible()
    no_violations(shop.page)
    files.update(banner.files(a_page(ended())))
    shop.page.clock.run_for(61_000)
    expect(shop.page.get_by_role("heading")).to_have_text("We have no troubles to report.")


def _file(route: Route, files: dict[str, bytes]) -> None:
    name = route.request.url.removeprefix(f"{OURS}/")
    headers = dict(headers_of(name)) | {"Content-Type": TYPES[f".{name.rpartition('.')[2]}"]}
    route.fulfill(status=200, body=files[name], headers=headers)
