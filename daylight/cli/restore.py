"""Replaces everything in the data folder and the database by what a backup holds, and brings it up to date. What was
there is kept beside it (SQLite) until you delete it. Refused while Daylight runs."""

import json
import shutil
import tarfile
import tempfile
import zlib
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader

from daylight.cli.backup import call_postgres, files
from daylight.cli.commands import CannotDo
from daylight.cli.prepare import prepare
from daylight.cli.running import hold_alone
from daylight.core import clock


def arguments(parser: ArgumentParser) -> None:
    """Describe the arguments of the command."""
    parser.add_argument("file", type=Path, help="a file that `daylight backup` wrote")
    parser.add_argument("--yes", action="store_true", help="do not ask")


def run(options: Namespace) -> int:
    """Check, ask once, replace, migrate."""
    hold_alone(settings.DATA_DIR)
    with tempfile.TemporaryDirectory(dir=settings.DATA_DIR, suffix=".part") as folder:
        unpacked = Path(folder)
        label = unpack(options.file, unpacked)
        refuse_foreign(label)
        refuse_while_connected()
        if not options.yes and not _agreed(label):
            print("Nothing was changed.")
            return 1
        replace(unpacked)
    prepare()
    print(f"Restored the backup of {label['made_at'][:16].replace('T', ' ')} UTC.")
    return 0


def unpack(file: Path, folder: Path) -> dict[str, Any]:
    """Unpack a backup into `folder`; returns its label. Raises CannotDo for anything else than a backup."""
    try:
        with tarfile.open(file, mode="r|gz") as tar:
            for entry in tar:
                _unpack_entry(tar, entry, folder)
        label: dict[str, Any] = json.loads((folder / "label.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        what = f"{file} is not a backup of Daylight." if file.exists() else f"{file} does not exist."
        raise CannotDo(what) from None
    except (OSError, EOFError, zlib.error, tarfile.TarError, ValueError):
        raise CannotDo(f"{file} is not a whole backup of Daylight; try an older one.") from None
    return label


def _unpack_entry(tar: tarfile.TarFile, entry: tarfile.TarInfo, folder: Path) -> None:
    """Write one file of the archive, nowhere else than under `folder`."""
    target = (folder / entry.name).resolve()
    content = tar.extractfile(entry)
    if content is None or not target.is_relative_to(folder.resolve()):
        raise tarfile.TarError
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        shutil.copyfileobj(content, file)
    target.chmod(0o600)


def refuse_foreign(label: dict[str, Any]) -> None:
    """Raises CannotDo for a backup of the other database, or of a newer Daylight."""
    if label.get("product") != "daylight" or label.get("database") != connection.vendor:
        raise CannotDo(
            f"This backup holds a {label.get('database')} database, and this installation uses {connection.vendor}."
            " Set DATABASE_URL to match."
        )
    on_disk = MigrationLoader(connection).disk_migrations
    known = {".".join(key) for key, migration in on_disk.items() for key in (key, *migration.replaces)}
    if not known.issuperset(label["migrations"]):
        raise CannotDo(f"This backup was made by a newer Daylight ({label['version']}). Upgrade first, then restore.")


def refuse_while_connected() -> None:
    """Raises CannotDo when somebody else uses the database, perhaps from another machine."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        [others] = cursor.fetchone()
    if others:
        raise CannotDo(f"{others} other connections use the database. Stop Daylight on every machine, then try again.")


def replace(unpacked: Path) -> None:
    """Put the unpacked backup in place."""
    connections.close_all()
    aside = settings.DATA_DIR / f"before-restore-{clock.now():%Y%m%d-%H%M%S}"
    for path in list(files()):
        _move(path, aside / path.relative_to(settings.DATA_DIR))
    if connection.vendor == "sqlite":
        database = Path(settings.DATABASES["default"]["NAME"])
        for path in database.parent.glob(f"{database.name}*"):
            _move(path, aside / path.name)
        _move(unpacked / "database", database)
    else:
        call_postgres(
            "pg_restore", "--clean", "--if-exists", "--no-owner", "--single-transaction", str(unpacked / "database")
        )
    for path in (unpacked / "files").rglob("*"):
        if path.is_file():
            _move(path, settings.DATA_DIR / path.relative_to(unpacked / "files"))
    if aside.exists():
        print(f"What was there before is in {aside}; delete it when all is well.")


def _move(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(source, target)


def _agreed(label: dict[str, Any]) -> bool:
    made = label["made_at"][:16].replace("T", " ")
    try:
        answer = input(f"Replace everything in {settings.DATA_DIR} by the backup of {made} UTC? Type yes: ")
    except EOFError:
        return False
    return answer.strip().lower() == "yes"
