"""A backup taken while people write is whole, and restores what it holds."""

import os
import sqlite3
import tarfile
import threading
from pathlib import Path

import pytest

from daylight.cli.running import hold_shared
from daylight.cli.tests.processes import daylight
from tests import prepared

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.environ.get("TEST_DATABASE") == "postgres", reason="starts commands on its own SQLite"),
]

ADD = "INSERT INTO core_heartbeat (loop, turned_at, quiet_at, is_late, problem, host) VALUES (?, '', '', 0, '', '')"


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    prepared.copy_folder(data)
    (data / "files").mkdir()
    (data / "files" / "customers.csv").write_text("name\nAda\n")
    return data


def database(data_dir: Path) -> sqlite3.Connection:
    return sqlite3.connect(data_dir / "daylight.sqlite3", timeout=30)


def test_a_backup_under_writes_is_consistent_and_comes_back(data_dir: Path, tmp_path: Path) -> None:
    stop = threading.Event()
    first_pair = threading.Event()

    def write_pairs() -> None:
        connection = database(data_dir)
        number = 0
        while not stop.is_set():
            with connection:
                connection.executemany(ADD, [(f"a{number}",), (f"b{number}",)])
            number += 1
            first_pair.set()

    writer = threading.Thread(target=write_pairs)
    writer.start()
    assert first_pair.wait(30)
    saved = daylight("backup", str(tmp_path / "monday.tar.gz"), data_dir=data_dir)
    stop.set()
    writer.join()
    assert saved.returncode == 0, saved.stderr
    assert (tmp_path / "monday.tar.gz").stat().st_mode & 0o077 == 0

    with database(data_dir) as connection:
        connection.execute("DELETE FROM core_heartbeat")
    (data_dir / "files" / "customers.csv").unlink()
    (data_dir / "secret_key").write_text("another")

    declined = daylight("restore", str(tmp_path / "monday.tar.gz"), data_dir=data_dir, answer="no\n")
    assert declined.returncode == 1
    assert not (data_dir / "files" / "customers.csv").exists()

    restored = daylight("restore", str(tmp_path / "monday.tar.gz"), data_dir=data_dir, answer="yes\n")
    assert restored.returncode == 0, restored.stderr
    names = {name for (name,) in database(data_dir).execute("SELECT loop FROM core_heartbeat")}
    assert names
    assert {name[1:] for name in names if name[0] == "a"} == {name[1:] for name in names if name[0] == "b"}
    assert (data_dir / "files" / "customers.csv").read_text() == "name\nAda\n"
    assert (data_dir / "secret_key").read_text() != "another"


def test_a_restore_is_refused_while_daylight_runs(data_dir: Path, tmp_path: Path) -> None:
    assert daylight("backup", str(tmp_path / "a.tar.gz"), data_dir=data_dir).returncode == 0
    hold_shared(data_dir)

    refused = daylight("restore", str(tmp_path / "a.tar.gz"), "--yes", data_dir=data_dir)

    assert refused.returncode == 1
    assert "Daylight is running" in refused.stderr


def test_what_is_no_backup_is_refused_with_a_sentence(data_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "text.tar.gz").write_text("no archive")
    with tarfile.open(tmp_path / "other.tar.gz", "w:gz") as tar:
        tar.add(data_dir / "secret_key", "secret_key")

    for name in ("absent.tar.gz", "text.tar.gz", "other.tar.gz"):
        refused = daylight("restore", str(tmp_path / name), "--yes", data_dir=data_dir)
        assert refused.returncode == 1
        assert len(refused.stderr.splitlines()) == 1, refused.stderr


def test_a_backup_overwrites_nothing(data_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "a.tar.gz").write_text("precious")

    refused = daylight("backup", str(tmp_path / "a.tar.gz"), data_dir=data_dir)

    assert refused.returncode == 1
    assert (tmp_path / "a.tar.gz").read_text() == "precious"
