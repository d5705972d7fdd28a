"""`bin/bench`: runs benchmarks, each size and each party in a fresh process on an empty database."""

import argparse
import importlib
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from benchmarks.frame import Result, table

HERE = Path(__file__).parent
NOT_BENCHMARKS = {"__init__", "__main__", "frame", "one"}
WITH_OWN_OPTIONS = {"fanout", "chaos", "pages", "visible", "watch"}


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
        results = [measured(options.name, party, size, database) for size in sizes for party in parties]
        print("\n".join(table(results)), flush=True)
    return 0


def measured(name: str, party: str, size: int, database: str) -> Result:
    """One run in a fresh process on an empty database."""
    with tempfile.TemporaryDirectory(prefix="daylight-bench-") as folder:
        kept = {key: value for key, value in os.environ.items() if not key.startswith("DAYLIGHT_")}
        environment = {**kept, "DAYLIGHT_DATA_DIR": folder, "DAYLIGHT_LOG_LEVEL": "ERROR"}
        server = environment.pop("DATABASE_URL", "")
        if database == "sqlite":
            return run(name, party, size, environment)
        server = server or start_postgres()
        own = f"bench_{uuid.uuid4().hex[:12]}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{own}"')
            try:
                return run(name, party, size, {**environment, "DATABASE_URL": with_name(server, own)})
            finally:
                connection.execute(f'DROP DATABASE "{own}" WITH (FORCE)')


def run(name: str, party: str, size: int, environment: dict[str, str]) -> Result:
    """The process itself; its last line is the result."""
    words = [sys.executable, "-m", "benchmarks.one", name, party, str(size)]
    done = subprocess.run(words, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return Result(**json.loads(done.stdout.strip().splitlines()[-1]))


def start_postgres() -> str:
    """The PostgreSQL of the test suite."""
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
