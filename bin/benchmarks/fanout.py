"""Tells everybody by real workers, from the published update to the last reply of an independent sink; see --help."""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from benchmarks import peers, sinks
from benchmarks.road import certificates
from benchmarks.road.databases import Database, database
from benchmarks.road.once import Options

OURS = "Daylight"
COLUMNS: tuple[tuple[str, str, str, int], ...] = (
    ("run", "run", "", 38),
    ("msg/s", "per_second", ",.0f", 8),
    ("seconds", "seconds", ".2f", 8),
    ("first s", "first_seconds", ".2f", 7),
    ("ledger s", "ledger_seconds", ".2f", 8),
    ("us/msg", "cpu_workers", ".0f", 7),
    ("database", "cpu_database", ".0f", 8),
    ("sink", "cpu_sink", ".0f", 5),
    ("PSS MB", "pss_mb", ".0f", 6),
    ("RSS MB", "rss_mb", ".0f", 6),
    ("twice", "twice", "", 5),
    ("lost", "lost", "", 5),
    ("in doubt", "in_doubt", "", 8),
)
"""Heading, name of the figure, form, width. us/msg is the CPU of all workers of a message."""


def main(words: list[str]) -> int:
    """Measure as asked, and print a table, and JSON where it is wanted."""
    asked = parser().parse_args(words)
    if asked.peers and asked.database != "postgresql":
        raise SystemExit("The peers are measured on PostgreSQL: add --database postgresql.")
    with tempfile.TemporaryDirectory(prefix="daylight-bench-") as folder, database(asked.database) as where:
        options = options_of(asked, Path(folder))
        options = replace(options, database_pid=where.server.pid if where.server else 0)
        print(f"filling a database with {asked.recipients:,} customers ...", flush=True)
        where.fill(options)
        heads = about(where)
        parties = peers_of(asked) if asked.peers else []
        print("\n".join([*heads, heading()]), flush=True)
        runs = alternating(where, options, parties, asked)
    medians = {name: median(rows) for name, rows in runs.items()}
    print("\n".join(conclusions(medians, options)))
    if asked.json:
        report = {"about": heads, "options": asdict(options), "runs": runs, "medians": medians}
        Path(asked.json).write_text(json.dumps(report, indent=1), encoding="utf-8")
    return 0 if all(is_right(run) for run in runs[OURS]) else 1


def alternating(
    where: Database, options: Options, parties: list[peers.Peer], asked: argparse.Namespace
) -> dict[str, list[dict[str, Any]]]:
    """Ours, then each peer, and again; the rows of each party by its name."""
    runs: dict[str, list[dict[str, Any]]] = {OURS: []}
    for number in range(1, asked.runs + 1):
        runs[OURS].append(one(where, options, number))
        print(row(runs[OURS][-1]), flush=True)
        for peer in parties:
            if not where.server:
                raise SystemExit("The peers need PostgreSQL.")
            measured = peers.measure(
                peer, where.server, recipients=asked.peer_recipients, sink_kind=options.sink, latency=options.latency
            )
            runs.setdefault(peer.name, []).append(measured)
            print(row(measured), flush=True)
    return runs


def peers_of(asked: argparse.Namespace) -> list[peers.Peer]:
    """The peers that can run here; of the others it is said why not."""
    able = []
    for peer in peers.WITH_LATENCY if asked.latency else peers.WITH_LEDGER:
        why_not = peers.able(peer)
        if why_not:
            print(f"{peer.name}: left out, {why_not}")
        else:
            able.append(peer)
    print(f"each peer tells {asked.peer_recipients:,} customers: their rate does not depend on the number")
    return able


