"""Runs one benchmark once, in this process, on the empty database the environment names; prints one JSON line."""

import importlib
import json
import os
import resource
import sys

import django
from django.core.management import call_command

from benchmarks.frame import Result


def peak_mb() -> float:
    """The most memory this process or one of its children ever had."""
    who = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return max(resource.getrusage(one).ru_maxrss for one in who) / 1024


def main(name: str, who: str, size: int) -> None:
    """Measure and tell."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "daylight.config.settings")
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    benchmark = importlib.import_module(f"benchmarks.{name}")
    before = peak_mb()
    measured = benchmark.measure(size) if who == "daylight" else benchmark.peer(size)
    result = Result(who, size, measured.things, measured.seconds, measured.remark, before, peak_mb())
    print(json.dumps(result.as_dict()))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
