"""How fast the checker starts and reads, each time in a fresh process, which this file is as well."""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

WORDS = 80
TEXTS = 2_000
STARTS = 7


def texts_of_eighty_words(sources: Sequence[str], seed: int) -> list[str]:
    """Different texts of exactly so many words, made by joining others."""
    chance, made = np.random.default_rng(seed), []
    for _ in range(TEXTS):
        words: list[str] = []
        while len(words) < WORDS:
            words += sources[int(chance.integers(len(sources)))].split()
        made.append(" ".join(words[:WORDS]))
    return made


def measured(sources: Sequence[str], seed: int) -> dict[str, float]:
    """Texts a second by the clock and by the CPU, the start in milliseconds, and memory."""
    texts = json.dumps(texts_of_eighty_words(sources, seed))
    starts = [_in_a_fresh_process("[]") for _ in range(STARTS)]
    middle = {name: statistics.median(one[name] for one in starts) for name in ("import_ms", "first_ms")}
    return {**_in_a_fresh_process(texts), **middle}


def _in_a_fresh_process(texts: str) -> dict[str, float]:
    words = [sys.executable, "-m", __name__]
    done = subprocess.run(words, input=texts, stdout=subprocess.PIPE, text=True, check=True)
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def _megabytes() -> float:
    """The most that this program had so far; what its parent had does not count, as it would in `resource`."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def main() -> None:
    """Import, check once, check all; the import stands in here since it is what is measured."""
    texts, before = json.load(sys.stdin), _megabytes()
    began = time.perf_counter()
    from daylight.candour import check

    imported = time.perf_counter()
    check("Card payments fail since 09:10 UTC.")
    first = time.perf_counter()
    cpu = time.process_time()
    for text in texts:
        check(text)
    seconds, cpu = time.perf_counter() - first, time.process_time() - cpu
    figures = {"import_ms": 1e3 * (imported - began), "first_ms": 1e3 * (first - imported)}
    if texts:
        figures |= {"per_second": len(texts) / seconds, "per_cpu_second": len(texts) / cpu}
        figures["memory_mb"] = _megabytes() - before
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
