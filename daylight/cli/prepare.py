"""Safe to run at any time and any number of times. `daylight run` does it by itself; where web and worker are
started one by one, run it once before them."""

import hashlib
from argparse import ArgumentParser, Namespace
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.management.commands import collectstatic
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage

from daylight import __version__


def arguments(parser: ArgumentParser) -> None:
    """Describe the arguments of the command."""


def run(options: Namespace) -> int:
    """Migrate, and collect the static files."""
    prepare()
    print("Database and static files are up to date.")
    return 0


def prepare() -> None:
    """Migrate the database and collect the static files if they changed."""
    call_command("migrate", interactive=False, verbosity=0)
    root = Path(settings.STATIC_ROOT)
    stamp, fingerprint = root / "fingerprint", _fingerprint()
    if stamp.exists() and stamp.read_text(encoding="ascii") == fingerprint:
        return
    collect = collectstatic.Command()
    collect.storage = CompressedManifestStaticFilesStorage(location=str(root), base_url=settings.STATIC_URL)
    call_command(collect, interactive=False, verbosity=0)
    stamp.write_text(fingerprint, encoding="ascii")


def _fingerprint() -> str:
    """Changes whenever a static file of any room changes."""
    seen = hashlib.sha256(__version__.encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            path = Path(storage.path(name)).stat()
            seen.update(f"{name} {path.st_size} {path.st_mtime_ns}\n".encode())
    return seen.hexdigest()
