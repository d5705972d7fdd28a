"""From "publish" to the eyes of the world: page, JSON, feeds, banner, on-hold text, a folder, a bucket; see --help."""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.read import servers

LOOKED_EVERY = 0.05
GIVEN_UP_AFTER = 30.0

OVER_HTTP = {
    "page": "/",
    "JSON": "/status.json",
    "Statuspage JSON": "/api/v2/summary.json",
    "Atom": "/history.atom",
    "JSON Feed": "/feed.json",
    "banner": "/banner.json",
    "on hold": "/on-hold/message.txt",
}
FILE = "status.json"

Look = Callable[[], bytes]


def main(words: list[str]) -> int:
    """Publish some updates of a running installation and say when each place showed them."""
    parser = argparse.ArgumentParser(prog="bin/bench visible", description=__doc__)
    parser.add_argument("--updates", type=int, default=10, help="how many are published (10)")
    asked = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="daylight-bench-") as name, ExitStack() as open_:
        folder = Path(name)
        there = folder / "www"
        there.mkdir()
        from daylight.pages.tests.bucket import a_bucket

        kept = open_.enter_context(a_bucket())
        prepare(folder, there, bucket=kept.url)
        open_.enter_context(a_worker())
        port = open_.enter_context(servers.granian(servers.OURS))
        places: dict[str, Look] = {
            name: (lambda path=path: servers.body(port, path)) for name, path in OVER_HTTP.items()
        }
        places |= {
            "folder": (there / "site" / FILE).read_bytes,
            "bucket": lambda: kept.files.get(FILE, b""),
        }
        wait_for(places)
        times = [published(number, places) for number in range(asked.updates)]
    print(f"seconds from the commit of the update, {asked.updates} updates, {os.cpu_count()} cores")
    for name in places:
        seconds = [each[name] for each in times]
        print(f"  {name:<16} median {statistics.median(seconds):.2f}  worst {max(seconds):.2f}")
    return 0


def prepare(folder: Path, there: Path, *, bucket: str) -> None:
    """An installation with a page that stands, and two copies of it."""
    os.environ.update(
        {
            "DAYLIGHT_DATA_DIR": str(folder / "data"),
            "DAYLIGHT_LOG_LEVEL": "ERROR",
            "DAYLIGHT_ALLOW_PRIVATE_ADDRESSES": "127.0.0.1",
            "DJANGO_SETTINGS_MODULE": "daylight.config.settings",
        }
    )
    subprocess.run([sys.executable, "-m", "benchmarks.read.world"], check=True)
    import django

    django.setup()
    copies(there, bucket=bucket)


def copies(there: Path, *, bucket: str) -> None:
    """A copy of the page in a folder, and one in a bucket."""
    from daylight.pages.models import Page, Target

    now = datetime.now(UTC)
    page = Page.main(now)
    key = {"bucket": "pages", "endpoint": bucket, "key": "k", "secret": "s"}
    for kind, settings in ((Target.Kind.DIRECTORY, {"path": str(there)}), (Target.Kind.BUCKET, key)):
        target = Target(page=page, kind=kind, name=kind, due_at=now)
        target.settings = settings
        target.save()


@contextmanager
def a_worker() -> Iterator[None]:
    """The worker of an installation, as `daylight worker` starts it."""
    worker = subprocess.Popen([sys.executable, "-m", "daylight.cli", "worker"], stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        worker.terminate()
        worker.wait()


def wait_for(places: Mapping[str, Look]) -> None:
    """Until every place shows something."""
    until = time.monotonic() + GIVEN_UP_AFTER
    while time.monotonic() < until:
        if all(_said(look) for look in places.values()):
            return
        time.sleep(0.2)
    missing = [name for name, look in places.items() if not _said(look)]
    raise SystemExit(f"Nothing stands at: {', '.join(missing)}.")


def published(number: int, places: Mapping[str, Look]) -> dict[str, float]:
    """Let one update leave by the worker, and look everywhere until it is there; the seconds for each place."""
    word = f"cable number {number} is being mended"
    found: dict[str, float] = {}
    time.sleep(6.0 + number % 7 / 7)  # Away from the beat of the loops, and after the voice has spoken the last one.
    update = sent_off(word)
    began = time.monotonic()

    def watch(name: str, look: Look) -> None:
        while time.monotonic() - began < GIVEN_UP_AFTER:
            if word.encode() in _said(look):
                found[name] = time.time()
                return
            time.sleep(LOOKED_EVERY)

    watchers = [threading.Thread(target=watch, args=each) for each in places.items()]
    for each in watchers:
        each.start()
    for each in watchers:
        each.join()
    update.refresh_from_db()
    if update.published_at is None:
        raise SystemExit("The worker did not publish the update.")
    committed = update.published_at.timestamp()
    return {name: found.get(name, float("inf")) - committed for name in places}


def sent_off(word: str) -> Any:
    """An update whose ten seconds to take it back are over: the worker lets it leave at once."""
    from daylight.incidents import drafting
    from daylight.incidents.models import Incident
    from daylight.incidents.statement import Statement, Words

    now = datetime.now(UTC)
    incident = Incident.objects.open().get()
    words = Words(
        headline=f"Card payments: {word}", what=f"The {word}.", who="All shops.", doing="We pull it.", meanwhile="Wait."
    )
    said = Statement(
        stage="identified", next_update_by=now + timedelta(minutes=30), texts={"en": words}, is_correction=True
    )
    before = now - timedelta(seconds=11)
    draft = drafting.start(incident, by=incident.opened_by, at=before)
    draft.write(said, by=incident.opened_by, at=before)
    draft.send_off(by=incident.opened_by, at=before)
    return draft


def _said(look: Look) -> bytes:
    try:
        return look()
    except (OSError, RuntimeError):
        return b""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
