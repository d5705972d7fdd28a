"""What a proof sees of a running installation from outside: its processes, their memory and time, what it holds."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from proofs.product import require, wait_for

MEGABYTE = 1024 * 1024
PROCESSES = ("bounces", "worker", "web")
LARGEST_GROWTH = 100 * MEGABYTE
"""Bytes by which no process may grow in any storm, once it has loaded what it needs."""

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Scene:
    """What the storms need."""

    folder: Path
    url: str
    port: int
    token: str
    bag: Path


@dataclass(frozen=True)
class Taken:
    """What a process had taken at some moment: bytes of memory at most since its mark was set back, seconds of work."""

    pid: int
    memory: int
    seconds: float

    @classmethod
    def of(cls, pid: int) -> "Taken":
        """Look now."""
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        peak = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return cls(pid, peak, (int(fields[11]) + int(fields[12])) / TICKS)


def processes(folder: Path) -> dict[str, int]:
    """The processes of this installation by their command."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes().decode().split("\0")
            mine = f"DAYLIGHT_DATA_DIR={folder}".encode() in (entry / "environ").read_bytes()
        except OSError:
            continue
        if mine and "daylight.cli" in words and "--lifeline" in words:
            found[words[words.index("daylight.cli") + 1]] = int(entry.name)
    return found


@contextmanager
def measured(scene: Scene, name: str) -> Iterator[None]:
    """Print how long a storm took, and what it took of memory and of the processors."""
    before = {}
    for command, pid in processes(scene.folder).items():
        Path(f"/proc/{pid}/clear_refs").write_text("5")
        before[command] = Taken.of(pid)
    began = time.monotonic()
    yield
    took = time.monotonic() - began
    now = {command: Taken.of(pid) for command, pid in processes(scene.folder).items()}
    figures = [
        f"{command} {was.memory / MEGABYTE:.0f} -> {now[command].memory / MEGABYTE:.0f} MB,"
        f" {now[command].seconds - was.seconds:.1f} s of a core"
        for command, was in before.items()
        if command in PROCESSES and command in now and now[command].pid == was.pid
    ]
    print(f"{name}: {took:.1f} s in all; {'; '.join(figures) or 'killed'}; load {os.getloadavg()[0]:.0f}", flush=True)
    for command, was in before.items():
        grown = now[command].memory - was.memory if command in now and now[command].pid == was.pid else 0
        require(grown < LARGEST_GROWTH, f"{name}: {command} grew by {grown:,} bytes")


def settle(within: float = 600) -> None:
    """Wait until nothing waits to be read."""
    from daylight.listen.models import Incoming  # The rows are there once the product has started.
    from daylight.reach.models import IncomingMail

    wait_for(
        lambda: not IncomingMail.objects.waiting().exists() and not Incoming.objects.exists(),
        within,
        "the end of what waits to be read",
    )


def texts(prefix: str, source: str = "mailbox") -> dict[str, list[str]]:
    """What the database holds under names that begin so: the texts by name."""
    from daylight.listen.models import Message  # Likewise.

    found: dict[str, list[str]] = {}
    rows = Message.objects.filter(source=source, external_id__startswith=prefix)
    for name, text in rows.values_list("external_id", "text"):
        found.setdefault(name, []).append(text)
    return found


def conversations(address: str) -> int:
    """Conversations with this writer."""
    from daylight.listen.models import Conversation  # Likewise.

    return Conversation.objects.filter(address=address).count()