def parser() -> argparse.ArgumentParser:
    """What may be asked."""
    made = argparse.ArgumentParser(prog="bin/bench fanout", description=__doc__)
    made.add_argument("--recipients", type=int, default=10_000)
    made.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    made.add_argument("--workers", type=int, default=1)
    made.add_argument("--channel", choices=["smtp", "http"], default="smtp")
    made.add_argument("--latency", type=float, default=0.0, metavar="MS", help="of each answer of the sink")
    made.add_argument("--connections", type=int, help="of each worker; the channel's own number when absent")
    made.add_argument("--tls", action="store_true", help="STARTTLS, or https")
    made.add_argument("--rate", type=int, help="messages a second set on the provider; tells how exactly it is held")
    made.add_argument("--sink", choices=sinks.KINDS, default=sinks.usual())
    made.add_argument("--without", choices=["pipelining", "8bitmime"], action="append", default=[])
    made.add_argument("--peers", action="store_true", help="the same work by others, in turn")
    made.add_argument("--peer-recipients", type=int, default=2_000, metavar="N")
    made.add_argument("--runs", type=int, default=3)
    made.add_argument("--json", metavar="FILE")
    return made


def options_of(asked: argparse.Namespace, folder: Path) -> Options:
    """The options of one run."""
    return Options(
        recipients=asked.recipients,
        workers=asked.workers,
        http=asked.channel == "http",
        sink=asked.sink,
        latency=asked.latency,
        tls=str(certificates.make(folder)) if asked.tls else "",
        rate=asked.rate,
        connections=asked.connections,
        without=tuple(asked.without),
    )


def about(where: Database) -> list[str]:
    """On what the figures were taken."""
    done = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False)
    return [
        f"Daylight {done.stdout.strip()}, Python {platform.python_version()}, {os.cpu_count()} cores,"
        f" load {os.getloadavg()[0]:.1f} before the runs, {platform.platform()}",
        where.describe(),
    ]


def one(where: Database, options: Options, number: int) -> dict[str, Any]:
    """One run as a flat row."""
    told = where.run(options)
    return {"run": f"{OURS} {number}", **told.pop("count"), **told}


def median(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """The middle of each figure; what must never happen is added up."""
    found: dict[str, Any] = {"run": "median"}
    for name, value in runs[0].items():
        if name in {"twice", "lost", "untold", "unknown", "in_doubt"}:
            found[name] = sum(run[name] for run in runs)
        elif isinstance(value, int | float):
            found[name] = statistics.median(run[name] for run in runs)
    return found


def is_right(run: dict[str, Any]) -> bool:
    """Nobody lost, twice, left out, or told without the ledger knowing."""
    return not (run["twice"] or run["lost"] or run["untold"] or run["unknown"])


def heading() -> str:
    """The names of the columns."""
    return "  ".join(f"{name:>{width}}" for name, _, _, width in COLUMNS)


def row(run: dict[str, Any]) -> str:
    """One run in the columns."""
    return "  ".join(f"{format(run[key], form) if key in run else '-':>{width}}" for _, key, form, width in COLUMNS)


def conclusions(medians: dict[str, dict[str, Any]], options: Options) -> list[str]:
    """The medians, the ratios to the peers, and what does not fit into a column."""
    ours = medians[OURS]
    lines = ["medians:", *(row({**middle, "run": name}) for name, middle in medians.items())]
    for name, theirs in medians.items():
        if name != OURS:
            lines.append(
                f"{ours['per_second'] / theirs['per_second']:.1f} times as fast as {name};"
                f" CPU of a message 1/{theirs['cpu_workers'] / ours['cpu_workers']:.1f}"
            )
    lines.append(
        f"{options.workers} workers used {ours['worker_share'] * 100:.1f} % of a core; a worker at rest"
        f" {ours['rest_mb']:.0f} MB; a message {ours['size']:.0f} bytes; left out {ours['untold']},"
        f" unknown to the ledger {ours['unknown']}"
    )
    if options.rate:
        lines.append(f"limit {options.rate}/s: largest deviation over any 10 s {ours['deviation'] * 100:.2f} %")
    return lines


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
