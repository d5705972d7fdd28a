"""Keeps the processes of one machine alive, and ends them all together.

Every child leads a process group of its own and holds the reading end of one pipe (`lifeline.py`), so that no end
of the supervisor, however sudden, leaves an orphan. A child that dies is started again after a growing wait.
"""

import contextlib
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import FrameType

FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
"""Seconds before a dead child is started again: the first time, and at most."""

STEADY_AFTER = 60.0
"""Seconds a child must live for its next death to count as the first again."""

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass
class Child:
    """One process to keep alive: its command of `daylight`, and the seconds it may take to end politely."""

    command: str
    grace: float
    process: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    deaths: int = 0
    start_at: float = 0.0
    words: list[str] = field(default_factory=list)

    @property
    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self.process is not None and self.process.poll() is None

    def start(self, lifeline: int) -> None:
        """Start the process, leader of a session and so of a group of its own."""
        words = [sys.executable, "-m", "daylight.cli", self.command, *self.words, "--lifeline", str(lifeline)]
        self.process = subprocess.Popen(words, pass_fds=[lifeline], start_new_session=True, stdin=subprocess.DEVNULL)
        self.began = time.monotonic()

    def note_death(self) -> float:
        """Clear up after a death; returns the seconds to wait before the next start."""
        self.signal_group(signal.SIGKILL)  # A web server that died may have left a process on the port.
        steady = time.monotonic() - self.began > STEADY_AFTER
        self.deaths = 1 if steady else self.deaths + 1
        self.process = None
        wait = min(FIRST_WAIT * 2.0 ** (self.deaths - 1), LONGEST_WAIT)
        self.start_at = time.monotonic() + wait
        return wait

    def signal_group(self, number: signal.Signals) -> None:
        """Send a signal to the child and to everything it started."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)


class Supervisor:
    """Starts `children` in order, keeps them alive, and at the end stops the last ones first.

    `children` is a list of waves: what a later wave needs is in an earlier one, and is stopped after it.
    """

    def __init__(self, waves: Sequence[Sequence[Child]]) -> None:
        self._waves = waves
        self._endings = 0
        self._reader, self._lifeline = os.pipe()
        self._bell, self._bell_rope = socket.socketpair()
        self._selector = selectors.DefaultSelector()

    def run(self) -> int:
        """Work until told to end; returns the exit status."""
        self._listen()
        try:
            while not self._endings:
                self._tend()
                self._wait(self._next_start())
        finally:
            self._end()
        return 0

    def _tend(self) -> None:
        for child in self._children():
            if child.process is not None and not child.is_alive:
                status = child.process.returncode
                wait = child.note_death()
                say(f"{child.command} ended ({_how(status)}); it starts again in {wait:g} s.")
            if child.process is None and time.monotonic() >= child.start_at:
                child.start(self._reader)

    def _next_start(self) -> float | None:
        waits = [child.start_at - time.monotonic() for child in self._children() if child.process is None]
        return max(min(waits), 0.0) if waits else None

    def _end(self) -> None:
        for wave in reversed(self._waves):
            for child in wave:
                child.signal_group(signal.SIGTERM)
            for child in wave:
                self._see_off(child)

    def _see_off(self, child: Child) -> None:
        """Wait for a child within its grace, or until somebody insists; then kill what is left of its group."""
        deadline = time.monotonic() + child.grace
        while child.is_alive and self._endings < 2 and time.monotonic() < deadline:
            self._wait(deadline - time.monotonic())
        child.signal_group(signal.SIGKILL)
        if child.process is not None:
            child.process.wait()

    def _children(self) -> list[Child]:
        return [child for wave in self._waves for child in wave]

    def _listen(self) -> None:
        """Let signals ring a bell, so that waiting for one is waiting for a socket and none is ever missed."""
        for end in (self._bell, self._bell_rope):
            end.setblocking(False)
        self._selector.register(self._bell, selectors.EVENT_READ)
        signal.set_wakeup_fd(self._bell_rope.fileno(), warn_on_full_buffer=False)
        for number in ENDING:
            signal.signal(number, self._told_to_end)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def _wait(self, seconds: float | None) -> None:
        if self._selector.select(seconds):
            with contextlib.suppress(BlockingIOError):
                self._bell.recv(512)

    def _told_to_end(self, number: int, frame: FrameType | None) -> None:
        self._endings += 1


def _how(status: int) -> str:
    return f"status {status}" if status >= 0 else f"signal {signal.Signals(-status).name}"


def say(sentence: str) -> None:
    """A line of the supervisor's own."""
    print(f"Daylight: {sentence}", file=sys.stderr, flush=True)
