"""Tools that speak Statuspage, as they are published, against our running server: every call of each."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import START, HandClock
from daylight.accounts import keys
from daylight.accounts.models import Member
from daylight.accounts.roles import Act
from daylight.pages.models import Page
from tests.architecture.rooms import ROOT
from tests.clients.server import running

CLIENTS, CALLS = ROOT / ".clients", Path(__file__).parent
LONGEST = 60


@pytest.fixture
def server(transactional_db: None, clock: HandClock, tmp_path: Path, settings: Any) -> Iterator[str]:
    """A running server with nothing in it."""
    settings.DATA_DIR = tmp_path
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    with running(tmp_path) as url:
        yield url


@pytest.fixture
def key(ana: Member) -> str:
    """A key that may do everything."""
    return keys.make_key(name="robot", scopes=list(Act), by=ana, at=START)[1]


def run(client: str, script: str, *words: str) -> dict[str, Any]:
    """What the script of a client says it did, run in the client's own environment."""
    python = CLIENTS / client / "bin" / "python"
    if not python.exists():
        pytest.skip(f"the client {client} is not installed; ./test installs it")
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [python, CALLS / script, *words], env=kept, capture_output=True, text=True, timeout=LONGEST, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


def test_the_official_client(server: str, key: str) -> None:
    said = run("atlassian", "atlassian_calls.py", server, key, Page.main(START).public_id)

    assert said == {"made": said["made"], "missing": []}
    assert said["made"] > 100
