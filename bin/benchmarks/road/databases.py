"""Fresh databases: filled once, copied for each run."""

import json
import os
import secrets
import shutil
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

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
        with TemporaryDirectory(prefix="daylight-bench-") as folder:
            return self._child("tell", options, Path(folder), self.copied(Path(folder)))

    def _child(self, act: str, options: Options, folder: Path, more: dict[str, str]) -> dict[str, Any]:
        """A process with Django set up for one database; it may ask for a crash of the server on the way."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("DAYLIGHT_")}
        kept.pop("DATABASE_URL", None)
        settings = {
            "DAYLIGHT_DATA_DIR": str(folder),
            "DAYLIGHT_LOG_LEVEL": "CRITICAL" if options.crashes else "ERROR",
            "DAYLIGHT_SECRET_KEY": self._secret,
        }
        words = [sys.executable, "-m", "benchmarks.road.once", act, json.dumps(asdict(options))]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        with subprocess.Popen(words, env=kept | settings | more, text=True, **pipes) as child:  # type: ignore[call-overload]
            last = ""
            for line in child.stdout:
                if line.strip() == "crash" and self.server:
                    self.server.crash()
                    child.stdin.write("crashed\n")
                    child.stdin.flush()
                else:
                    last = line
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
        return {"DATABASE_URL": self.server.make(RUNNING, like=FILLED)}

    def describe(self) -> str:
        return f"PostgreSQL: {self.server.told_settings()}"


@contextmanager
def database(name: str) -> Iterator[Database]:
    """A database by its name in the options."""
    with TemporaryDirectory(prefix="daylight-bench-") as folder:
        if name == "sqlite":
            yield Sqlite(Path(folder))
            return
        with postgres() as server:
            try:
                yield Postgres(Path(folder), server)
            finally:
                server.drop(RUNNING)
                server.drop(FILLED)
