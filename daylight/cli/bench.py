"""Benchmarks live in the checkout (bin/benchmarks), not in the installed package; this is `bin/bench`."""

import subprocess
from argparse import REMAINDER, ArgumentParser, Namespace
from pathlib import Path

from daylight.cli.commands import CannotDo

SCRIPT = Path(__file__).resolve().parents[2] / "bin" / "bench"


def arguments(parser: ArgumentParser) -> None:
    """Describe the arguments of the command."""
    parser.add_argument("words", nargs=REMAINDER, metavar="NAME ...", help="what to measure; nothing lists the names")


def run(options: Namespace) -> int:
    """Hand over to bin/bench."""
    if not SCRIPT.exists():
        raise CannotDo("Benchmarks need a checkout of the repository; this is an installed package.")
    return subprocess.run([str(SCRIPT), *options.words], check=False).returncode
