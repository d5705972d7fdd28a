"""Ours and the peers, each as scores of a list of streams; the peers in an environment of their own."""

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt
import setting_up

from benchmarks.watching.streams import Counts, Stream
from daylight.watch.detection import score_counts

Floats = npt.NDArray[np.float64]
PEERS_FOLDER = Path(__file__).parent.parent / "peers"
QUICK = ("kernel", "farrington", "kleinberg", "ears-c3", "same-weekday", "s-h-esd", "cusum-nb")
PEERS = (*QUICK, "ears-c1", "ears-c2", "cusum-poisson", "adwin", "bocpd")


@dataclass(frozen=True)
class Scored:
    """The scores of each row of counts, and how long a bucket took."""

    scores: list[Floats]
    microseconds: float


Row = tuple[Stream, Counts]


def ours(rows: Sequence[Row]) -> Scored:
    """The shipped detector."""
    began = time.perf_counter()
    scores = [score_counts(counts, stream.freq, stream.start) for stream, counts in rows]
    return _scored(scores, time.perf_counter() - began, rows)


def peer(name: str, rows: Sequence[Row]) -> Scored:
    """A known method, run by the peers' own interpreter."""
    python = setting_up.ready_python(str(PEERS_FOLDER / "requirements.lock"), folder_name=".venv-peers")
    with TemporaryDirectory(prefix="daylight-bench-") as folder:
        source, target = Path(folder) / "in.npz", Path(folder) / "out.npz"
        np.savez(
            source,
            freq=[stream.freq for stream, _ in rows],
            weekday=[stream.start.weekday() for stream, _ in rows],
            hour=[stream.start.hour for stream, _ in rows],
            **{f"counts{number}": counts for number, (_, counts) in enumerate(rows)},
        )
        program = str(PEERS_FOLDER / "early_warning.py")
        environment = {**os.environ, "PYTHONPATH": "", "OMP_NUM_THREADS": "1"}
        subprocess.run([python, program, name, str(source), str(target)], check=True, env=environment)
        with np.load(target) as held:
            scores = [held[f"scores{number}"] for number in range(len(rows))]
            return _scored(scores, float(held["seconds"]), rows)


def _scored(scores: list[Floats], seconds: float, rows: Sequence[Row]) -> Scored:
    return Scored(scores, 1e6 * seconds / sum(len(counts) for _, counts in rows))
