"""kill -9 in the middle of telling: nothing is lost, nobody is told twice, and what nobody can know is in doubt."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.database import CHOSEN

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.slow
@pytest.mark.chosen_database
def test_the_worker_is_killed_three_times_while_it_tells_a_thousand() -> None:
    environment = {**os.environ, "KILLS": "3", "PYTHONPATH": f"{ROOT / 'bin'}:{ROOT}"}
    words = [sys.executable, "-m", "benchmarks", "killed_worker", "--size", "1200", "--database", CHOSEN]

    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=500, check=False)

    assert done.returncode == 0, done.stderr[-2000:]
    assert "3 kills: 0 lost, 0 twice" in done.stdout
