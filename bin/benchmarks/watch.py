"""Early warning: ours and known methods on the same streams, with one threshold for all of them.

bin/bench watch                            streams made here, about three minutes
bin/bench watch --data DIR                 with the development data in DIR as well
bin/bench watch --data DIR --full          more streams, more outbreaks, every method
bin/bench watch --part counts --only ours,kernel --json figures.json
"""

import argparse
import importlib
import importlib.util
import json
from pathlib import Path
from typing import Any

PARTS = ("counts", "bursts", "text")
"""Each is `benchmarks.watching.PART_part` with `measure(options) -> dict` that prints and gives its figures."""


def main(words: list[str]) -> int:
    """Measure the parts asked for."""
    options = _parser().parse_args(words)
    figures: dict[str, Any] = {}
    for part in options.part or PARTS:
        name = f"benchmarks.watching.{part}_part"
        if importlib.util.find_spec(name) is None:
            continue
        figures[part] = importlib.import_module(name).measure(options)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="bin/bench watch", description="Early warning against known methods.")
    made.add_argument("--part", choices=PARTS, action="append", help="only this; all when absent")
    made.add_argument("--data", type=Path, help="a folder with the development data; streams made here when absent")
    made.add_argument("--only", default="", help="methods by name, with commas between; ours is always there")
    made.add_argument("--full", action="store_true", help="all streams, more outbreaks, every method")
    made.add_argument("--seed", type=int, default=1, help="of the streams made and the outbreaks put in")
    made.add_argument("--json", type=Path, help="the figures, into this file")
    return made
