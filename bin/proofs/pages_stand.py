"""Whatever dies, the world reads the last good version, and never half of one and half of another.

Starts the web processes and the worker on PostgreSQL, with their files on a small disk, a copy in a folder and one in
a bucket, and publishes an update every second. Meanwhile the worker is killed, the database is killed, the disk
fills, the bucket refuses, files are torn; throughout, every place is read: each answer must be whole and of one
version, and after each trouble the newest must stand everywhere. With --age also waits until the page says that it is
old. Needs root (for the small disk).
"""

import argparse
import itertools
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.read import servers as web
from benchmarks.road import servers as databases
from benchmarks.road.disks import Ballast, small

NUMBER = re.compile(rb"cable number (\d+)")
TELLS_NOW = ("index.html", "status.json", "api/v2/summary.json", "history.atom", "feed.json", "on-hold/message.txt")
"""Files of a tree that carry the newest headline."""

SECONDS = 8.0
CATCHES_UP_IN = 20.0


class Disagree(SystemExit):
    """Something does not agree; the message says what."""


class Worker:
    """The worker of the pages, which can be killed and started again."""

    def __init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Start it."""
        words = [sys.executable, "-m", "daylight.cli", "worker", "--only", "pages"]
        self._process = subprocess.Popen(words, start_new_session=True, stdout=subprocess.DEVNULL)

    def kill(self) -> None:
        """kill -9."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


