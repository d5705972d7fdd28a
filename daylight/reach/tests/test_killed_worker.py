"""kill -9 in the middle of telling: nothing is lost, nobody is told twice, and what nobody can know is in doubt."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import prepared
from tests.database import CHOSEN

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.slow
@pytest.mark.chosen_database
def test_the_worker_is_killed_three_times_while_it_tells_a_thousand(tmp_path: Path) -> None:
    environment = {**os.environ, "KILLS": "3", "PYTHONPATH": f"{ROOT / 'bin'}:{ROOT}"}
    words = [sys.executable, "-m", "benchmarks", "killed_worker", "--size", "1200", "--database", CHOSEN]
    words += ["--copy-of", ready_database(tmp_path)]

    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=500, check=False)

    assert done.returncode == 0, done.stderr[-2000:]
    assert "3 kills: 0 lost, 0 twice" in done.stdout


def ready_database(folder: Path) -> str:
    """A database that is up to date, for a copy to be made of."""
    if CHOSEN == "postgres":
        return prepared.template(os.environ["DATABASE_URL"])
    prepared.copy_database(path := folder / "ready.sqlite3")
    return str(path)
