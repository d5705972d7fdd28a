"""Real requests of a city, replayed into a running system: each is recognised, acknowledged, put on a topic.

Starts Daylight as `./run` does, on an empty data folder, with its mail going to an independent mail server; imports a
customer for each request; hands the requests in by the API, each at its own time, so many times faster than they were
written; meanwhile opens the inbox again and again. Then compares what the database and the mail server hold with what
was handed in, and prints the signals that came out of it with their evidence. DATABASE_URL names an empty database for
PostgreSQL; without it everything is in SQLite. FILE is a CSV file (also .gz) with the columns t (ISO time), text and,
if there is one, service.
"""

import argparse
import csv
import gzip
import http.client
import io
import json
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page

from proofs.mails import Mailbag
from proofs.product import ask, browser, daylight, mail_server, require, sign_in, wait_for
from proofs.telling import Teller

CONNECTIONS = 8
"""Through so many the requests are handed in."""

LOOKS = ("/desk/inbox/", "/desk/")
EVERY = 1.0
"""Seconds between two looks at the inbox."""

STRANGERS, BY_ORDER, BY_NUMBER = 0.1, 0.25, 0.2
"""Shares of the requests whose writer is in no record, names an order, comes with a customer number; the others are
known by their mail address."""


ENOUGH_OF_A_MAIL = 4_000
"""Bytes that the mail server keeps of each mail."""

NOTICE = b"List-Unsubscribe:"
"""What mails to many bear, and no acknowledgement."""


@dataclass(frozen=True)
class Request:
    """One request, and who really wrote it: the number of a customer, or "" for a stranger."""

    number: int
    said_at: datetime
    text: str
    service: str
    way: str

    @property
    def customer(self) -> str:
        """The customer's number in the records."""
        return "" if self.way == "stranger" else f"C-{self.number}"

    @property
    def address(self) -> str:
        """From where it is written, and where the acknowledgement must arrive."""
        known = self.way == "address"
        return f"c{self.number}@home.example" if known else f"w{self.number}@elsewhere.example"

    def as_message(self) -> dict[str, object]:
        """As the API takes it."""
        named = f"\nOrder A-{500_000 + self.number}" if self.way == "order" else ""
        return {
            "id": f"r{self.number}",
            "said_at": self.said_at.isoformat(),
            "text": self.text + named,
            "channel": "email",
            "address": self.address,
            "customer": self.customer if self.way == "number" else "",
            "facts": {"category": self.service} if self.service else {},
        }


def main() -> None:
    """Run the proof."""
    options = _options()
    requests = list(islice(read(options.file), options.most))
    require(requests, f"{options.file} holds no request")
    times = _times(requests, options.speed, options.a_second)
    print(f"{len(requests):,} requests within {times[-1] / 60:.1f} minutes")
    folder = Path(tempfile.mkdtemp(prefix="daylight-proof-"))
    try:
        with ExitStack() as open_:
            port, bag = open_.enter_context(mail_server(folder, most=ENOUGH_OF_A_MAIL))
            url, link = open_.enter_context(daylight(folder, port, options.port))
            page = open_.enter_context(browser())
            sign_in(page, link)
            import_customers(folder, requests, others=options.tell)
            looker = Looker(url, page)
            looker.start()
            teller = Teller() if options.tell is not None else None
            began = time.monotonic()
            handed_in = hand_in(Api(url, api_key()), requests, times, options.at_once)
            acknowledged(requests, bag, handed_in, began)
            looker.end()
            if teller is not None:
                teller.end()
            settle(len(requests))
            agree(requests)
            if options.signals:
                tell_signals()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print("PROVED")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bin/prove real_input", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path, help="CSV with t, text, service")
    parser.add_argument("--speed", type=float, default=1000, help="how many times faster than it was written")
    parser.add_argument("--most", type=int, default=None, help="only so many requests, from the first on")
    parser.add_argument("--at-once", type=int, default=1, help="requests in one call of the API, up to 500")
    parser.add_argument("--a-second", type=float, default=None, help="so many a second, whenever they were written")
    parser.add_argument(
        "--tell",
        type=int,
        metavar="OTHERS",
        help="keep the sender busy meanwhile: tell everybody, and so many who have written nothing",
    )
    parser.add_argument("--no-signals", dest="signals", action="store_false", help="too few for a signal")
    parser.add_argument("--port", type=int, default=8181, help="where Daylight listens")
    return parser.parse_args()


def read(path: Path) -> Iterator[Request]:
    """The requests in the order of their times; empty ones are left out."""
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode()
    with io.StringIO(text, newline="") as lines:
        rows = sorted((row["t"], row["text"], row.get("service") or "") for row in csv.DictReader(lines))
    chance = random.Random(1)  # noqa: S311
    for number, (written, text, service) in enumerate(row for row in rows if row[1].strip()):
        moment = datetime.fromisoformat(written)
        at = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        yield Request(number, at, text, service, _way(chance.random()))


