"""Whoever waits for SQLite's one writer has their turn soon after it is free, and an error after a while."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import IntegrityError, OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper

from daylight.core.sqlite import base

pytestmark = pytest.mark.django_db


@pytest.fixture
def wrapper(tmp_path: Path) -> Iterator[BaseDatabaseWrapper]:
    """A connection to a database with one table; SQLite itself does not wait."""
    known = {
        **{
            "TIME_ZONE": None,
            "CONN_HEALTH_CHECKS": False,
            "AUTOCOMMIT": True,
            "CONN_MAX_AGE": 0,
            "ATOMIC_REQUESTS": False,
            "TEST": {},
        },
        "NAME": str(tmp_path / "turns.sqlite3"),
        "OPTIONS": {"init_command": "PRAGMA journal_mode=WAL; PRAGMA busy_timeout=0;"},
    }
    made = base.DatabaseWrapper(known, "turns")
    with made.cursor() as cursor:
        cursor.execute("CREATE TABLE thing (name text NOT NULL)")
    yield made
    made.close()


def test_a_turn_comes_soon_after_the_writer_is_free(wrapper: BaseDatabaseWrapper) -> None:
    other = sqlite3.connect(wrapper.settings_dict["NAME"], isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    threading.Timer(0.33, other.execute, ["COMMIT"]).start()
    began = time.monotonic()
    with wrapper.cursor() as cursor:
        cursor.execute("INSERT INTO thing VALUES ('a')")
        took = time.monotonic() - began
        cursor.execute("SELECT count(*) FROM thing")
        assert cursor.fetchone() == (1,)
    assert took > 0.3
    other.close()


def test_many_are_all_or_none(wrapper: BaseDatabaseWrapper) -> None:
    with wrapper.cursor() as cursor:
        with pytest.raises(IntegrityError):
            cursor.executemany("INSERT INTO thing VALUES (%s)", [["a"], ["b"], [None]])
        cursor.executemany("INSERT INTO thing VALUES (%s)", [["c"], ["d"]])
        cursor.execute("SELECT group_concat(name) FROM thing")
        assert cursor.fetchone() == ("c,d",)


def test_within_a_transaction_nothing_is_tried_again(
    wrapper: BaseDatabaseWrapper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "PATIENCE", 0.05)
    other = sqlite3.connect(wrapper.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with wrapper.cursor() as cursor, pytest.raises(OperationalError, match="locked"):
        cursor.execute("BEGIN IMMEDIATE")
    other.execute("COMMIT")
    with wrapper.cursor() as cursor, pytest.raises(OperationalError, match="no such table"):
        cursor.execute("INSERT INTO missing VALUES (1)")
    other.close()
