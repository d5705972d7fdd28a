"""Every public page in every language, light and dark, at 320 px and at 1280, with and without JavaScript.

Starts Daylight's web process on a page with an open incident, a correction, planned work and a long history, in four
languages; looks at each page in a real browser: no violation that axe knows, nothing that scrolls sideways (320 px is
what 400 % zoom leaves of 1280), every link and field reached by the keyboard; and weighs the first visit: bytes, first
paint on a slow line (1.6 Mbit/s, 150 ms), layout shift. Prints the figures, and ends with an error when one is missed.
"""

import argparse
import itertools
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.read import servers
from playwright.sync_api import Browser, Page, sync_playwright

from tests.stories.axe import Axe, chromium_path

LANGUAGES = ("en", "de", "fr", "es")
WORDS = {
    "en": ("Card payments fail at checkout", "Card payments fail at the last step."),
    "de": ("Kartenzahlungen scheitern an der Kasse", "Kartenzahlungen scheitern im letzten Schritt."),
    "fr": ("Les paiements par carte échouent", "Les paiements par carte échouent à la dernière étape."),
    "es": ("Los pagos con tarjeta fallan", "Los pagos con tarjeta fallan en el último paso."),
}
HEAVIEST = 40_000
SLOWEST_PAINT = 1000.0
SLOW_LINE = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 94_000}

FIGURES = """
() => {
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  return { paint: paint ? paint.startTime : -1, shift: window.shifted };
}
"""
WATCH_SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""


LOOKS = tuple(itertools.product((320, 1280), ("light", "dark")))
"""Widths in pixels, and the modes: a page that was opened once is looked at in each."""


def main() -> None:
    """Look at everything."""
    argparse.ArgumentParser(prog="bin/prove public_pages", description=__doc__).parse_args()
    with ExitStack() as open_:
        folder = Path(open_.enter_context(tempfile.TemporaryDirectory(prefix="daylight-prove-")))
        public_ids = set_up(folder)
        port = open_.enter_context(servers.granian(servers.OURS))
        base = f"http://127.0.0.1:{port}"
        driver = open_.enter_context(sync_playwright())
        browser = driver.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
        wrong = [problem for scripts in (True, False) for problem in looked_at(browser, base, public_ids, scripts)]
        wrong += list(weighed(browser, base, public_ids))
        browser.close()
    if wrong:
        raise SystemExit("\n".join(wrong))
    print("PROVED: no violation, nothing scrolls sideways, all by keyboard, light and quick.")


def paths(public_ids: list[str]) -> list[str]:
    """The public pages, within a language."""
    incidents = [f"/incidents/{public_id}/" for public_id in public_ids]
    return ["/", "/history/", *incidents, "/subscribe/", "/how-we-tell/", "/incidents/nothing/", "/embed/banner.html"]


def looked_at(browser: Browser, base: str, public_ids: list[str], scripts: bool) -> Iterator[str]:
    """What is wrong with any page in any look, with JavaScript or without."""
    context = browser.new_context(base_url=base, viewport={"width": 320, "height": 800})
    if not scripts:  # The page's own are kept away: axe itself needs an engine to run in.
        context.route("**/*.js", lambda route: route.abort())
    page, count = context.new_page(), 0
    for language in LANGUAGES:
        for path in paths(public_ids):
            address = f"/{language}{path}" if language != "en" else path
            page.goto(address)
            with closing(Axe(page)) as axe:
                for width, mode in LOOKS:
                    page.set_viewport_size({"width": width, "height": 800})
                    page.emulate_media(color_scheme=mode)
                    where = f"{address}, {width} px, {mode}, JavaScript {'on' if scripts else 'off'}"
                    yield from (f"{where}: {found}" for found in axe.violations())
                    if sideways(page):
                        yield f"{where}: scrolls sideways"
                    count += 1
            if scripts:
                yield from (f"{address}: {found}" for found in beyond_the_keyboard(page))
    context.close()
    print(f"{count} looks with JavaScript {'on' if scripts else 'off'}", flush=True)


def sideways(page: Page) -> bool:
    """Whether the page is wider than its window."""
    client = page.context.new_cdp_session(page)
    sizes = client.send("Page.getLayoutMetrics")
    client.detach()
    return bool(sizes["cssContentSize"]["width"] > sizes["cssLayoutViewport"]["clientWidth"])


