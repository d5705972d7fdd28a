"""A setting that cannot be used ends with a sentence and status 2, never with a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from daylight.cli.tests.processes import environment

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("DAYLIGHT_PROT", "8000", "DAYLIGHT_PROT is not a setting"),
        ("DAYLIGHT_PORT", "eight", "write a whole number"),
        ("DAYLIGHT_DEBUG", "perhaps", "write yes or no"),
        ("DAYLIGHT_SECRET_KEY_FILE", "/nowhere", "cannot be read"),
        ("DATABASE_URL", "mysql://x/y", "use sqlite"),
        ("DAYLIGHT_DATA_DIR", "/proc/nowhere", "cannot be made"),
    ],
)
def test_a_wrong_setting_is_a_sentence(tmp_path: Path, name: str, value: str, sentence: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "daylight.cli", "prepare"],
        env={**environment(tmp_path), name: value},
        cwd=os.fspath(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2, done.stderr
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1
