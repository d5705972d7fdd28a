"""The same work by others, on the same sink and the same PostgreSQL, in an environment that holds what they need.

Each program beside this file makes its tables and customers, says "ready", and begins at the signal.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import setting_up

from benchmarks.road import processes
from benchmarks.road.servers import Server
from benchmarks.sinks import Sink

HERE = Path(__file__).parent
LOCK = HERE / "requirements.lock"
DATABASE = "bench_peer"


@dataclass(frozen=True)
class Peer:
    """A program beside this file, and what to call it."""

    program: str
    name: str
    needs_redis: bool = False


WITH_LEDGER = (
    Peer("django_loop", "Django's mail API, a row saved for each"),
    Peer("post_office_queue", "django-post_office, 2 processes"),
    Peer("celery_tasks", "Celery and Redis, 2 workers", needs_redis=True),
)
WITH_LATENCY = (Peer("aiosmtplib_pool", "aiosmtplib, 16 connections, no ledger"),)


def python() -> str:
    """The interpreter of the peers' own environment, made the first time."""
    return setting_up.ready_python(str(LOCK), folder_name=".venv-peers")


def able(peer: Peer) -> str:
    """Why a peer cannot run here; empty when it can."""
    if peer.needs_redis and not shutil.which("redis-server"):
        return "redis-server is not installed (apt install redis-server)"
    return ""


def measure(peer: Peer, server: Server, *, recipients: int, sink_kind: str, latency: float) -> dict[str, Any]:
    """One run of a peer on a fresh database and a fresh sink."""
    with (
        TemporaryDirectory(prefix="daylight-bench-") as folder,
        Sink(sink_kind, Path(folder), latency=latency) as sink,
        _redis(Path(folder), wanted=peer.needs_redis) as broker,
    ):
        environment = {
            **os.environ,
            "PYTHONPATH": str(HERE),
            "DATABASE_URL": server.make(DATABASE),
            "SINK_PORT": str(sink.port),
            "RECIPIENTS": str(recipients),
            "BROKER_URL": broker,
        }
        words = [python(), str(HERE / f"{peer.program}.py")]
        program = subprocess.Popen(
            words, cwd=HERE, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        try:
            return _measured(peer, program, server, sink, recipients)
        finally:
            if program.poll() is None:
                program.kill()
                program.wait()
            server.drop(DATABASE)


def _measured(
    peer: Peer, program: "subprocess.Popen[str]", server: Server, sink: Sink, recipients: int
) -> dict[str, Any]:
    if not program.stdin or not program.stdout or program.stdout.readline().strip() != "ready":
        raise SystemExit(f"{peer.name} did not start.")
    roots = {"peer": program.pid}
    before = _cpu(program.pid, server, sink)
    began = time.time()
    with processes.MemoryWatch(roots, every=0.2) as memory:
        program.stdin.write("go\n")
        program.stdin.flush()
        after = before
        while sink.count() < recipients and program.poll() is None:
            time.sleep(0.05)
        after = _cpu(program.pid, server, sink)
    if program.wait(timeout=600):
        raise SystemExit(f"{peer.name} failed ({program.returncode}).")
    return _result(peer, sink, recipients, began, [now - then for now, then in zip(after, before, strict=True)]) | {
        "pss_mb": memory.peaks["peer"][0],
        "rss_mb": memory.peaks["peer"][1],
    }


def _result(peer: Peer, sink: Sink, recipients: int, began: float, used: list[float]) -> dict[str, Any]:
    lines = [line for line in sink.lines() if line.came]
    told = {line.recipient for line in lines}
    seconds = max(line.at for line in lines) / 1e9 + sink.latency / 1000 - began
    each = 1e6 / len(lines)
    return {
        "run": peer.name,
        "messages": len(lines),
        "seconds": seconds,
        "per_second": len(lines) / seconds,
        "first_seconds": min(line.at for line in lines) / 1e9 - began,
        "cpu_workers": used[0] * each,
        "cpu_database": used[1] * each,
        "cpu_sink": used[2] * each,
        "size": lines[-1].size,
        "twice": len(lines) - len(told),
        "lost": recipients - len(told),
        "in_doubt": 0,
    }


def _cpu(pid: int, server: Server, sink: Sink) -> list[float]:
    database = processes.cpu_seconds(server.pid) if server.pid else 0.0
    return [processes.cpu_seconds(pid), database, sink.cpu_seconds()]


@contextmanager
def _redis(folder: Path, *, wanted: bool) -> Iterator[str]:
    """The address of a broker of our own that keeps nothing on disk; empty when none is wanted."""
    if not wanted:
        yield ""
        return
    path = folder / "redis"
    words = ["redis-server", "--port", "0", "--unixsocket", str(path), "--save", "", "--appendonly", "no"]
    broker = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    try:
        while not path.exists():
            if broker.poll() is not None:
                raise SystemExit("redis-server does not start.")
            time.sleep(0.05)
        yield f"redis+socket://{path}"
    finally:
        broker.terminate()
        broker.wait()