def beyond_the_keyboard(page: Page) -> Iterator[str]:
    """What can be pressed or filled in and is not reached with the tab key."""
    mark = "e => e.checkVisibility() && !e.disabled && e.tabIndex >= 0 && e.type !== 'radio'"
    wanted = page.evaluate(
        f"() => [...document.querySelectorAll('a[href], button, input, select')].filter({mark}).length"
    )
    page.evaluate(
        "() => { window.reached = new Set(); addEventListener('focusin',"
        " e => e.target.type === 'radio' || window.reached.add(e.target)); }"
    )
    for _ in range(wanted + 12):
        page.keyboard.press("Tab")
    reached = page.evaluate("() => window.reached.size")
    if reached < wanted:
        yield f"{wanted - reached} of {wanted} links and fields are not reached by keyboard"


def weighed(browser: Browser, base: str, public_ids: list[str]) -> Iterator[str]:
    """A first visit on a slow line: what is too heavy, too slow, or moves."""
    for path in paths(public_ids):
        context = browser.new_context(base_url=base, viewport={"width": 360, "height": 740})
        page = context.new_page()
        client = context.new_cdp_session(page)
        client.send("Network.enable")
        client.send("Network.emulateNetworkConditions", SLOW_LINE)
        received: list[float] = []
        client.on("Network.loadingFinished", lambda said, received=received: received.append(said["encodedDataLength"]))
        page.add_init_script(WATCH_SHIFTS)
        page.goto(path, wait_until="networkidle")
        figures: dict[str, Any] = page.evaluate(FIGURES)
        context.close()
        weight, paint, shift = sum(received), figures["paint"], figures["shift"]
        print(f"{path:<28} {weight / 1000:>6.1f} kB  first paint {paint:>5.0f} ms  layout shift {shift:.3f}")
        if weight > HEAVIEST:
            yield f"{path} weighs {weight / 1000:.1f} kB"
        if paint > SLOWEST_PAINT:
            yield f"{path} is painted after {paint:.0f} ms"
        if shift > 0:
            yield f"{path} shifts by {shift:.3f}"


def set_up(folder: Path) -> list[str]:
    """The page; returns the names of the open, the planned and an ended incident."""
    os.environ.update(
        {
            "DAYLIGHT_DATA_DIR": str(folder),
            "DAYLIGHT_LOG_LEVEL": "ERROR",
            "DJANGO_SETTINGS_MODULE": "daylight.config.settings",
        }
    )
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)
    subprocess.run([sys.executable, "-m", "benchmarks.read.world"], check=True)
    import django

    django.setup()
    from daylight.accounts.models import Organisation
    from daylight.incidents.models import Incident, Update, UpdateText
    from daylight.incidents.words import Stage
    from daylight.pages import publishing
    from daylight.pages.tests.makers import an_incident, an_update

    now = datetime.now(UTC)
    Organisation.get()
    Organisation.objects.update(
        languages=list(LANGUAGES[1:]), time_zone="Europe/Berlin", reach_a_person="Call +49 30 123456, 8 to 18 h."
    )
    opened = Incident.objects.open().get()
    an_update(opened, now, headline="Card payments fail everywhere", what="All card payments fail.")
    first = opened.updates.order_by("number").last()
    told = an_update(
        opened,
        now,
        headline=WORDS["en"][0],
        what=WORDS["en"][1],
        promised_for=now + timedelta(minutes=30),
        kind=Update.Kind.CORRECTION,
        corrects=first,
        meanwhile="Pay by invoice: https://shop.example/a-rather-long-address-without-any-place-to-break-it/invoice",
    )
    for language in LANGUAGES[1:]:
        headline, what = WORDS[language]
        UpdateText.objects.create(update=told, language=language, headline=headline, what=what)
    work = an_incident(
        now,
        title="Move",
        kind="maintenance",
        planned_from=now + timedelta(days=1),
        planned_until=now + timedelta(days=2),
    )
    an_update(work, now, headline="We move to new machines", what="The shop is closed.", stage=Stage.SCHEDULED)
    publishing.refresh(now)
    ended = Incident.objects.past().order_by("-opened_at")[0]
    return [opened.public_id, work.public_id, ended.public_id]


if __name__ == "__main__":
    main()
