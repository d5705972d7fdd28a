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

from benchmarks import sinks
from benchmarks.road import certificates
from benchmarks.road.databases import Database, database
from benchmarks.road.once import Options

COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("run", "run", ""),
    ("msg/s", "per_second", ",.0f"),
    ("seconds", "seconds", ".2f"),
    ("first s", "first_seconds", ".2f"),
    ("ledger s", "ledger_seconds", ".2f"),
    ("us/msg workers", "cpu_workers", ".0f"),
    ("database", "cpu_database", ".0f"),
    ("sink", "cpu_sink", ".0f"),
    ("PSS MB", "pss_mb", ".0f"),
    ("RSS MB", "rss_mb", ".0f"),
    ("twice", "twice", ""),
    ("lost", "lost", ""),
    ("in doubt", "in_doubt", ""),
)


def main(words: list[str]) -> int:
    """Measure as asked, and print a table, and JSON where it is wanted."""
    asked = parser().parse_args(words)
    with tempfile.TemporaryDirectory(prefix="daylight-bench-") as folder, database(asked.database) as where:
        options = options_of(asked, Path(folder))
        server = where.server
        options = replace(options, database_pid=server.pid if server else 0)
        print(f"filling a database with {asked.recipients:,} customers ...", flush=True)
        where.fill(options)
        report: dict[str, Any] = {
            "about": about(where),
            "options": asdict(options),
            "runs": [],
        }
        print("\n".join(report["about"]), flush=True)
        print(heading(), flush=True)
        runs: list[dict[str, Any]] = report["runs"]
        for number in range(1, asked.runs + 1):
            runs.append(one(where, options, number))
            print(row(runs[-1]), flush=True)
        report["median"] = median(runs)
        print(row(report["median"]), flush=True)
        print("\n".join(remarks(report["median"], options)), flush=True)
    if asked.json:
        Path(asked.json).write_text(json.dumps(report, indent=1), encoding="utf-8")
    return 0 if all(is_right(run) for run in runs) else 1


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
    return {"run": str(number), **told.pop("count"), **told}


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
    return "  ".join(f"{name:>{max(8, len(name))}}" for name, _, _ in COLUMNS)


def row(run: dict[str, Any]) -> str:
    """One run in the columns."""
    return "  ".join(f"{format(run.get(key, ''), form):>{max(8, len(name))}}" for name, key, form in COLUMNS)


def remarks(run: dict[str, Any], options: Options) -> list[str]:
    """What does not fit into a column."""
    lines = [
        f"message {run['size']:.0f} bytes; {options.workers} workers used {run['worker_share'] * 100:.0f} % of a core;"
        f" a worker at rest {run['rest_mb']:.0f} MB; left out {run['untold']}, unknown to the ledger {run['unknown']}"
    ]
    if options.rate:
        lines.append(f"limit {options.rate}/s: largest deviation over any 10 s {run['deviation'] * 100:.2f} %")
    return lines


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
