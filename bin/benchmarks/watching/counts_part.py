"""The part on counts: streams, outbreaks, methods, tables."""

import argparse
from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.watching import methods, simulated, telling
from benchmarks.watching.judging import Clean, Judgement, found
from benchmarks.watching.methods import Row, Scored
from benchmarks.watching.outbreaks import Outbreak, put_into
from benchmarks.watching.streams import Stream, from_folder

RATES = (0.5, 1.0, 4.0)
Injected = list[tuple[int, Row, list[Outbreak]]]


def measure(options: argparse.Namespace) -> dict[str, Any]:
    """Print the tables, and give the figures."""
    streams = _streams(options)
    injected = _injected(streams, options)
    years, number = sum(stream.years for stream in streams), sum(len(outbreaks) for *_, outbreaks in injected)
    buckets = sum(len(stream.counts) for stream in streams)
    print(f"{len(streams)} streams, {years:.0f} stream-years, {buckets:,} buckets, {number} outbreaks put in\n")
    wanted = methods.PEERS if options.full else methods.QUICK
    if options.only:
        wanted = tuple(name for name in options.only.split(",") if name in methods.PEERS)
    judgements = [_judged("ours", streams, injected, options.seed)]
    judgements += [_judged(name, streams, injected, options.seed) for name in wanted]
    print("\n".join(telling.tables(judgements, RATES)))
    return {judgement.method: telling.figures(judgement, RATES) for judgement in judgements}


def _streams(options: argparse.Namespace) -> list[Stream]:
    made = simulated.streams(options.seed, each=3 if options.full else 1)
    real = from_folder(options.data) if options.data else []
    kept = [
        stream
        for number, stream in enumerate(real)
        if options.full or number % 3 == 0 or stream.events or stream.freq == "H"
    ]
    return kept + made


def _injected(streams: Sequence[Stream], options: argparse.Namespace) -> Injected:
    injected: Injected = []
    for number, stream in enumerate(streams):
        for time in range(2 if options.full else 1):
            counts, outbreaks = put_into(stream, number, np.random.default_rng([options.seed, number, time]))
            injected.append((number, (stream, counts), outbreaks))
    return injected


def _judged(method: str, streams: Sequence[Stream], injected: Injected, seed: int) -> Judgement:
    rows: list[Row] = [(stream, stream.counts) for stream in streams] + [row for _, row, _ in injected]
    scored: Scored = methods.ours(rows) if method == "ours" else methods.peer(method, rows)
    clean = Clean(streams, scored.scores[: len(streams)])
    thresholds = {rate: clean.threshold(rate) for rate in RATES}
    told = zip(injected, scored.scores[len(streams) :], strict=True)
    pairs = [(number, outbreaks, score) for (number, _, outbreaks), score in told]
    results = {
        rate: [
            found(outbreak, streams[number], score, threshold)
            for number, outbreaks, score in pairs
            for outbreak in outbreaks
        ]
        for rate, threshold in thresholds.items()
    }
    return Judgement(method, clean, thresholds, results, scored.microseconds, seed, pairs)
