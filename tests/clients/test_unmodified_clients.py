"""Tools that speak Statuspage, as they are published, against our running server: every call of each."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from conftest import START, HandClock
from daylight.accounts import keys
from daylight.accounts.models import Member
from daylight.accounts.roles import Act
from daylight.incidents.tests.makers import a_component, a_resolution, an_incident, an_update
from daylight.pages import loops
from daylight.pages.models import Page
from daylight.reach.models import Subscriber
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
    return _said([str(python), str(CALLS / script), *words])


def run_node(script: str, url: str) -> dict[str, Any]:
    """The same for a client in JavaScript."""
    node, modules = shutil.which("node"), CLIENTS / "node" / "node_modules"
    if node is None or not modules.exists():
        pytest.skip("there is no Node here, or ./test could not install the JavaScript clients")
    return _said([node, str(CALLS / script), url, str(modules)])


def _said(words: list[str]) -> dict[str, Any]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(words, env=kept, capture_output=True, text=True, timeout=LONGEST, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


def test_the_official_client(server: str, key: str) -> None:
    said = run("atlassian", "atlassian_calls.py", server, key, Page.main(START).public_id)

    assert said == {"made": said["made"], "missing": []}
    assert said["made"] > 100


@pytest.mark.parametrize("client", ["vukomir", "transity"])
def test_the_handwritten_clients(server: str, key: str, client: str) -> None:
    said = run(client, "statuspageio_calls.py", server, key, Page.main(START).public_id)

    assert said == {"made": said["made"], "missing": []}
    assert said["made"] > 20


@pytest.fixture
def a_bad_day(server: str, clock: HandClock, ana: Member) -> str:
    """The address of a page with an outage, one that is over, and planned work."""
    a_component("Checkout")
    a_resolution(an_incident(lead=ana, severity="slight", title="Slow"), headline="It was slow")
    incident = an_incident(lead=ana, severity="major", title="Card payments fail")
    an_update(incident, stage="identified", impacts={"checkout": "partial_outage"})
    begins = START + timedelta(days=1)
    work = an_incident(kind="maintenance", severity="slight", lead=ana, title="New disk", planned_from=begins)
    an_update(work, stage="scheduled", headline="New disk")
    loops.render(clock.now)
    return server


def test_the_exporter_for_prometheus(a_bad_day: str) -> None:
    said = run("vukomir", "exporter_calls.py", a_bad_day)

    found = said["found"]
    assert (found["success"], found["status"], found["raw_status"]) == (True, 0, "major")
    assert "Card payments fail" in json.dumps(found["incident_metadata"])
    assert found["component_metadata"][0]["name"] == "Checkout"
    assert any("incident" in gauge and "Card payments fail" in gauge for gauge in said["gauges"])


@pytest.mark.parametrize("script", ["statuspage_io_calls.js", "statuspage_js_calls.js"])
def test_the_clients_in_javascript(a_bad_day: str, script: str) -> None:
    said = run_node(script, a_bad_day)

    assert said == {"made": said["made"], "missing": []}
    assert Subscriber.objects.count() == 0
