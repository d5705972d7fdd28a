"""Databases that are up to date, made once for as long as the code stays the same.

To bring an empty database up to date takes seconds, and every process of the suite and every test that starts the
real `daylight` begins with one.
"""

import fcntl
import hashlib
import os
import re
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

import tests.database  # noqa: F401  # Names the chosen database in DATABASE_URL.
from daylight.cli.tests.processes import ROOT, environment

KEPT = ROOT / ".cache" / "prepared"
DATABASE = "daylight.sqlite3"
IMPORT = re.compile(r"^\s*(?:import (daylight[\w.]*)|from (daylight[\w.]*) import (\([^)]*\)|.*))", re.MULTILINE)


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
    with _turn("postgres"), psycopg.connect(parts._replace(path="/postgres").geturl(), autocommit=True) as server:
        rows = server.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [ours]).fetchall()
        there = {found for (found,) in rows}
        if name not in there:
            for old in [*there, half := f"{ours}half"]:
                server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(old)))
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(half)))
            with tempfile.TemporaryDirectory() as folder:
                address = parts._replace(path=f"/{half}").geturl()
                _run(os.fspath(ROOT / "manage.py"), "migrate", data_dir=Path(folder), DATABASE_URL=address)
            rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            server.execute(rename.format(sql.Identifier(half), sql.Identifier(name)))
    return name


@contextmanager
def _folder() -> Iterator[Path]:
    folder = KEPT / _state_of_the_code()
    with _turn("sqlite"):
        if not folder.exists():
            for old in KEPT.iterdir():
                if old.is_dir():
                    shutil.rmtree(old)
            half = KEPT / "half"
            half.mkdir()
            _run("-m", "daylight.cli", "prepare", data_dir=half)  # With its static files, as at a first start.
            half.rename(folder)
        yield folder


@contextmanager
def _turn(kind: str) -> Iterator[None]:
    """Nobody makes one twice, and nobody throws one away that is being copied."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / f"{kind}.turn").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield


def _run(*words: str, data_dir: Path, **more: str) -> None:
    asked = [sys.executable, *words]
    done = subprocess.run(asked, env={**environment(data_dir), **more}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"ended with {done.returncode}: {done.stderr}"


def _state_of_the_code() -> str:
    """What migrations are and call, of ours and of others: anything else leaves what they make as it is."""
    seen = hashlib.sha256()
    for path in [*sorted(_called_by_migrations()), *sorted((ROOT / "requirements").glob("*.lock"))]:
        seen.update(f"{path.relative_to(ROOT)}\n".encode() + path.read_bytes())
    return seen.hexdigest()[:16]


def _called_by_migrations() -> set[Path]:
    """The migrations, the settings, and all of ours that they import, themselves or by way of others."""
    found: set[Path] = set()
    waiting = [*(ROOT / "daylight").glob("*/migrations/*.py"), ROOT / "daylight" / "config" / "settings.py"]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += filter(None, map(_file_of, _imported(path.read_text(encoding="utf-8"))))
    return found


def _imported(source: str) -> set[str]:
    """The modules of ours that a source names, with the packages around them; what is no module is named too."""
    modules: set[str] = set()
    for module, origin, names in IMPORT.findall(source):
        parts = (module or origin).split(".")
        modules |= {".".join(parts[:length]) for length in range(1, len(parts) + 1)}
        modules |= {f"{origin}.{name}" for name in re.findall(r"\w+", names)}
    return modules


def _file_of(module: str) -> Path | None:
    path = ROOT.joinpath(*module.split("."))
    return next((file for file in (path / "__init__.py", path.with_suffix(".py")) if file.is_file()), None)


if __name__ == "__main__":  # Begun by `./test` beside the first tests, so that the second database is ready when asked.
    template(os.environ["DATABASE_URL"])
