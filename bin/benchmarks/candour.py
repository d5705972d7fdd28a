"""Candour: what the checker finds in labelled texts, beside other checkers and plain measures, and how fast it reads.

bin/bench candour                          speed alone, on texts made of our own examples
bin/bench candour --data labelled.jsonl    scores by element with intervals, by fold of sources, beside the others
bin/bench candour --data labelled.jsonl --without-peers --json figures.json
"""

import argparse
import json
import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.candid import ours, peers, scoring, speed, telling
from benchmarks.candid.scoring import Flags, Score
from benchmarks.candid.texts import DODGES, ELEMENTS, SAYS, Text, texts_of
from daylight.candour.languages import language

FEWEST = 3
"""A fold with fewer texts that have an element says nothing about it."""


def main(words: list[str]) -> int:
    """Measure and print."""
    options = _parser().parse_args(words)
    print(_about())
    figures: dict[str, Any] = {}
    sources = [line for rule in language("en").examples.values() for key in ("bad", "good") for line in rule[key]]
    if options.data:
        texts = texts_of(options.data)
        sources = [text.text for text in texts]
        figures = _scores(texts, options)
    if not options.without_speed:
        figures["speed"] = speed.measured(sources, options.seed)
        print(f"\n{telling.speed(figures['speed'])}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    return 0


def _scores(texts: Sequence[Text], options: argparse.Namespace) -> dict[str, Any]:
    publishers = [text.publisher for text in texts]
    drawn = scoring.resamples(publishers, options.resamples, options.seed)
    fold = scoring.folds(publishers, options.folds)
    print(f"{len(texts)} texts of {len(set(publishers))} publishers, {options.folds} folds of publishers\n")
    labels = {name: np.array([text.labels[name] for text in texts]) for name in ELEMENTS}
    flags = ours.elements_of(texts)
    scores = {name: scoring.score(flags[name], labels[name], drawn) for name in ELEMENTS}
    theirs = {} if options.without_peers else _peers(texts, labels, fold, drawn)
    best = {name: max(held.items(), key=lambda item: item[1].f1) for name, held in theirs.items()}
    macros = _macros(flags, labels, drawn)
    print("\n".join([*telling.elements(scores, best), *(f"{name}: {said}" for name, said in macros.items())]))
    for name in telling.WHOLE_TABLES if theirs else ():
        print("\n" + "\n".join(telling.others(name, scores[name], theirs[name])))
    by_fold = {name: _by_fold(flags[name], labels[name], fold) for name in ELEMENTS}
    print("\n" + "\n".join(telling.by_fold(by_fold, np.bincount(fold).tolist())))
    found, lenient = ours.false_errors(texts), ours.false_errors_but_next(texts)
    print("\n" + "\n".join(telling.errors(found, lenient)))
    return {
        "ours": {name: asdict(score) for name, score in scores.items()},
        "peers": {name: {who: asdict(score) for who, score in held.items()} for name, held in theirs.items()},
        "folds": by_fold,
        "false_errors": {"good": found.good, "per_ten": found.per_ten, "rules": dict(found.rules)},
    }


def _peers(
    texts: Sequence[Text], labels: Mapping[str, Flags], fold: scoring.Folds, drawn: scoring.Drawn
) -> dict[str, dict[str, Score]]:
    """By element and peer; of those that cannot be had it is said why."""
    signals, why_not = peers.signals([text.text for text in texts])
    print("\n".join([*why_not, ""]) if why_not else "", end="")
    return {
        name: {one.name: scoring.score(one.flags(truth, fold), truth, drawn) for one in signals}
        for name, truth in labels.items()
    }


def _macros(flags: Mapping[str, Flags], labels: Mapping[str, Flags], drawn: scoring.Drawn) -> dict[str, str]:
    """The mean F1 over what a text says, over what it dodges with, and over all, with intervals."""
    said = {}
    for title, names in (("what it says", SAYS), ("how it dodges", DODGES), ("all twelve", ELEMENTS)):
        mean = np.mean([scoring.f1_of(*scoring.counts(flags[name], labels[name])) for name in names])
        low, high = scoring.interval_of(
            np.nanmean([scoring.f1_in(flags[name], labels[name], drawn) for name in names], axis=0)
        )
        said[f"macro F1, {title}"] = f"{mean:.2f} ({low:.2f}-{high:.2f})"
    return said


def _by_fold(flags: Flags, labels: Flags, fold: scoring.Folds) -> list[float | None]:
    told: list[float | None] = []
    for number in range(int(fold.max()) + 1):
        inside = fold == number
        is_enough = labels[inside].sum() >= FEWEST
        told.append(scoring.f1_of(*scoring.counts(flags[inside], labels[inside])) if is_enough else None)
    return told


def _about() -> str:
    done = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False)
    load = f"load {os.getloadavg()[0]:.1f} before"
    return f"Daylight {done.stdout.strip()}, Python {platform.python_version()}, {os.cpu_count()} cores, {load}"


def _parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="bin/bench candour", description="The checker of candour against others.")
    made.add_argument("--data", type=Path, help="labelled texts, one JSON object a line; none come with Daylight")
    made.add_argument("--without-peers", action="store_true", help="ours alone")
    made.add_argument("--without-speed", action="store_true", help="the scores alone")
    made.add_argument("--folds", type=int, default=5)
    made.add_argument("--resamples", type=int, default=2_000, help="of the intervals")
    made.add_argument("--seed", type=int, default=1)
    made.add_argument("--json", type=Path, help="the figures, into this file")
    return made