class Publisher(threading.Thread):
    """Publishes an update each second, whenever the database takes it; `newest` is the last that was committed."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.newest = -1
        self.ends = False

    def run(self) -> None:
        """Until the proof ends."""
        from django.db import DatabaseError, connection

        from daylight.incidents.models import Incident
        from daylight.pages.tests.makers import an_update

        for number in itertools.count():
            if self.ends:
                return
            try:
                words = {"headline": f"The cable number {number}", "what": "A cable is cut."}
                an_update(Incident.objects.open().get(), datetime.now(UTC), **words)
                self.newest = number
            except DatabaseError:
                connection.close()
            time.sleep(1)


class Reader(threading.Thread):
    """Reads one place all the time; what it may not say ends the proof."""

    def __init__(self, name: str, look: Callable[[], bytes]) -> None:
        super().__init__(daemon=True)
        self.name_of_place, self._look = name, look
        self.reads: Counter[str] = Counter()
        self.newest = -1
        self.wrong = ""
        self.ends = False

    def run(self) -> None:
        """Until the proof ends."""
        while not self.ends and not self.wrong:
            try:
                said = self._look()
            except (OSError, RuntimeError) as problem:
                self.reads["no answer"] += 1
                self.wrong = "" if self._may_fail(problem) else f"{self.name_of_place} did not answer: {problem}"
                continue
            numbers = {int(each) for each in NUMBER.findall(said)}
            # The page tells the story of an incident on pages of its own: here stands only what is true now.
            if len(numbers) > 1 or not said.rstrip().endswith(b"</html>"):
                self.wrong = f"{self.name_of_place} said a mixture: {sorted(numbers)}, {len(said)} bytes"
            self.reads["whole"] += 1
            self.newest = max(numbers, default=self.newest)
            time.sleep(0.02)

    @staticmethod
    def _may_fail(problem: Exception) -> bool:
        return isinstance(problem, FileNotFoundError)  # Between two names of a link, a look may find neither.


def one_version(root: Path) -> None:
    """All files of the tree that stands tell of the same update."""
    try:
        tree = (root / "site").resolve(strict=True)
        said = {name: max(map(int, NUMBER.findall((tree / name).read_bytes())), default=-1) for name in TELLS_NOW}
    except FileNotFoundError:
        return  # It was tidied away while we looked: four versions later.
    if len(set(said.values())) > 1:
        raise Disagree(f"{tree} holds a mixture: {said}")


def main() -> None:
    """Trouble after trouble."""
    parser = argparse.ArgumentParser(prog="bin/prove pages_stand", description=__doc__)
    parser.add_argument("--age", action="store_true", help="also wait five minutes, until the page says that it is old")
    asked = parser.parse_args()
    with ExitStack() as open_:
        folder = Path(open_.enter_context(tempfile.TemporaryDirectory(prefix="daylight-prove-")))
        disk, there = folder / "disk", folder / "www"
        disk.mkdir()
        there.mkdir()
        open_.enter_context(small(disk, beside=0))
        database = open_.enter_context(databases.postgres())
        from daylight.pages.tests.bucket import a_bucket

        kept = open_.enter_context(a_bucket())
        set_up(disk, there, bucket=kept.url, database=database.make("pages"))
        worker = Worker()
        open_.callback(worker.kill)
        port = open_.enter_context(web.granian(web.OURS))
        publisher = Publisher()
        readers = [
            Reader("the web process", lambda: web.body(port, "/", seconds=0.1)),
            Reader("the folder", (there / "site/index.html").read_bytes),
            Reader("the bucket", lambda: kept.files["index.html"]),
        ]
        wait_until("everything stands", lambda: "index.html" in kept.files and (there / "site").exists())
        for thread in (publisher, *readers):
            thread.start()
        roots = (disk / "pages/status", there)
        proof = Proof(publisher, readers, roots)
        proof.caught_up("with no trouble")
        proof.trouble("worker killed ten times", lambda: killed(worker, times=10))
        proof.trouble("database killed", lambda: without(database))
        proof.trouble("disk full", lambda: full(Ballast(disk)))
        proof.trouble("bucket refuses", lambda: refused(kept))
        proof.roots = (there,)  # Ours is torn by us; no reader of the web process or of a copy may notice.
        proof.trouble("files torn", lambda: torn(disk / "pages/status/site"))
        if asked.age:
            proof.trouble("worker dead for five minutes", lambda: aged(worker, port))
        publisher.ends = True
        for reader in readers:
            reader.ends = True
            reader.join(5)
            print(f"{reader.name_of_place}: {dict(reader.reads)}")
    print("PROVED: every answer was whole and of one version.")


class Proof:
    """Makes troubles, and looks at every place while they last and after."""

    def __init__(self, publisher: Publisher, readers: list[Reader], roots: tuple[Path, ...]) -> None:
        self._publisher, self._readers, self.roots = publisher, readers, roots

    def trouble(self, name: str, make: Callable[[], Iterator[None]]) -> None:
        """One trouble, and what is read meanwhile."""
        before = sum(reader.reads["whole"] for reader in self._readers)
        for _ in make():
            self.look()
        reads = sum(reader.reads["whole"] for reader in self._readers) - before
        self.caught_up(f"after: {name} ({reads:,} reads meanwhile)")

    def look(self) -> None:
        """Nothing wrong anywhere so far."""
        for reader in self._readers:
            if reader.wrong:
                raise Disagree(reader.wrong)
        for root in self.roots:
            one_version(root)

    def caught_up(self, when: str) -> None:
        """Every place shows what is published from now on."""
        began, wanted = time.monotonic(), self._publisher.newest + 1
        while any(reader.newest < wanted for reader in self._readers):
            self.look()
            if time.monotonic() - began > CATCHES_UP_IN:
                shown = {reader.name_of_place: reader.newest for reader in self._readers}
                raise Disagree(f"{when}: update {wanted} is not everywhere: {shown}")
            time.sleep(0.05)
        print(f"all places newest {time.monotonic() - began:4.1f} s {when}", flush=True)


def for_a_while() -> Iterator[None]:
    """A look every twentieth of a second."""
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        time.sleep(0.05)
        yield


def killed(worker: Worker, *, times: int) -> Iterator[None]:
    """kill -9 at any moment, and another worker in its place."""
    for _ in range(times):
        time.sleep(random.uniform(0.5, 3.0))  # noqa: S311  # A moment, no secret.
        worker.kill()
        yield
        worker.start()


def without(database: databases.Server) -> Iterator[None]:
    """The database dies, and comes back."""
    database.crash()
    yield from for_a_while()


def full(ballast: Ballast) -> Iterator[None]:
    """Nothing can be written, and then it can."""
    ballast.fill()
    yield from for_a_while()
    ballast.free()


def refused(kept: object) -> Iterator[None]:
    """The bucket takes three more files, then none, then all."""
    kept.takes = 3  # type: ignore[attr-defined]
    yield from for_a_while()
    kept.takes = 1_000_000  # type: ignore[attr-defined]


def torn(site: Path) -> Iterator[None]:
    """Files of the version that stands lose their second half, again and again."""
    for _ in for_a_while():
        name = random.choice(("status.json", "history.atom"))  # noqa: S311  # Any of them.
        path = (site / name).resolve()
        with path.open("r+b") as file:
            file.truncate(path.stat().st_size // 2)
        yield


def aged(worker: Worker, port: int) -> Iterator[None]:
    """Nobody renders the page, until it says so itself."""
    worker.kill()
    until = time.monotonic() + 330
    while b'class="stale"' not in web.body(port, "/"):
        if time.monotonic() > until:
            raise Disagree("The page did not say how old it is.")
        time.sleep(1)
        yield
    worker.start()


def set_up(disk: Path, there: Path, *, bucket: str, database: str) -> None:
    """An empty installation, with a page and two copies of it."""
    os.environ.update(
        {
            "DAYLIGHT_DATA_DIR": str(disk),
            "DATABASE_URL": database,
            "DAYLIGHT_LOG_LEVEL": "CRITICAL",
            "DAYLIGHT_ALLOW_PRIVATE_ADDRESSES": "127.0.0.1",
            "DJANGO_SETTINGS_MODULE": "daylight.config.settings",
        }
    )
    subprocess.run([sys.executable, "-m", "benchmarks.read.world"], check=True)
    import django

    django.setup()
    from benchmarks.visible import copies

    copies(there, bucket=bucket)


def wait_until(what: str, question: Callable[[], bool]) -> None:
    """Until it is so."""
    until = time.monotonic() + 60
    while not question():
        if time.monotonic() > until:
            raise Disagree(f"It did not happen: {what}.")
        time.sleep(0.1)


if __name__ == "__main__":
    main()
