"""Streams of messages, and crises put into them: those made here, and those of the development data."""

import csv
import gzip
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

DAY = 86_400.0
SHAPES = ("sudden", "ramp", "slow", "flat")
LENGTHS = (0.25, 1.0, 2.0, 4.0, 8.0, 14.0)
FIRST = datetime(2024, 1, 1, tzinfo=UTC).timestamp()
Said = tuple[float, str]
DOING = (
    "change",
    "cancel",
    "return",
    "renew",
    "share",
    "print",
    "move",
    "repair",
    "pay for",
    "find",
    "replace",
    "open",
)
THINGS = (
    *(
        "order",
        "address",
        "invoice",
        "password",
        "ticket",
        "parcel",
        "voucher",
        "subscription",
        "seat",
        "account",
        "menu",
    ),
    *(
        "remote",
        "cable",
        "chair",
        "lamp",
        "table",
        "receipt",
        "contract",
        "booking",
        "refund",
        "size",
        "colour",
        "shop",
    ),
)
ASKING = (
    "How do I {} my {}?",
    "I cannot {} the {}",
    "Please {} the {} for me",
    "{} {} does not work",
    "Who can {} a {}?",
)
TROUBLE = {
    "taste": (
        "tastes of {1}",
        "{0} tastes strange",
        "there is {1} in the {0}",
        "{0} smells like {1}",
        "sick from the {0}",
    ),
    "late": ("the {0} never came", "still waiting for my {0} in {1}", "{0} to {1} is days late", "where is my {0}"),
    "charged": ("charged twice for {0}", "{0} billed two times in {1}", "double payment, {0}", "paid {0} twice"),
    "crash": ("{0} crashes on {1}", "{0} closes by itself", "since the update {0} is dead on {1}", "{0} freezes"),
}
ABOUT = {
    "taste": ("milk", "juice", "yoghurt", "cheese"),
    "late": ("crib", "sofa", "laptop", "medicine"),
    "charged": ("breakfast", "parking", "insurance", "train"),
    "crash": ("player", "map", "camera", "keyboard"),
}
WITH = ("chlorine", "Leeds", "Monday", "my phone", "the morning", "Bristol", "bleach", "a tablet", "York", "version 8")


@dataclass(frozen=True)
class Crisis:
    """What was put in: its number, first and last moment, messages, shape and length in days."""

    number: int
    first: float
    last: float
    size: int
    shape: str
    days: float


@dataclass
class Stream:
    """Messages in order of time; `of` says to which crisis each belongs, -1 to none."""

    name: str
    said: list[Said]
    of: npt.NDArray[np.int64]
    warm: float
    crises: list[Crisis] = field(default_factory=list)

    @property
    def years(self) -> float:
        """The part after the warm-up."""
        return (self.said[-1][0] - self.warm) / DAY / 365.25


def streams(folder: Path | None, seed: int, *, full: bool) -> list[Stream]:
    """All of them; without the development data, only those made here."""
    found: list[Stream] = []
    for turn in range(2 if full else 1):
        chance = np.random.default_rng([seed, turn])
        found += list(_made(chance)) + (list(_real(folder, chance)) if folder else [])
    return found


