"""Pictures for the README: the first crisis of the demonstration firm, as a newcomer walks through it."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

IMAGES = Path(__file__).resolve().parent.parent.parent / "docs" / "images"
PORT = int(os.environ.get("DAYLIGHT_PORT", "8189"))


def main() -> None:
    """Start the product, take the pictures, stop it."""
    folder = tempfile.mkdtemp(prefix="daylight-pictures-")
    os.environ["DAYLIGHT_DATA_DIR"] = folder
    words = [sys.executable, "-m", "daylight.cli", "run", "--demo", "--port", str(PORT)]
    log = Path(folder) / "run.log"
    with log.open("w") as out:
        process = subprocess.Popen(words, stdout=out, stderr=subprocess.STDOUT)
    try:
        while not (link := re.search(r"valid once:\s+(\S+)", log.read_text())):
            if process.poll() is not None:
                sys.exit(log.read_text())
            time.sleep(0.3)
        IMAGES.mkdir(exist_ok=True)
        with sync_playwright() as driver:
            chromium = driver.chromium.launch(
                executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"), args=["--no-sandbox"]
            )
            page = chromium.new_context(
                viewport={"width": 1280, "height": 1000}, timezone_id="Europe/Berlin", locale="en-GB"
            ).new_page()
            page.set_default_timeout(60_000)
            walk(page, link[1])
            chromium.close()
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def walk(page: Page, link: str) -> None:
    """Sign in, live through the first crisis, and take a picture wherever it is worth one."""
    page.goto(link)
    page.get_by_role("button", name="Sign in to Daylight").click()
    page.get_by_role("heading", name="Your first crisis").wait_for()
    page.get_by_text("page published").wait_for()
    take(page, "today")
    page.get_by_role("link", name="Declare the incident").click()
    page.get_by_text(re.compile(r"\d+ customers")).first.wait_for()
    page.get_by_role("button", name="Declare the incident").click()
    page.locator("#composer [name=en-doing]").fill("The water is off; we repack what got wet and send it on.")
    page.locator("#composer [name=en-meanwhile]").fill("Nothing to do; reply if that is too late for you.")
    page.get_by_role("button", name=re.compile(r"Tell \d+ customers")).click()
    time.sleep(25)
    room = page.url
    page.goto(room)
    page.locator("#composer [name=en-doing]").fill("The floor is dry; the first pallets leave tonight.")
    time.sleep(4)
    page.evaluate("window.scrollTo(0, 0)")
    take(page, "incident-room")
    page.goto(re.sub(r"/desk/.*", "/", room))
    take(page, "status-page")


def take(page: Page, name: str) -> None:
    """One picture of what is in the window."""
    page.screenshot(path=IMAGES / f"{name}.png")
    print(IMAGES / f"{name}.png")


if __name__ == "__main__":
    main()
