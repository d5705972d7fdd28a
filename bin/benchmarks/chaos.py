"""Kills workers at random while they tell everybody, and counts who was lost, told twice or left in doubt; see --help.

What may be in doubt is what was on the wire when its worker died: at most one message for each open connection. With
a nasty sink each connection that it broke adds one.
"""

import argparse
import json
import random
from contextlib import AbstractContextManager
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks import fanout, sinks
from benchmarks.road import certificates
from benchmarks.road.databases import Database, database
from benchmarks.road.once import Options


def main(words: list[str]) -> int:
    """Make the trouble that is asked for, and say what came of it; 1 when anybody was lost or told twice."""
    asked = parser().parse_args(words)
    seed = asked.seed or random.randrange(1, 1_000_000)  # noqa: S311  # Trouble that can be repeated, no secret.
    with TemporaryDirectory(prefix="daylight-bench-") as folder, _database(asked) as where:
        options = replace(options_of(asked, Path(folder)), seed=seed, nasty=seed if asked.nasty else 0)
        print(f"filling a database with {asked.recipients:,} customers; seed {seed} ...", flush=True)
        where.fill(options)
        about = fanout.about(where)
        print("\n".join(about), flush=True)
        told = where.run(options)
    print("\n".join(sentences(told)))
    if asked.json:
        report = {"about": about, "options": asdict(options), "run": told}
        Path(asked.json).write_text(json.dumps(report, indent=1), encoding="utf-8")
    return 0 if is_right(told) else 1


def parser() -> argparse.ArgumentParser:
    """What may be asked."""
    made = argparse.ArgumentParser(prog="bin/bench chaos", description=__doc__)
    made.add_argument("--recipients", type=int, default=10_000)
    made.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    made.add_argument("--workers", type=int, default=2)
    made.add_argument("--channel", choices=["smtp", "http"], default="smtp")
    made.add_argument("--connections", type=int, help="of each worker; the channel's own number when absent")
    made.add_argument("--latency", type=float, default=0.0, metavar="MS")
    made.add_argument("--tls", action="store_true")
    made.add_argument("--kills", type=int, default=10, help="of workers, by kill -9")
    made.add_argument("--crashes", type=int, default=0, help="of the PostgreSQL server, stopped at once")
    made.add_argument("--hosts", action="store_true", help="each worker on a host of its own (a network namespace)")
    made.add_argument("--cuts", type=int, default=0, help="of a host from the network, for 75 seconds; needs --hosts")
    made.add_argument("--full-disks", type=int, default=0, help="the workers' disk full for 5 seconds, so many times")
    made.add_argument("--nasty", action="store_true", help="a sink that refuses, stalls, hangs up and talks nonsense")
    made.add_argument("--seed", type=int, help="for the same trouble again")
    made.add_argument("--json", metavar="FILE")
    return made


def options_of(asked: argparse.Namespace, folder: Path) -> Options:
    """The options of the run."""
    if (asked.crashes or asked.hosts) and asked.database == "sqlite":
        raise SystemExit("SQLite has no process that could crash or be shared by hosts: add --database postgresql.")
    if asked.cuts and not asked.hosts:
        raise SystemExit("Only a host can be cut off: add --hosts.")
    if asked.nasty and sinks.usual() != "compiled":
        raise SystemExit("The nasty sink is written in C, and there is no compiler (cc) here.")
    return Options(
        recipients=asked.recipients,
        workers=asked.workers,
        http=asked.channel == "http",
        sink=sinks.usual(),
        latency=asked.latency,
        tls=str(certificates.make(folder)) if asked.tls else "",
        connections=asked.connections,
        kills=asked.kills,
        crashes=asked.crashes,
        cuts=asked.cuts,
        full_disks=asked.full_disks,
        hosts=asked.hosts,
    )


def _database(asked: argparse.Namespace) -> AbstractContextManager[Database]:
    return database(asked.database, for_hosts=asked.hosts)


def is_right(told: dict[str, Any]) -> bool:
    """Whether everybody was told once, or is known to be in doubt for a reason."""
    return fanout.is_right(told["count"]) and told["count"]["in_doubt"] <= told["may_be_in_doubt"]


def sentences(told: dict[str, Any]) -> list[str]:
    """The count in words."""
    count = told["count"]
    happened = told["happened"]
    lines = [
        f"{happened['kills']} kills of a worker, {happened['crashes']} crashes of the database,"
        f" {happened['cuts']} hosts cut off, {happened['full_disks']} times a full disk;"
        f" {told['seconds']:.1f} s, {told['per_second']:,.0f}/s",
        f"{count['rows']} deliveries: {count['accepted']} accepted, {count['failed']} refused for good,"
        f" {count['in_doubt']} in doubt ({count['arrived']} of them had arrived)",
        f"lost {count['lost']}, twice {count['twice']}, left out {count['untold']},"
        f" unknown to the ledger {count['unknown']}",
        f"in doubt {count['in_doubt']}, {count['in_doubt'] / max(happened['kills'], 1):.2f} a kill;"
        f" {happened['open_then']} connections were open when trouble came, {count['troubles']} were broken by the"
        f" sink: at most {told['may_be_in_doubt']} could be",
    ]
    if count["examples"]:
        lines.append(f"for example: {count['examples']}")
    return lines
