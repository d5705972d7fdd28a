"""Fresh databases: filled once, copied for each run."""

import json
import os
import secrets
import shutil
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.road import disks
from benchmarks.road.once import Options
from benchmarks.road.servers import Server, postgres

FILLED, RUNNING = "bench_filled", "bench_running"


class Database(ABC):
    """Where runs take place."""

    server: Server | None = None

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._secret = secrets.token_hex(32)

    @abstractmethod
    def fill(self, options: Options) -> None:
        """Prepare the audience, once."""

    @abstractmethod
    def copied(self, folder: Path) -> dict[str, str]:
        """Make a copy for one run whose data folder is `folder`; what the environment must say of it."""

    @abstractmethod
    def describe(self) -> str:
        """What it is, for whoever reads the figures."""

    def run(self, options: Options) -> dict[str, Any]:
        """One run on a fresh copy."""
        with TemporaryDirectory(prefix="daylight-bench-") as name, self._disk(Path(name), options) as folder:
            return self._child("tell", options, folder, self.copied(folder))

    def _disk(self, folder: Path, options: Options) -> AbstractContextManager[Path]:
        """Where a run keeps its files: on a small disk of its own when that is to be filled."""
        if not options.full_disks:
            return nullcontext(folder)
        return disks.small(folder, beside=sum(path.stat().st_size for path in self._folder.iterdir() if path.is_file()))

    def _child(self, act: str, options: Options, folder: Path, more: dict[str, str]) -> dict[str, Any]:
        """A process with Django set up for one database; it may ask for a crash of the server on the way."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("DAYLIGHT_")}
        kept.pop("DATABASE_URL", None)
        settings = {
            "DAYLIGHT_DATA_DIR": str(folder),
            "DAYLIGHT_LOG_LEVEL": "CRITICAL" if options.has_trouble else "ERROR",
            "DAYLIGHT_SECRET_KEY": self._secret,
        }
        words = [sys.executable, "-m", "benchmarks.road.once", act, json.dumps(asdict(options))]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        with subprocess.Popen(words, env=kept | settings | more, text=True, **pipes) as child:  # type: ignore[call-overload]
            last = ""
            try:
                for line in child.stdout:
                    if line.strip() == "crash" and self.server:
                        self.server.crash()
                        child.stdin.write("crashed\n")
                        child.stdin.flush()
                    else:
                        last = line
            except BaseException:
                child.terminate()  # It stops its workers and its sink.
                raise
        if child.returncode:
            raise SystemExit(f"The run failed ({child.returncode}).")
        found: dict[str, Any] = json.loads(last)
        return found


class Sqlite(Database):
    """SQLite in the data folder, with the product's own settings."""

    def fill(self, options: Options) -> None:
        self._child("prepare", options, self._folder, {})

    def copied(self, folder: Path) -> dict[str, str]:
        shutil.copy(self._folder / "daylight.sqlite3", folder)
        return {}

    def describe(self) -> str:
        import sqlite3

        return f"SQLite {sqlite3.sqlite_version}, journal in WAL, synchronous FULL"


class Postgres(Database):
    """PostgreSQL, each run in a database copied from the filled one."""

    def __init__(self, folder: Path, server: Server) -> None:
        super().__init__(folder)
        self.server: Server = server

    def fill(self, options: Options) -> None:
        self._child("prepare", options, self._folder, {"DATABASE_URL": self.server.make(FILLED)})

    def copied(self, folder: Path) -> dict[str, str]:
        made = self.server.make(RUNNING, like=FILLED)
        return {"DATABASE_URL": made, "DATABASE_URL_FROM_HOSTS": self.server.from_hosts(RUNNING)}

    def describe(self) -> str:
        return f"PostgreSQL: {self.server.told_settings()}"


@contextmanager
def database(name: str, *, for_hosts: bool = False) -> Iterator[Database]:
    """A database by its name in the options; with `for_hosts` it can be reached from hosts of `hosts.py`."""
    with TemporaryDirectory(prefix="daylight-bench-") as folder:
        if name == "sqlite":
            yield Sqlite(Path(folder))
            return
        with postgres(for_hosts=for_hosts) as server:
            try:
                yield Postgres(Path(folder), server)
            finally:
                server.drop(RUNNING)
                server.drop(FILLED)
