"""Loads a server with wrk, and reads what wrk says."""

import re
import subprocess
from dataclasses import dataclass

UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60000.0}


@dataclass(frozen=True)
class Load:
    """What a server did under load: requests a second, answer times in milliseconds, and answers that were none."""

    per_second: float
    p50: float
    p99: float
    errors: int


def wrk(port: int, path: str, *, clients: int, seconds: float) -> Load:
    """Ask for one address with that many connections, each with its next request as soon as it has its answer."""
    url = f"http://127.0.0.1:{port}{path}"
    words = ["wrk", "-t2", f"-c{clients}", f"-d{seconds:g}s", "--latency", "--timeout", "5s", url]
    said = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    if rate is None:
        raise RuntimeError(f"wrk said something else than expected:\n{said}")
    lost = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", said)
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    errors = sum(map(int, lost.groups())) if lost else 0
    return Load(float(rate[1]), _ms(said, "50%"), _ms(said, "99%"), errors + int(refused[1] if refused else 0))


def _ms(said: str, share: str) -> float:
    found = re.search(rf"{share}\s+([\d.]+)(us|ms|s|m)\b", said)
    return float(found[1]) * UNITS[found[2]] if found else float("nan")
