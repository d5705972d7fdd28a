"""What processes cost, as Linux counts it: CPU of a whole family, memory, and open connections."""

import os
import threading
from collections import defaultdict
from pathlib import Path
from types import TracebackType

TICKS = os.sysconf("SC_CLK_TCK")
ESTABLISHED = "01"


def family(root: int) -> list[int]:
    """A process and all that descend from it."""
    children: dict[int, list[int]] = defaultdict(list)
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            fields = _stat(int(entry.name))
            if fields:
                children[int(fields[1])].append(int(entry.name))
    found = [root]
    for pid in found:
        found.extend(children[pid])
    return found


def cpu_seconds(root: int) -> float:
    """User and system time of a family so far, its dead included: a figure that a busy machine does not spoil."""
    total = 0
    for pid in family(root):
        fields = _stat(pid)
        if fields:  # utime, stime, and those of children that have ended
            total += sum(int(value) for value in fields[11:15])
    return total / TICKS


def memory_mb(root: int) -> tuple[float, float]:
    """Proportional and resident memory of a family now."""
    pss = rss = 0
    for pid in family(root):
        for line in _lines(f"/proc/{pid}/smaps_rollup"):
            if line.startswith("Pss:"):
                pss += int(line.split()[1])
            elif line.startswith("Rss:"):
                rss += int(line.split()[1])
    return pss / 1024, rss / 1024


def connections_to(port: int, pid: int) -> int:
    """How many connections a process has open to a port of this machine."""
    wanted = f":{port:04X}"
    sockets = {
        fields[9]
        for name in ("tcp", "tcp6")
        for fields in (line.split() for line in _lines(f"/proc/{pid}/net/{name}")[1:])
        if fields[2].endswith(wanted) and fields[3] == ESTABLISHED
    }
    return sum(target.removeprefix("socket:[").removesuffix("]") in sockets for target in _open_files(pid))


def _open_files(pid: int) -> list[str]:
    found = []
    for entry in _entries(f"/proc/{pid}/fd"):
        try:
            found.append(os.readlink(entry))
        except FileNotFoundError:
            continue  # Closed since it was listed.
    return found


def _entries(folder: str) -> list[str]:
    try:
        return [entry.path for entry in os.scandir(folder)]
    except FileNotFoundError:
        return []


def _stat(pid: int) -> list[str]:
    """The fields of a process after its name, from its state on; none when it has ended."""
    lines = _lines(f"/proc/{pid}/stat")
    return lines[0].rpartition(")")[2].split() if lines else []


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="ascii", errors="replace").splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return []


class MemoryWatch:
    """Looks at the memory of some families twice a second; `peaks` holds the most of each, (PSS, RSS) in MB."""

    def __init__(self, roots: dict[str, int], *, every: float = 0.5) -> None:
        self._roots, self._every = roots, every
        self.peaks = dict.fromkeys(roots, (0.0, 0.0))
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "MemoryWatch":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._stop.wait(self._every):
            for name, root in self._roots.items():
                before, now = self.peaks[name], memory_mb(root)
                self.peaks[name] = max(before[0], now[0]), max(before[1], now[1])
