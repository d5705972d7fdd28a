"""Takes a consistent copy while everything runs: the database as it is at one instant, and the files of the data
folder. The file holds the secret key and all personal data: keep it where you would keep the database."""

import contextlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from daylight import __version__
from daylight.cli.commands import CannotDo
from daylight.core import clock

LEFT_OUT = ("static", "*.lock", "before-restore-*", "*.part")
"""What can be made again, or belongs to a running process."""


def arguments(parser: ArgumentParser) -> None:
    """Describe the arguments of the command."""
    parser.add_argument("file", type=Path, help="the file to write, such as monday.tar.gz; it must not exist yet")


def run(options: Namespace) -> int:
    """Write the backup and say how large it is."""
    target: Path = options.file
    if target.exists():
        raise CannotDo(f"{target} exists. Choose another name; a backup never overwrites one.")
    if not target.parent.is_dir():
        raise CannotDo(f"The folder {target.parent} does not exist.")
    part = target.with_name(f"{target.name}.part")
    try:
        with (
            contextlib.closing(_private(part)) as file,
            tarfile.open(fileobj=file, mode="w:gz", compresslevel=6) as tar,
        ):
            write(tar)
        part.rename(target)
    except OSError as problem:
        raise CannotDo(f"{target} cannot be written: {problem.strerror or problem}.") from None
    finally:
        part.unlink(missing_ok=True)
    print(f"{target}: {target.stat().st_size / 1_000_000:.1f} MB. It holds the secret key: keep it safe.")
    return 0


def write(tar: tarfile.TarFile) -> None:
    """Put label, database and files into the archive; the database first, so that its files are never missing."""
    with tempfile.TemporaryDirectory(dir=settings.DATA_DIR, suffix=".part") as folder:
        copy = Path(folder) / "database"
        copy_database(copy)
        _add_bytes(tar, "label.json", json.dumps(_label(), indent=2).encode())
        tar.add(copy, "database")
        for path in files():
            with contextlib.suppress(FileNotFoundError):  # Gone since it was listed.
                still = Path(shutil.copy2(path, Path(folder) / "file"))  # A journal may grow while we read it.
                tar.add(still, f"files/{path.relative_to(settings.DATA_DIR)}")


def copy_database(target: Path) -> None:
    """The database as it is at one instant, written to `target`."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(target)])
        return
    call_postgres("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={target}")


def call_postgres(program: str, *words: str) -> None:
    """Run one of PostgreSQL's own programs on our database. Raises CannotDo."""
    if shutil.which(program) is None:
        raise CannotDo(f"{program} is not installed; on Debian: apt install postgresql-client")
    place = settings.DATABASES["default"]
    options = {
        "PGHOST": place["HOST"],
        "PGPORT": place["PORT"],
        "PGUSER": place["USER"],
        "PGPASSWORD": place["PASSWORD"],
    }
    environment = {**os.environ, **{name: value for name, value in options.items() if value}}
    done = subprocess.run(
        [program, f"--dbname={place['NAME']}", *words], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CannotDo(f"{program} failed: {(done.stderr.strip().splitlines() or ['no reason given'])[-1]}")


def files() -> Iterator[Path]:
    """The files of the data folder that belong in a backup."""
    database = Path(str(settings.DATABASES["default"]["NAME"]))
    for path in sorted(settings.DATA_DIR.rglob("*")):
        inside = path.relative_to(settings.DATA_DIR)
        is_database = path.parent == database.parent and path.name.startswith(database.name)
        left_out = any(part.match(pattern) for part in map(Path, inside.parts) for pattern in LEFT_OUT)
        if path.is_file() and not is_database and not left_out:
            yield path


def _label() -> dict[str, object]:
    return {
        "product": "daylight",
        "version": __version__,
        "made_at": clock.now().isoformat(),
        "database": connection.vendor,
        "migrations": sorted(".".join(key) for key in MigrationRecorder(connection).applied_migrations()),
    }


def _private(path: Path) -> io.BufferedWriter:
    """A new file that only this user may read."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def _add_bytes(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), 0o600
    tar.addfile(entry, io.BytesIO(content))