def _times(requests: Sequence[Request], speed: float, a_second: float | None) -> list[float]:
    """When each is handed in, in seconds from the first on."""
    if a_second is not None:
        return [number / a_second for number in range(len(requests))]
    return [(one.said_at - requests[0].said_at).total_seconds() / speed for one in requests]


def _way(drawn: float) -> str:
    for share, way in ((STRANGERS, "stranger"), (BY_ORDER, "order"), (BY_NUMBER, "number")):
        if drawn < share:
            return way
        drawn -= share
    return "address"


def import_customers(folder: Path, requests: Sequence[Request], *, others: int | None = None) -> None:
    """A customer for each request that is no stranger's, and an order for each who names one, by command.

    Beside them so many others, who write nothing.
    """
    known = [request for request in requests if request.customer]
    silent = [(f"S-{number}", f"Silent {number}", f"s{number}@quiet.example") for number in range(others or 0)]
    _import(
        folder,
        "customers",
        ["Customer number", "Name", "E-mail"],
        [(one.customer, f"Customer {one.number}", f"c{one.number}@home.example") for one in known] + silent,
    )
    _import(
        folder,
        "commitments",
        ["Order number", "Kind", "Customer number", "Promised for", "State"],
        [(f"A-{500_000 + one.number}", "order", one.customer, "2026-05-04", "open") for one in known],
    )


def _import(folder: Path, kind: str, heading: list[str], rows: Sequence[tuple[str, ...]]) -> None:
    path, began = folder / f"{kind}.csv", time.monotonic()
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([heading, *rows])
    words = [sys.executable, "-m", "daylight.cli", "import", kind, str(path)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    require(done.returncode == 0, f"daylight import: {done.stdout}{done.stderr}")
    print(f"{len(rows):,} {kind} imported in {time.monotonic() - began:.0f} s")


def api_key() -> str:
    """A key that may hand in messages."""
    found = ask(
        "from daylight.accounts import keys\nfrom daylight.accounts.models import Member\n"
        "from daylight.accounts.roles import Act\nfrom django.utils import timezone\n"
        "_, token = keys.make_key(name='replay', scopes=[Act.HAND_IN], by=Member.objects.get(), at=timezone.now())\n"
        "print(json.dumps({'token': token}))\n"
    )
    return str(found["token"])


# -- While it runs -----------------------------------------------------------------------------------------------------


class Looker(threading.Thread):
    """A member who opens the inbox again and again while messages come in."""

    def __init__(self, url: str, page: Page) -> None:
        super().__init__(daemon=True)
        cookies = "; ".join(f"{one['name']}={one['value']}" for one in page.context.cookies())
        self._url, self._headers = url, {"Cookie": cookies}
        self.took: dict[str, list[float]] = {path: [] for path in LOOKS}
        self.ends = False

    def run(self) -> None:
        """Until the proof ends."""
        while not self.ends:
            for path in LOOKS:
                began = time.perf_counter()
                request = urllib.request.Request(f"{self._url}{path}", headers=self._headers)  # noqa: S310
                with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310  # Our own server.
                    answer.read()
                self.took[path].append(time.perf_counter() - began)
            time.sleep(EVERY)

    def end(self) -> None:
        """Look no more, and print how long the pages took."""
        self.ends = True
        self.join()
        for path, seconds in self.took.items():
            print(f"{path}: {len(seconds)} looks, {in_short(seconds)}")


class Api(threading.local):
    """The way in, with a connection that stays open in each thread."""

    def __init__(self, url: str, token: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=120)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def hand_in(self, part: Sequence[Request]) -> float:
        """Some requests in one call, again as long as the answer is to come again; returns the seconds it took."""
        began = time.perf_counter()
        body = json.dumps({"messages": [one.as_message() for one in part]})
        while True:
            try:
                self._connection.request("POST", "/api/v1/messages", body, self._headers)
                answer = self._connection.getresponse()
            except (BrokenPipeError, ConnectionResetError):  # It was open for long without a word, and shut.
                self._connection.close()
                continue
            said = answer.read()
            if answer.status not in {429, 503}:
                break
            time.sleep(float(answer.headers["Retry-After"]))
        require(answer.status == 202, f"the API answered {answer.status}: {said[:200]!r}")
        return time.perf_counter() - began


def hand_in(api: Api, requests: Sequence[Request], times: Sequence[float], at_once: int) -> dict[str, float]:
    """Each request when its time comes; prints how many a second, and how long the API took for one call.

    Returns when each writer's message was handed in, in seconds since the epoch.
    """
    began = time.monotonic()
    handed_in: dict[str, float] = {}
    calls: list[Future[float]] = []
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        for given in range(0, len(requests), at_once):
            part = requests[given : given + at_once]
            time.sleep(max(0.0, times[given + len(part) - 1] - (time.monotonic() - began)))
            if len(calls) >= 2 * CONNECTIONS:
                calls[-2 * CONNECTIONS].result()
            handed_in |= dict.fromkeys((one.address for one in part), time.time())
            calls.append(pool.submit(api.hand_in, part))
            if given and given % 10_000 < at_once:
                print(f"  {given:,} handed in after {(time.monotonic() - began) / 60:.1f} minutes", flush=True)
    took, each = time.monotonic() - began, [call.result() for call in calls]
    print(
        f"{len(requests):,} handed in within {took / 60:.1f} minutes, {len(requests) / took:,.0f} a second, "
        f"{at_once} in a call; {in_short(each)} a call"
    )
    return handed_in


def in_short(seconds: Sequence[float]) -> str:
    """The middle of some times and the 95th percentile."""
    ordered = sorted(seconds)
    middle, late = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)]
    return f"median {middle * 1000:.0f} ms, p95 {late * 1000:.0f} ms"


