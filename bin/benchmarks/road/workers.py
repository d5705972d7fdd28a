"""Real workers, each a process of its own, which can be killed and started again."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence

from benchmarks.road import processes

LOOPS = ("reach",)


class Worker:
    """One `daylight worker` that turns the loops of the road; `prefix` starts it on another host."""

    def __init__(self, environment: Mapping[str, str], *, prefix: Sequence[str] = ()) -> None:
        self._environment = dict(environment)
        self._prefix = list(prefix)
        self._start()

    def _start(self) -> None:
        words = [*self._prefix, sys.executable, "-m", "daylight.cli", "worker"]
        words += [word for loop in LOOPS for word in ("--only", loop)]
        self._process = subprocess.Popen(words, env=self._environment, start_new_session=True)

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    @property
    def has_ended(self) -> bool:
        """Whether it died of itself."""
        return self._process.poll() is not None

    def kill(self) -> None:
        """kill -9, and another in its place."""
        os.killpg(self.pid, signal.SIGKILL)
        self._process.wait()
        self._start()

    def stop(self) -> None:
        """End in good order, or, when it does not, by force."""
        self._process.terminate()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(self.pid, signal.SIGKILL)
            self._process.wait()


def wait_until_quiet(workers: list[Worker], seconds: float = 60.0) -> None:
    """Until every worker has started and rests."""
    ends = time.monotonic() + seconds
    before = {worker.pid: -1.0 for worker in workers}
    while time.monotonic() < ends:
        time.sleep(0.5)
        now = {worker.pid: processes.cpu_seconds(worker.pid) for worker in workers}
        if all(now[pid] > 0.5 and now[pid] - before[pid] < 0.1 for pid in now):
            return
        before = now
    raise SystemExit("The workers do not come to rest.")
