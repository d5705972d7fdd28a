"""Streams made by chance: many habits a stream of complaints may have, none of them an outbreak."""

from datetime import datetime

import numpy as np
import numpy.typing as npt

from benchmarks.watching.streams import A_DAY, Stream

START = datetime.fromisoformat("2023-01-02")
Floats = npt.NDArray[np.float64]

HABITS: dict[str, tuple[str, ...]] = {
    "plain": (),
    "overdispersed": ("dispersion",),
    "weekday": ("weekday", "dispersion"),
    "season": ("weekday", "season", "dispersion"),
    "trend": ("weekday", "trend", "dispersion"),
    "steps": ("weekday", "steps", "dispersion"),
    "drift": ("weekday", "drift", "dispersion"),
    "holidays": ("weekday", "holidays", "dispersion"),
    "outages": ("weekday", "outages", "dispersion"),
    "rare": ("rare", "dispersion"),
    "bursty": ("weekday", "bursts", "dispersion"),
    "all": ("weekday", "season", "trend", "drift", "holidays", "dispersion"),
}


def streams(seed: int, *, each: int, daily_years: float = 3, hourly_days: int = 120) -> list[Stream]:
    """So many streams of each habit, daily and hourly."""
    made = []
    for number, (name, habits) in enumerate(HABITS.items()):
        for which in range(each):
            for freq in ("D", "H"):
                chance = np.random.default_rng([seed, number, which, freq == "H"])
                days = int(daily_years * 365) if freq == "D" else hourly_days
                counts = _counts(chance, freq, days, habits)
                made.append(
                    Stream(
                        f"{name}-{freq}-{which}", f"made-{'daily' if freq == 'D' else 'hourly'}", freq, START, counts
                    )
                )
    return made


def _counts(chance: np.random.Generator, freq: str, days: int, habits: tuple[str, ...]) -> npt.NDArray[np.int64]:
    size = days * A_DAY[freq]
    day = np.arange(size) // A_DAY[freq]
    top = 3.3 if freq == "D" else chance.choice([1.5, 3.0, 5.0])
    mean = 10 ** chance.uniform(-0.7, -0.2 if "rare" in habits else top) * np.ones(size)
    if freq == "H":
        mean *= _daylight(chance, size)
    for habit in habits:
        if habit in SHAPES:
            mean *= np.exp(SHAPES[habit](chance, day, size // A_DAY[freq] + 1))
    if "dispersion" in habits:
        shape = 10 ** chance.uniform(0.5, 2.5)
        mean = mean * chance.gamma(shape, 1 / shape, size)
    counts = chance.poisson(np.minimum(mean, 1e7))
    if "outages" in habits:
        counts = _with_outages(chance, counts, A_DAY[freq])
    return counts.astype(np.int64)


def _daylight(chance: np.random.Generator, size: int) -> Floats:
    hour = np.arange(size) % 24
    night = chance.uniform(0.02, 0.6)
    wave = 0.5 - 0.5 * np.cos(2 * np.pi * (hour - chance.uniform(2, 5)) / 24)
    shape: Floats = night + (1 - night) * wave ** chance.uniform(0.7, 2)
    return shape / float(shape.mean())


def _weekday(chance: np.random.Generator, day: npt.NDArray[np.int64], days: int) -> Floats:
    factors = chance.normal(0, 0.1, 7)
    factors[5:] += np.log(chance.uniform(0.05, 1.1, 2))
    return factors[day % 7]


def _season(chance: np.random.Generator, day: npt.NDArray[np.int64], days: int) -> Floats:
    size: float = chance.uniform(0.1, 0.9)
    return size * np.sin(2 * np.pi * (day / 365.25 + chance.uniform()))


def _trend(chance: np.random.Generator, day: npt.NDArray[np.int64], days: int) -> Floats:
    return chance.uniform(-0.7, 0.9) * day / 365.25


def _steps(chance: np.random.Generator, day: npt.NDArray[np.int64], days: int) -> Floats:
    jumps = np.where(chance.random(days) < 1 / 400, chance.normal(0, 0.35, days), 0)
    return np.cumsum(jumps)[day]


def _drift(chance: np.random.Generator, day: npt.NDArray[np.int64], days: int) -> Floats:
    memory, size = chance.choice([0.7, 0.9, 0.97]), chance.uniform(0.05, 0.3)
    noise = chance.normal(0, size * np.sqrt(1 - memory**2), days)
    level = np.zeros(days)
    for at in range(1, days):
        level[at] = memory * level[at - 1] + noise[at]
    return level[day]


def _holidays(chance: np.random.Generator, day: npt.NDArray[np.int64], days: int) -> Floats:
    off = np.isin(day % 365, chance.integers(0, 365, 9))
    return np.where(off, np.log(chance.uniform(0.05, 0.6)), 0.0)


def _bursts(chance: np.random.Generator, day: npt.NDArray[np.int64], days: int) -> Floats:
    extra = np.where(chance.random(days) < 1 / 150, chance.exponential(0.5, days), 0)
    faded = sum(np.roll(extra, back) * 0.6**back for back in range(6))
    return np.asarray(faded)[day]


def _with_outages(chance: np.random.Generator, counts: npt.NDArray[np.int64], per_day: int) -> npt.NDArray[np.int64]:
    kept = counts.copy()
    for at in np.flatnonzero(chance.random(len(counts) // per_day) < 1 / 120):
        first, length = at * per_day, int(chance.integers(1, 3)) * per_day
        late = kept[first : first + length].sum()
        kept[first : first + length] = 0
        after = first + length
        if after < len(kept) and chance.random() < 0.3:
            kept[after] += int(late * 0.5)
    return kept


SHAPES = {
    "weekday": _weekday,
    "season": _season,
    "trend": _trend,
    "steps": _steps,
    "drift": _drift,
    "holidays": _holidays,
    "bursts": _bursts,
}
