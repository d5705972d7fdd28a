"""Databases that are up to date, made once for as long as the code stays the same.

To bring an empty database up to date takes seconds, and every process of the suite and every test that starts the
real `daylight` begins with one.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from daylight.cli.tests.processes import ROOT, environment

KEPT = ROOT / ".cache" / "prepared"
DATABASE = "daylight.sqlite3"


def copy_folder(data_dir: Path) -> None:
    """Make `data_dir`, with an SQLite that is up to date."""
    with _folder() as kept:
        shutil.copytree(kept, data_dir)


def copy_database(path: Path) -> None:
    """Put an SQLite that is up to date at `path`."""
    with _folder() as kept:
        shutil.copyfile(kept / DATABASE, path)


def template(address: str) -> str:
    """The name of a database that is up to date on the PostgreSQL at `address`, to make others from."""
    ours = f"prepared_{hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]}_"
    name = ours + _state_of_the_code()
    parts = urlsplit(address)
    with _turn(), psycopg.connect(parts._replace(path="/postgres").geturl(), autocommit=True) as server:
        rows = server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [ours]).fetchall()
        there = {found for (found,) in rows}
        if name not in there:
            for old in [*there, half := f"{ours}half"]:
                server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(old)))
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(half)))
            with tempfile.TemporaryDirectory() as folder:
                _migrate(Path(folder), DATABASE_URL=parts._replace(path=f"/{half}").geturl())
            rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            server.execute(rename.format(sql.Identifier(half), sql.Identifier(name)))
    return name


@contextmanager
def _folder() -> Iterator[Path]:
    folder = KEPT / _state_of_the_code()
    with _turn():
        if not folder.exists():
            for old in KEPT.iterdir():
                if old.is_dir():
                    shutil.rmtree(old)
            half = KEPT / "half"
            half.mkdir()
            _migrate(half)
            half.rename(folder)
        yield folder


@contextmanager
def _turn() -> Iterator[None]:
    """Nobody makes one twice, and nobody throws one away that is being copied."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "turn").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield


def _migrate(data_dir: Path, **more: str) -> None:
    words = [sys.executable, os.fspath(ROOT / "manage.py"), "migrate", "--verbosity", "0"]
    done = subprocess.run(words, env={**environment(data_dir), **more}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _state_of_the_code() -> str:
    """Migrations call other code of ours and of others, so anything but a test may change what they make."""
    seen = hashlib.sha256()
    for path in sorted([*(ROOT / "daylight").rglob("*.py"), *(ROOT / "requirements").glob("*.lock")]):
        if "tests" not in path.parts:
            seen.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return seen.hexdigest()[:16]
