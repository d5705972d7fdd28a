"""`bin/bench`: runs benchmarks, each size and each party in a fresh process on an empty database."""

import argparse
import importlib
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from benchmarks.frame import Result, table

HERE = Path(__file__).parent
NOT_BENCHMARKS = {"__init__", "__main__", "frame", "one"}
WITH_OWN_OPTIONS = {"candour", "fanout", "chaos", "pages", "visible", "watch"}


def names() -> list[str]:
    """Every benchmark there is."""
    return sorted(path.stem for path in HERE.glob("*.py") if path.stem not in NOT_BENCHMARKS)


def main() -> int:
    """List, or measure and print."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # So that nothing started here outlives it.
    if sys.argv[1:] and sys.argv[1] in WITH_OWN_OPTIONS:
        status: int = importlib.import_module(f"benchmarks.{sys.argv[1]}").main(sys.argv[2:])
        return status
    parser = argparse.ArgumentParser(prog="bin/bench", description="Measure.")
    parser.add_argument("name", nargs="?", choices=names(), help="which; without it the names are listed")
    parser.add_argument("--database", choices=["sqlite", "postgres"], action="append", help="both when absent")
    parser.add_argument("--size", type=int, action="append", help="instead of the benchmark's own sizes")
    parser.add_argument("--keep", type=Path, help="leave the database of each size in this folder, and use it again")
    parser.add_argument("--copy-of", default="", help="begin with this, not empty: a file of SQLite, or PostgreSQL's")
    options = parser.parse_args()
    if options.name is None:
        for name in names():
            print(f"{name:<12} {first_line(name)}")
        return 0
    benchmark = importlib.import_module(f"benchmarks.{options.name}")
    parties = ["daylight"] + (["peer"] if hasattr(benchmark, "peer") else [])
    for database in options.database or ["sqlite", "postgres"]:
        print(f"\n{options.name} on {database}, Python {platform.python_version()}, {os.cpu_count()} cores")
        sizes = options.size or benchmark.SIZES
        runs = [Run(options.name, party, size) for size in sizes for party in parties]
        results = [measured(run, database, options.keep, options.copy_of) for run in runs]
        print("\n".join(table(results)), flush=True)
    return 0


@dataclass(frozen=True)
class Run:
    """One benchmark, by one party, at one size."""

    name: str
    party: str
    size: int

    def measured(self, environment: dict[str, str]) -> Result:
        """In a process of its own, whose last line is the result."""
        words = [sys.executable, "-m", "benchmarks.one", self.name, self.party, str(self.size)]
        done = subprocess.run(words, env=environment, stdout=subprocess.PIPE, text=True, check=True)
        return Result(**json.loads(done.stdout.strip().splitlines()[-1]))


def measured(run: Run, database: str, keep: Path | None, copy_of: str) -> Result:
    """One run on an empty database, on the one that was kept, or on a copy of another."""
    with ExitStack() as open_:
        kept = keep / f"{run.name}-{run.party}-{run.size}" if keep else None
        folder = kept or open_.enter_context(tempfile.TemporaryDirectory(prefix="daylight-bench-"))
        ours = {key: value for key, value in os.environ.items() if not key.startswith("DAYLIGHT_")}
        environment = {**ours, "DAYLIGHT_DATA_DIR": str(folder), "DAYLIGHT_LOG_LEVEL": "ERROR"}
        server = environment.pop("DATABASE_URL", "")
        if database == "postgres":
            name = f"bench_{run.name}_{run.size}" if kept else f"bench_{uuid.uuid4().hex[:12]}"
            made = postgres(server or start_postgres(), name, bool(kept), copy_of or "template1")
            environment["DATABASE_URL"] = open_.enter_context(made)
        elif copy_of and not (file := Path(folder) / "daylight.sqlite3").exists():  # One that was kept is not lost.
            shutil.copyfile(copy_of, file)
        return run.measured(environment)


@contextmanager
def postgres(server: str, name: str, is_kept: bool, template: str) -> Iterator[str]:
    """A database of that name, dropped afterwards unless it is kept; yields its address."""
    with psycopg.connect(server, autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if known is None:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        try:
            yield with_name(server, name)
        finally:
            if not is_kept:
                connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def start_postgres() -> str:
    """The PostgreSQL of the test suite. Imported here, since that module chooses the suite's database when imported."""
    from tests.database import start_postgres as start

    return start()


def with_name(url: str, name: str) -> str:
    """The address of another database on the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def first_line(name: str) -> str:
    """What a benchmark says of itself, read without importing it."""
    return (HERE / f"{name}.py").read_text(encoding="utf-8").split('"""')[1].strip().splitlines()[0]


if __name__ == "__main__":
    sys.exit(main())
