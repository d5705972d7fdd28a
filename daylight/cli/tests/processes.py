"""Starts the real `daylight` in a process of its own, and looks at what it leaves behind."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from daylight.cli.address import free_port

DEADLINE = 60.0
"""Seconds after which a condition that should come true is taken for broken; generous, since machines are busy."""

ROOT = Path(__file__).resolve().parents[3]


def environment(data_dir: Path) -> dict[str, str]:
    """What the process sees: SQLite in `data_dir`, and nothing of the test's own settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DAYLIGHT_", "DATABASE_URL"))}
    return {**kept, "DAYLIGHT_DATA_DIR": str(data_dir), "PYTHONPATH": str(ROOT)}


def daylight(*words: str, data_dir: Path, answer: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "daylight.cli", *words],
        env=environment(data_dir),
        input=answer,
        capture_output=True,
        text=True,
        timeout=DEADLINE,
        check=False,
    )


class Running:
    """A running `daylight run`: its process, and what can be seen of it from outside."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, data_dir: Path, log: Path) -> None:
        self.process, self.port, self.data_dir, self._log = process, port, data_dir, log

    def said(self) -> str:
        """Everything it and its children wrote."""
        return self._log.read_text(errors="replace")

    def answers(self) -> bool:
        """Whether the web process answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return bool(answer.status)
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False

    def members(self) -> dict[int, str]:
        """Every living process that works on this data folder, with its command line."""
        return living(self.data_dir)

    def child(self, command: str) -> int:
        """The leading process of one of the supervisor's children, or 0."""
        for pid, words in sorted(self.members().items()):
            if f"cli {command} " in words and os.getpgid(pid) == pid:
                return pid
        return 0


@contextmanager
def running(data_dir: Path) -> Iterator[Running]:
    """Start `daylight run` on a free port; whatever happens, nothing of it outlives the block."""
    port, log = free_port(), data_dir.with_suffix(".log")
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "daylight.cli", "run", "--port", str(port)],
            env=environment(data_dir),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield Running(process, port, data_dir, log)
    finally:
        process.kill()
        process.wait()
        for pid in living(data_dir):
            os.kill(pid, 9)


def living(data_dir: Path) -> dict[int, str]:
    """Processes, zombies apart, whose environment names this data folder."""
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            if f"DAYLIGHT_DATA_DIR={data_dir}\0".encode() in (entry / "environ").read_bytes():
                found[int(entry.name)] = (entry / "cmdline").read_text().replace("\0", " ")
        except OSError:
            continue
    return {pid: words for pid, words in found.items() if words}


def eventually(condition: Callable[[], object], *, within: float = DEADLINE) -> bool:
    """Whether the condition comes true before the deadline."""
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)  # The only way to look at another process again.
    return True
