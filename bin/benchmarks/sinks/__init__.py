"""Far ends for benchmarks, each in a process of its own: they write down who got which message, then answer.

`compiled` is made from the C files beside this one where there is a compiler, and costs about 10 us a message;
`asyncio` does the same in Python; `strict` is aiosmtpd, which checks every command; `postfix` is Postfix's smtp-sink,
which writes nothing down, so that only speed can be told with it.
"""

import hashlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.road import processes

HERE = Path(__file__).parent
BUILT = HERE.parents[2] / ".cache"
LINE = 160
"""Bytes of one line of the record."""

TAKEN, SILENT, REFUSED, LATER, TROUBLE = "TSPLX"
"""Taken and answered; taken and the answer withheld; refused for good; refused for now; a connection broken."""

KINDS = ("compiled", "asyncio", "strict", "postfix")


class Line(NamedTuple):
    """One line of the record. `at` is in nanoseconds since 1970."""

    fate: str
    at: int
    size: int
    recipient: str
    key: str

    @property
    def came(self) -> bool:
        """Whether the message arrived, whatever was answered."""
        return self.fate in {TAKEN, SILENT}


class Sink:
    """A running far end. Use it in a `with` block."""

    def __init__(
        self,
        kind: str,
        folder: Path,
        *,
        http: bool = False,
        latency: float = 0.0,
        certificate: Path | None = None,
        nasty: int = 0,
        without: tuple[str, ...] = (),
        everywhere: bool = False,
    ) -> None:
        self.kind, self.latency = kind, latency
        self.record = folder / "sink"
        self.record.touch()
        if kind == "postfix":
            self.port = _free_port()
            other_user = ["-u", "nobody"] if os.geteuid() == 0 else []  # It refuses to be root.
            words = ["smtp-sink", "-c", *other_user, f"127.0.0.1:{self.port}", "1000"]
            self._process = subprocess.Popen(words, stdout=subprocess.DEVNULL)
            _wait_for(self.port)
            return
        words = [*_program(kind), "--record", str(self.record), "--latency", str(latency)]
        words += ["--http"] if http else []
        words += ["--tls", str(certificate)] if certificate else []
        words += ["--nasty", str(nasty)] if nasty else []
        words += ["--everywhere"] if everywhere else []
        words += [f"--no-{name}" for name in without]
        self._process = subprocess.Popen(words, stdout=subprocess.PIPE)
        said = self._process.stdout.readline() if self._process.stdout else b""
        if not said.strip():
            raise SystemExit(f"The sink {kind!r} did not start: {' '.join(words)}")
        self.port = int(said)

    def __enter__(self) -> "Sink":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid

    @property
    def keeps_record(self) -> bool:
        """Whether it can tell who got what."""
        return self.kind != "postfix"

    def count(self) -> int:
        """How many lines there are by now."""
        return self.record.stat().st_size // LINE

    def lines(self) -> Iterator[Line]:
        """The record so far."""
        with self.record.open("rb") as file:
            while True:
                block = file.read(LINE * 4096)
                for start in range(0, len(block) - LINE + 1, LINE):
                    fate, at, size, recipient, key = block[start : start + LINE].decode("utf-8", "replace").split()[:5]
                    yield Line(fate, int(at), int(size), recipient, key)
                if len(block) < LINE * 4096:
                    return

    def cpu_seconds(self) -> float:
        """What it has used so far."""
        return processes.cpu_seconds(self.pid)


def usual() -> str:
    """The cheapest far end this machine can have."""
    return "compiled" if shutil.which("cc") else "asyncio"


def _program(kind: str) -> list[str]:
    if kind == "compiled":
        return [str(_compiled())]
    return [sys.executable, "-m", f"benchmarks.sinks.{'strict' if kind == 'strict' else 'plain'}"]


def _compiled() -> Path:
    """The C sink, made when its source has changed; with TLS where OpenSSL's headers are."""
    sources = sorted(HERE.glob("*.[ch]"))
    text = b"".join(path.read_bytes() for path in sources)
    path = BUILT / f"sink-{hashlib.sha256(text).hexdigest()[:16]}"
    if path.exists():
        return path
    BUILT.mkdir(exist_ok=True)
    unfinished = path.with_suffix(f".{os.getpid()}")
    words = ["cc", "-O2", "-o", str(unfinished), *(str(source) for source in sources if source.suffix == ".c")]
    with_tls = subprocess.run([*words, "-DWITH_TLS", "-lssl", "-lcrypto"], capture_output=True, check=False)
    if with_tls.returncode:
        subprocess.run(words, check=True)
    unfinished.rename(path)
    return path


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int, seconds: float = 5.0) -> None:
    ends = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            if time.monotonic() > ends:
                raise
            time.sleep(0.05)
        else:
            return
