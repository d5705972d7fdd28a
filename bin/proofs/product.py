"""The product as an operator starts it, in processes of its own, with mail and a browser beside it: for the proofs."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from playwright.sync_api import Browser, Page, sync_playwright

from proofs import files
from proofs.mails import CREW, Mailbag

T = TypeVar("T")


class Disagree(SystemExit):
    """Something does not agree; the message says what."""


def require(truth: object, sentence: str) -> None:
    """End the proof with the sentence unless it holds."""
    if not truth:
        raise Disagree(f"NOT PROVED: {sentence}")


@contextmanager
def mail_server(folder: Path, *, most: int | None = None) -> Iterator[tuple[int, Mailbag]]:
    """A mail server of its own; yields its port and what comes there, of each mail the first `most` bytes."""
    record = folder / "mails"
    record.touch()
    words = [sys.executable, "-m", "proofs.mailbox", str(record), *([str(most)] if most is not None else [])]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    try:
        yield int(process.stdout.readline() if process.stdout else 0), Mailbag(record)
    finally:
        process.kill()
        process.wait()


@contextmanager
def daylight(folder: Path, mail_port: int, port: int) -> Iterator[tuple[str, str]]:
    """`daylight run` in processes of its own; yields its address and the one-time sign-in link."""
    os.environ |= {"DAYLIGHT_DATA_DIR": str(folder / "data"), "DAYLIGHT_SMTP_URL": f"smtp://127.0.0.1:{mail_port}"}
    log = folder / "run.log"
    began = time.monotonic()
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "daylight.cli", "run", "--port", str(port)], stdout=out, stderr=subprocess.STDOUT
        )
    try:
        link = wait_for(lambda: re.search(r"valid once:\s+(\S+)", log.read_text()), 600, "a sign-in link")
        print(f"started in {time.monotonic() - began:.1f} s")
        yield f"http://127.0.0.1:{port}", link[1]
    except BaseException:
        print("\n".join(log.read_text().splitlines()[-40:]), file=sys.stderr)
        raise
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


@contextmanager
def browser() -> Iterator[Page]:
    """A page of a real browser."""
    with sync_playwright() as driver:
        chromium: Browser = driver.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = chromium.new_context(viewport={"width": 1280, "height": 900}, timezone_id="Europe/Berlin").new_page()
        page.set_default_timeout(60_000)
        yield page
        chromium.close()


def wait_for(question: Callable[[], T], seconds: float, name: str) -> T:
    """The first true answer. Ends the proof when there is none in time."""
    deadline = time.monotonic() + seconds
    while not (answer := question()):
        require(time.monotonic() < deadline, f"{name} did not come within {seconds:.0f} s")
        time.sleep(0.25)
    return answer


def ask(code: str) -> dict[str, object]:
    """Ask the database in a process of its own."""
    begin = (
        "import json, os, django\nos.environ['DJANGO_SETTINGS_MODULE'] = 'daylight.config.settings'\ndjango.setup()\n"
    )
    done = subprocess.run([sys.executable, "-c", begin + code], capture_output=True, text=True, check=False)
    require(done.returncode == 0, done.stderr)
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def sign_in(page: Page, link: str) -> None:
    """Become the first owner, by the one-time link."""
    page.goto(link)
    page.get_by_role("button", name="Sign in to Daylight").click()
    page.get_by_label("Your name").fill("Ana")
    page.get_by_label("Your e-mail address").fill(CREW)
    page.get_by_label("A password").fill("many a slip 'twixt cup")
    page.get_by_label("Name of your organisation").fill("Nordlicht Versand")
    page.get_by_label("Time zone").fill(files.HOME_ZONE)
    page.get_by_role("button", name="Start").click()
    page.wait_for_url("**/desk/")
