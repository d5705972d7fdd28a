"""`daylight run` keeps its children alive and leaves none behind, however it ends."""

import os
import signal
import socket
from pathlib import Path

import pytest

from daylight.cli.tests.processes import daylight, eventually, living, running
from tests import prepared

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.environ.get("TEST_DATABASE") == "postgres", reason="the same on either database"),
]


def test_a_dead_child_is_started_again_and_ctrl_c_stops_all(tmp_path: Path) -> None:
    prepared.copy_folder(tmp_path / "data with blanks")
    with running(tmp_path / "data with blanks") as daylight_run:
        assert eventually(daylight_run.answers), daylight_run.said()
        assert eventually(lambda: "First sign-in" in daylight_run.said())

        worker = daylight_run.child("worker")
        os.kill(worker, signal.SIGKILL)
        assert eventually(lambda: daylight_run.child("worker") not in {0, worker}), daylight_run.said()

        web = daylight_run.child("web")
        os.kill(web, signal.SIGKILL)  # Its processes would keep the port, were its group not cleared.
        assert eventually(lambda: daylight_run.child("web") not in {0, web}), daylight_run.said()
        assert eventually(daylight_run.answers), daylight_run.said()

        second = daylight("run", "--port", "1", data_dir=daylight_run.data_dir)
        assert second.returncode == 1
        assert "already running" in second.stderr or "Only root" in second.stderr

        daylight_run.process.send_signal(signal.SIGINT)
        assert daylight_run.process.wait(timeout=60) == 0
        assert daylight_run.members() == {}


def test_no_orphan_outlives_a_supervisor_killed_at_once(tmp_path: Path) -> None:
    prepared.copy_folder(tmp_path / "data")
    with running(tmp_path / "data") as daylight_run:
        assert eventually(daylight_run.answers), daylight_run.said()

        daylight_run.process.kill()
        daylight_run.process.wait()

        assert eventually(lambda: not daylight_run.members()), daylight_run.members()
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", daylight_run.port))


def test_told_to_end_while_its_children_still_start_it_ends(tmp_path: Path) -> None:
    prepared.copy_folder(tmp_path / "data")
    with running(tmp_path / "data") as daylight_run:
        assert eventually(lambda: daylight_run.child("web")), daylight_run.said()

        daylight_run.process.send_signal(signal.SIGTERM)

        assert daylight_run.process.wait(timeout=60) == 0
        assert living(daylight_run.data_dir) == {}


def test_a_taken_port_is_a_sentence_with_the_way_out(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ended = daylight("run", "--port", str(port), data_dir=tmp_path)

    assert ended.returncode == 1
    assert ended.stderr.splitlines() == [
        f"Port {port} on 127.0.0.1 is taken, perhaps by another Daylight."
        f" Stop that one, or choose another: --port {port + 1}"
    ]