def settle(expected: int) -> None:
    """Wait until everything that came in was read."""
    began = time.monotonic()
    wait_for(lambda: _count("listen", "Message", "direction='in'") >= expected, 1800, f"{expected:,} messages")
    wait_for(lambda: _count("listen", "Incoming", "") == 0, 60, "the end of what came in")
    print(f"the last was read {time.monotonic() - began:.0f} s after it was handed in")


def _count(room: str, model: str, condition: str) -> int:
    found = ask(
        "from django.apps import apps\n"
        f"rows = apps.get_model({room!r}, {model!r})._base_manager.filter({condition})\n"
        "print(json.dumps({'n': rows.count()}))\n"
    )
    return int(str(found["n"]))


# -- Afterwards --------------------------------------------------------------------------------------------------------


def agree(requests: Sequence[Request]) -> None:
    """Everybody is who they are, and nobody is taken for somebody else."""
    found = ask(
        "from daylight.listen.models import Message\n"
        "rows = Message.objects.filter(direction='in')\n"
        "print(json.dumps({name: [key or '', how] for name, key, how in rows.values_list('external_id',"
        " 'conversation__customer__external_id', 'conversation__recognised_by')}))\n"
    )
    require(len(found) == len(requests), f"{len(found):,} messages for {len(requests):,} requests")
    wrong = [one for one in requests if found[f"r{one.number}"][0] != one.customer]  # type: ignore[index]
    false = [one for one in wrong if found[f"r{one.number}"][0]]  # type: ignore[index]
    known = sum(bool(one.customer) for one in requests)
    print(
        f"recognised: {known - len(wrong) + len(false):,} of {known:,} who are in the records; "
        f"{len(false)} taken for somebody else"
    )
    require(len(wrong) <= len(requests) // 1000, f"{len(wrong):,} not recognised, such as {wrong[:3]}")


def acknowledged(requests: Sequence[Request], bag: Mailbag, handed_in: Mapping[str, float], began: float) -> None:
    """Everybody has an acknowledgement in their mailbox, once; prints how long after they had written."""
    came: dict[str, float] = {}

    def have_all() -> bool:
        for mail in bag.take():
            if NOTICE not in mail.raw:
                require(mail.recipients[0] not in came, f"{mail.recipients[0]} was acknowledged twice")
                came[mail.recipients[0]] = mail.at
        return len(came) >= len(requests)

    wait_for(have_all, 1800, f"{len(requests):,} acknowledgements")
    took = time.monotonic() - began
    delays = [came[one.address] - handed_in[one.address] for one in requests]
    print(
        f"acknowledged: {len(came):,} within {took:.0f} s, {len(came) / took:.1f} a second; {in_short(delays)} after "
        "they were handed in"
    )


def tell_signals() -> None:
    """What came out of it."""
    found = ask(
        "from daylight.watch.models import MessageTopic, Signal, Topic\n"
        "rows = Signal.objects.select_related('topic').order_by('opened_at')\n"
        "print(json.dumps({'topics': Topic.objects.count(), 'placed': MessageTopic.objects.values('message')"
        ".distinct().count(), 'signals': [[str(row.topic), row.stage, row.opened_at.isoformat(), row.score,"
        " row.evidence.count()] for row in rows]}))\n"
    )
    signals = found["signals"]
    require(isinstance(signals, list) and signals, "no signal came out of it")
    print(f"{found['placed']:,} messages on {found['topics']:,} topics; {len(signals)} signals:")  # type: ignore[arg-type]
    for topic, stage, at, score, evidence in signals:  # type: ignore[union-attr]
        print(f"  {at[:10]}  {stage:<7} score {score:.2f}  {evidence:>3} pieces of evidence  {topic}")


if __name__ == "__main__":
    main()
