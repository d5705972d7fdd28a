"""Public reads with wrk: our own server, nginx, and a Django view, in one run; see --help."""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.read import servers
from benchmarks.read.load import Load, wrk

PAGE, JSON = "/", "/status.json"
ASKED = ((PAGE, 64), (PAGE, 256), (PAGE, 1000), (JSON, 256), (JSON, 1000))
Server = Callable[[], AbstractContextManager[int]]


@dataclass(frozen=True)
class Party:
    """Who answers, under which name."""

    name: str
    server: Server


def main(words: list[str]) -> int:
    """Measure, and print a table with ratios."""
    asked = parser().parse_args(words)
    missing = [tool for tool in ("wrk", "nginx") if shutil.which(tool) is None]
    if missing:
        sys.exit(f"{' and '.join(missing)} must be installed: apt install {' '.join(missing)}")
    with tempfile.TemporaryDirectory(prefix="daylight-bench-") as name:
        folder = Path(name)
        environ = {"DAYLIGHT_DATA_DIR": str(folder / "data"), "DAYLIGHT_LOG_LEVEL": "ERROR"}
        os.environ.update(environ)
        subprocess.run([sys.executable, "-m", "benchmarks.read.world"], check=True)
        parties = parties_in(folder)
        with parties[0].server() as port:
            sizes = {path: len(servers.body(port, path)) / 1000 for path in (PAGE, JSON)}
        print(f"page {sizes[PAGE]:.1f} kB, JSON {sizes[JSON]:.1f} kB, {os.cpu_count()} cores, wrk on the same machine")
        rounds = [one_round(parties, asked.seconds) for _ in range(asked.runs)]
        print("\n".join(table(parties, rounds)), flush=True)
        if asked.fanout:
            print("\n".join(beside_a_fanout(parties[0], asked)))
    return 0


def parser() -> argparse.ArgumentParser:
    """The words of the command."""
    parser = argparse.ArgumentParser(prog="bin/bench pages", description=__doc__)
    parser.add_argument("--seconds", type=float, default=5, help="of load for each figure (5)")
    parser.add_argument("--runs", type=int, default=3, help="rounds, all parties in each; the medians are told (3)")
    parser.add_argument("--fanout", type=int, metavar="RECIPIENTS", help="also while so many people are being told")
    parser.add_argument("--clients", type=int, default=64, help="connections beside the fan-out (64)")
    return parser


def parties_in(folder: Path) -> list[Party]:
    """Everybody who answers, ours first."""
    site = folder / "data/pages/status/site"

    @contextmanager
    def by_nginx(*, by_recipe: bool) -> Iterator[int]:
        with (
            tempfile.TemporaryDirectory(dir=folder) as own,
            servers.nginx(Path(own), site, by_recipe=by_recipe) as port,
        ):
            yield port

    return [
        Party("Daylight, from memory", lambda: servers.granian(servers.OURS)),
        Party("nginx by our recipe", lambda: by_nginx(by_recipe=True)),
        Party("nginx, the bare files", lambda: by_nginx(by_recipe=False)),
        Party("Django view, ORM and template", lambda: servers.granian(servers.VIEW, "--factory")),
    ]


Round = dict[tuple[str, str, int], Load]


def one_round(parties: list[Party], seconds: float) -> Round:
    """Each party, freshly started for each figure, so that nobody inherits a queue."""
    found: Round = {}
    for party in parties:
        for path, clients in ASKED:
            with party.server() as port:
                wrk(port, path, clients=clients, seconds=1)
                found[party.name, path, clients] = wrk(port, path, clients=clients, seconds=seconds)
    return found


def table(parties: list[Party], rounds: list[Round]) -> list[str]:
    """Medians over the rounds; the ratio is requests a second against each other party's."""
    lines = []
    for path, clients in ASKED:
        lines += ["", f"{'page' if path == PAGE else 'JSON'}, {clients} connections"]
        medians = {party.name: median([each[party.name, path, clients] for each in rounds]) for party in parties}
        bare, view = medians[parties[2].name].per_second, medians[parties[3].name].per_second
        for name, load in medians.items():
            lines.append(
                f"  {name:<30}{load.per_second:>10,.0f}/s  p50 {load.p50:>7.1f} ms  p99 {load.p99:>8.1f} ms"
                f"  errors {load.errors:>5}"
                f"  {load.per_second / bare:>6.0%} of nginx  {load.per_second / max(view, 0.1):>6.0f} x view"
            )
    return lines


def median(loads: list[Load]) -> Load:
    """The median of each figure, and all errors."""
    rate, p50, p99 = (statistics.median(getattr(load, name) for load in loads) for name in ("per_second", "p50", "p99"))
    return Load(rate, p50, p99, sum(load.errors for load in loads))


def beside_a_fanout(ours: Party, asked: argparse.Namespace) -> list[str]:
    """Answer times while a fan-out runs on the same cores, against those without one, second by second."""
    with ours.server() as port:
        idle = [wrk(port, PAGE, clients=asked.clients, seconds=2) for _ in range(5)]
        words = [sys.executable, "-m", "benchmarks", "fanout", "--recipients", str(asked.fanout), "--runs", "1"]
        telling = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        busy = []
        while telling.poll() is None:
            busy.append(wrk(port, PAGE, clients=asked.clients, seconds=2))
        said = telling.communicate()[0]
    still, worst = statistics.median(load.p99 for load in idle), max(load.p99 for load in busy)
    usual = statistics.median(load.p99 for load in busy)
    return [
        "",
        f"page, {asked.clients} connections, while {asked.fanout:,} people are told on the same cores:",
        f"  p99 {still:.1f} ms without; {usual:.1f} ms ({usual / still:.1f} x) with, at worst {worst:.1f} ms"
        f" ({worst / still:.1f} x); errors {sum(load.errors for load in busy)}",
        *(f"  {line}" for line in said.splitlines() if "Daylight" in line),
    ]
