"""A stream of counts as the benchmark sees it, and the readers of the development data."""

import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int64]
STEP = {"D": timedelta(days=1), "H": timedelta(hours=1)}
A_DAY = {"D": 1, "H": 24}


@dataclass(frozen=True)
class Stream:
    """Counts in buckets, and the events everybody knows of as pairs of first and last bucket."""

    name: str
    family: str
    freq: str
    start: datetime
    counts: Counts
    events: tuple[tuple[int, int], ...] = field(default=())
    weekly: bool = False

    @property
    def per_day(self) -> int:
        """Buckets in a day; a weekly series is told as if its weeks were days."""
        return A_DAY[self.freq]

    @property
    def years(self) -> float:
        """How long it runs."""
        return len(self.counts) / self.per_day / 365.25 * (7 if self.weekly else 1)


def from_folder(folder: Path) -> list[Stream]:
    """Every stream of the development data that is there."""
    readers = (_new_york, _tickers, _diseases, _boston, _support)
    return [stream for reader in readers for stream in reader(folder)]


def _rows(path: Path) -> Iterator[dict[str, str]]:
    if path.exists():
        with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
            yield from csv.DictReader(lines)


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else []


def _filled(pairs: list[tuple[datetime, int]], freq: str) -> tuple[datetime, Counts]:
    first, last = min(at for at, _ in pairs), max(at for at, _ in pairs)
    counts = np.zeros((last - first) // STEP[freq] + 1, dtype=np.int64)
    for at, count in pairs:
        counts[(at - first) // STEP[freq]] += count
    return first, counts


def _built(
    family: Callable[[str], str],
    freq: str,
    pairs: dict[str, list[tuple[datetime, int]]],
    events: dict[str, list[tuple[datetime, datetime]]],
    least: int,
) -> Iterator[Stream]:
    for name, values in pairs.items():
        if sum(count for _, count in values) < least:
            continue
        start, counts = _filled(values, freq)
        known = [((first - start) // STEP[freq], (last - start) // STEP[freq]) for first, last in events.get(name, [])]
        yield Stream(name, family(name), freq, start, counts, tuple(known))


def _new_york(folder: Path) -> Iterator[Stream]:
    events = defaultdict(list)
    for known in _json(folder / "nyc_known_events.json"):
        first, last = (datetime.fromisoformat(known[edge]) for edge in ("start", "end"))
        events[known["stream"]].append((first, last))
    pairs = defaultdict(list)
    for row in _rows(folder / "nyc_daily_counts_2015_2018.csv.gz"):
        pairs[row["stream"]].append((datetime.fromisoformat(row["date"]), int(row["count"])))
    yield from _built(lambda name: f"city-{name.split(':')[0]}", "D", pairs, events, least=200)


def _tickers(folder: Path) -> Iterator[Stream]:
    windows = _json(folder / "nab_label_windows.json") or {}
    events = {name: [(_hour(first), _hour(last)) for first, last in several] for name, several in windows.items()}
    pairs = defaultdict(list)
    for row in _rows(folder / "nab_twitter_volume_5min.csv.gz"):
        pairs[row["stream"]].append((_hour(row["timestamp"]), int(row["count"])))
    yield from _built(lambda _: "mentions-hourly", "H", pairs, events, least=100)


def _hour(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(minute=0, second=0, microsecond=0, tzinfo=None)


def _diseases(folder: Path) -> Iterator[Stream]:
    weeks: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row in _rows(folder / "rki_weekly_labelled.csv.gz"):
        weeks[row["stream"]].append((int(row["count"]), int(row["outbreak"])))
    for name, values in weeks.items():
        counts, labels = (np.array(column, dtype=np.int64) for column in zip(*values, strict=True))
        edges = np.flatnonzero(np.diff(np.concatenate([[0], labels, [0]])))
        events = tuple((int(a), int(b) - 1) for a, b in zip(edges[::2], edges[1::2], strict=True))
        yield Stream(name, "disease-weekly", "D", datetime.fromisoformat("2001-01-01"), counts, events, weekly=True)


def _boston(folder: Path) -> Iterator[Stream]:
    daily, hourly = defaultdict(list), defaultdict(list)
    for row in _rows(folder / "boston311_text_2015_2016.csv.gz"):
        at = _hour(row["t"])
        daily[f"boston:{row['service']}"].append((at.replace(hour=0), 1))
        hourly["boston:all"].append((at, 1))
        hourly[f"boston:{row['service']}"].append((at, 1))
    yield from _built(lambda _: "requests-daily", "D", daily, {}, least=300)
    yield from _built(lambda _: "requests-hourly", "H", hourly, {}, least=2000)


def _support(folder: Path) -> Iterator[Stream]:
    pairs = [(_hour(row["t"]), 1) for row in _rows(folder / "spotifycares_tweets_2017.csv.gz")]
    yield from _built(lambda _: "mentions-hourly", "H", {"support:all": pairs} if pairs else {}, {}, least=100)