def left_out(folder: Path, seed: int) -> list[Stream]:
    """Complaints of another city, told by their category, and other parts of ours.

    The method was built without them; only the level of the threshold was chosen with them in sight.
    """
    chance = np.random.default_rng([seed, 77])
    intents = _intents(folder)
    names = sorted(intents)
    chance.shuffle(names)
    new = {name: intents[name] for name in names[:38]}
    council, city = _council(folder, chance), _timed(folder / "boston311_text_2015_2016.csv.gz")
    early, late = city[: len(city) // 2], city[len(city) // 2 :]
    named = [row for row in city if row[2] not in {"Other", "Illegal Parking", "Abandoned Vehicle"}]
    parts = [
        (f"council {year}", _part([row for row in council if _year(row[0]) == year], every, chance))
        for year, every in ((2015, 2), (2016, 6), (2017, 15))
    ]
    for name, rows, every in (
        *(("city early", early, 3), ("city late", late, 4), ("city early", early, 12)),
        *(("city late", late, 1), ("city named", named, 2)),
    ):
        parts.append((f"{name} 1/{every}", _part([row[:2] for row in rows], every, chance)))
    return [put_into(name, said, new, chance, warm=45, gap=25) for name, said in parts]


def put_into(
    name: str, said: Sequence[Said], themes: dict[str, list[str]], chance: np.random.Generator, *, warm: int, gap: int
) -> Stream:
    """A stream with crises, each on a theme of its own while there are any, with a gap between them."""
    begin, end = said[0][0], said[-1][0]
    rows = [(at, text, -1) for at, text in said]
    crises: list[Crisis] = []
    free, start = list(themes), begin + warm * DAY
    while free:
        texts = themes[free.pop(int(chance.integers(len(free))))]
        shape, days = SHAPES[chance.integers(len(SHAPES))], float(chance.choice(LENGTHS))
        size = int(min(np.exp(chance.uniform(np.log(30), np.log(300))), len(texts)))
        start += chance.uniform(0, 5) * DAY
        if start + (days + 0.5) * DAY > end:
            break
        moments = start + np.sort(_shaped(shape, chance.random(size))) * days * DAY
        picked = chance.choice(len(texts), size, replace=False)
        number = len(crises)
        rows += [(float(at), texts[place], number) for at, place in zip(moments, picked, strict=True)]
        crises.append(Crisis(number, float(moments[0]), float(moments[-1]), size, shape, days))
        start += (days + gap) * DAY
    rows.sort(key=lambda row: row[0])
    of = np.array([row[2] for row in rows])
    return Stream(name, [(at, text) for at, text, _ in rows], of, begin + warm * DAY, crises)


def _shaped(shape: str, even: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Even chances as moments between 0 and 1."""
    if shape == "sudden":
        return np.asarray(-np.log(1 - even * (1 - np.exp(-3))) / 3)
    if shape == "slow":
        return np.asarray(np.log(1 + even * (np.exp(4) - 1)) / 4)
    return np.sqrt(even) if shape == "ramp" else even


def _made(chance: np.random.Generator) -> Iterator[Stream]:
    for a_day in (10, 50):
        asked = [
            f"{chance.choice(ASKING).format(chance.choice(DOING), chance.choice(THINGS))} {chance.choice(THINGS)}"
            for _ in range(int(a_day * 200))
        ]
        themes = {
            name: list(
                {
                    f"{chance.choice(says).format(chance.choice(ABOUT[name]), chance.choice(WITH))}, "
                    f"{chance.choice(THINGS)}"
                    for _ in range(600)
                }
            )
            for name, says in TROUBLE.items()
        }
        yield put_into(f"made {a_day}", _over(asked, 200, chance), themes, chance, warm=30, gap=20)


def _over(texts: Sequence[str], days: int, chance: np.random.Generator) -> list[Said]:
    """Texts over so many days, fewer at night and on Sundays."""
    moments = FIRST + chance.random(3 * len(texts)) * days * DAY
    hour, weekday = moments % DAY / 3600, (moments // DAY).astype(int) % 7
    kept = moments[
        chance.random(len(moments)) < (0.3 + 0.7 * np.exp(-(((hour - 14) / 5) ** 2))) * (1 - 0.4 * (weekday == 6))
    ]
    return list(zip(np.sort(kept[: len(texts)]).tolist(), texts, strict=False))


def _real(folder: Path, chance: np.random.Generator) -> Iterator[Stream]:
    intents = _intents(folder)
    names = sorted(intents)
    chance.shuffle(names)
    new, usual = {name: intents[name] for name in names[:38]}, names[38:]
    city = _timed(folder / "boston311_text_2015_2016.csv.gz")
    other = [(at, text) for at, text, service in city if service == "Other"]
    half = len(other) // 2
    yield put_into("city 47", other[:half], new, chance, warm=45, gap=25)
    yield put_into("city 12", _part(other[half:], 4, chance), new, chance, warm=45, gap=25)
    yield put_into("city all 56", _part([row[:2] for row in city], 2, chance), new, chance, warm=60, gap=25)
    vehicles = [text for _, text, service in city if service == "Abandoned Vehicle"]
    rest = [(at, text) for at, text, service in city if service in {"Other", "Illegal Parking"}]
    yield put_into(
        "city, vehicles", rest[len(rest) // 4 : len(rest) // 2], {"vehicles": vehicles}, chance, warm=45, gap=60
    )
    tweets = [(at, re.sub(r"@\w+", "", text)) for at, text, _ in _timed(folder / "spotifycares_tweets_2017.csv.gz")]
    for every in (1, 3, 10):
        yield put_into(f"tweets 1/{every}", _part(tweets, every, chance), new, chance, warm=14, gap=10)
    for word in ("shuffle", "playlist", "offline"):
        holds = [place for place, (_, text) in enumerate(tweets) if word in text.lower()]
        taken = set(chance.choice(holds, int(0.7 * len(holds)), replace=False).tolist())
        left = [row for place, row in enumerate(tweets) if place not in taken]
        yield put_into(
            f"tweets, {word}", left, {word: [tweets[place][1] for place in sorted(taken)]}, chance, warm=14, gap=10
        )
    for a_day, days in ((10, 240), (40, 240), (150, 120)):
        weights = chance.lognormal(0, 1, len(usual))
        said = [
            str(chance.choice(intents[name])) for name in chance.choice(usual, a_day * days, p=weights / weights.sum())
        ]
        yield put_into(f"bank {a_day}", _over(said, days, chance), new, chance, warm=30, gap=20)
        both = {name: intents[name] for name in usual}
        yield put_into(f"bank {a_day}, grown", _over(said, days, chance), both, chance, warm=30, gap=20)


def _part(said: Sequence[Said], every: int, chance: np.random.Generator) -> list[Said]:
    kept = np.sort(chance.choice(len(said), len(said) // every, replace=False))
    return [said[place] for place in kept]


def _council(folder: Path, chance: np.random.Generator) -> list[Said]:
    """The day is known, the hour is made up."""
    told = []
    for row in _rows(folder / "nyc_council_complaints_2015_2018.csv.gz"):
        day = datetime.fromisoformat(row["date"]).replace(tzinfo=UTC).timestamp()
        hour = 8 + 12 * float(chance.beta(2, 2))
        told.append((day + 3600 * hour, f"{row['complaint_type']} {row['descriptor']} {row['borough']}"))
    return sorted(told)


def _year(at: float) -> int:
    return datetime.fromtimestamp(at, UTC).year


def _intents(folder: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name in ("banking77_train.csv.gz", "banking77_test.csv.gz"):
        for row in _rows(folder / name):
            found[row["category"]].append(row["text"])
    return dict(found)


def _timed(path: Path) -> list[tuple[float, str, str]]:
    rows = [(datetime.fromisoformat(row["t"]), row["text"], row.get("service", "")) for row in _rows(path)]
    return sorted((at.replace(tzinfo=UTC).timestamp(), text, service) for at, text, service in rows)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)
