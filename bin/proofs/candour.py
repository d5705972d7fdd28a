"""Learn how much words say what a sentence tells, and how well that is told: bin/prove candour.

The labelled sentences of our tests are read file by file: what is learnt from all others is tried on each file that was
left out. `--texts FILE` (JSON lines with `text` and `labels`; may be given again) chooses for each element from which
weight on a sentence says it, beside the patterns, and prints how well that goes on each file. Where sentences of a file
come from those texts, `--apart NAME` chooses by what is learnt without them: weights that know a text by heart would
choose too boldly. `--keep` writes the weights of all together for the product; `--quickly` leaves out the trial.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from daylight.candour import languages
from daylight.candour.draft import Draft
from daylight.candour.elements import ELEMENTS, find_all
from daylight.candour.facts import Facts
from daylight.candour.reading.reading import read
from daylight.candour.weighing import FINE, Weights, features

LABELLED = Path(languages.__file__).parents[1] / "tests" / "labelled"
SAYS = {
    "w": "states_what",
    "o": "states_who_affected",
    "y": "states_why",
    "a": "states_action",
    "s": "action_specific",
    "m": "states_workaround",
    "n": "states_next_update_time",
    "p": "owns_apologises",
    "e": "evasive_minimising",
    "b": "names_other",
    "g": "own_step",
}
"""The letter of each element in the labelled sentences; the last two are parts of blaming others."""

BY_HAND = {
    "names_other": -1.0,
    "own_step": 1.0,
    "evasive_minimising": 2.0,
    "states_next_update_time": 0.0,
    "states_who_affected": -0.25,
    "states_workaround": -0.25,
}
"""From which weight on these count. No text is labelled with the first two. Who is called evasive without reason is
offended, so that a lower weight, which scores alike, is not taken; whose promise or whose "all of you" is not seen is
told that it is missing, so that about even odds are enough. What to do meanwhile is said in many ways in stories, and
hardly ever in notices, so that what either would choose is wrong for the other; it is in between."""

GROUPS = ("what", "who", "why", "action", "specific", "meanwhile", "next_update", "owns", "evasive", "blame", "missing")
RARE, TIMES, PULL, SLIGHTEST = 2, 300, 4e-4, 0.04
TRIED = (*(step / 4 for step in range(-4, 17)), 99.0)
"""Weights from which on an element may be said; the last is never reached."""


@dataclass(frozen=True)
class Sentence:
    """A labelled sentence as it is learnt from."""

    file: str
    says: frozenset[str]
    features: Counter[str]


@dataclass(frozen=True)
class Learnt:
    """Weights by feature, one for each element, and what is true of none."""

    none: np.ndarray
    of: dict[str, np.ndarray]

    def weight(self, sentence: Sentence) -> np.ndarray:
        """The logarithms of the odds."""
        known = (self.of[name] * count for name, count in sentence.features.items() if name in self.of)
        weight: np.ndarray = self.none + sum(known, np.zeros_like(self.none))
        return weight

    def data(self, enough: Sequence[float]) -> dict[str, Any]:
        """What the product reads."""
        rows = {name: np.round(row * FINE).astype(int).tolist() for name, row in sorted(self.of.items())}
        kept = {name: row for name, row in rows.items() if max(map(abs, row)) >= SLIGHTEST * FINE}
        none = np.round(self.none * FINE).astype(int).tolist()
        return {"elements": list(SAYS.values()), "enough": list(enough), "none": none, "weights": kept}


def labelled(code: str) -> list[Sentence]:
    """The labelled sentences."""
    language, found = languages.language(code), []
    groups = {name: group for name, group in language.groups.items() if name.split(".")[0] in GROUPS}
    for path in sorted(LABELLED.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            reading = read(row["text"], language.lexicon)
            seen = Counter[str]()
            for sentence in reading.sentences():
                seen |= features(reading, sentence, language.lexicon, groups)
            found.append(Sentence(path.stem, frozenset(row["says"]), seen))
    return found


def learn(sentences: Sequence[Sentence]) -> Learnt:
    """Logistic regression for each element, by gradient descent with Adam (Kingma and Ba, 2015)."""
    counts = Counter(name for one in sentences for name in one.features)
    names = sorted(name for name, count in counts.items() if count >= RARE)
    place = {name: at for at, name in enumerate(names)}
    cells = [
        (row, place[name], count)
        for row, one in enumerate(sentences)
        for name, count in one.features.items()
        if name in place
    ]
    rows, columns, values = (np.array(part) for part in zip(*cells, strict=True))
    table = _Table(rows, columns, values.astype(np.float32)[:, None])
    wanted = np.array([[letter in one.says for letter in SAYS] for one in sentences], np.float32)
    share = wanted.mean(0).clip(0.001, 0.999)
    weights = np.vstack([np.zeros((len(names), len(SAYS)), np.float32), np.log(share / (1 - share))[None]])
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, TIMES + 1):
        wrong = (1 / (1 + np.exp(-(table.times(weights[:-1]) + weights[-1]))) - wanted) / len(wanted)
        slope = np.vstack([table.back(wrong) + PULL * weights[:-1], wrong.sum(0)[None]])
        mean, square = 0.9 * mean + 0.1 * slope, 0.99 * square + 0.01 * slope**2
        pace = 0.05 if step < TIMES * 0.6 else 0.015
        weights = weights - pace * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-6)
    return Learnt(weights[-1], {name: weights[at] for name, at in place.items()})


class _Table:
    """A thin table: which sentence has which feature how often."""

    def __init__(self, rows: np.ndarray, columns: np.ndarray, values: np.ndarray) -> None:
        self.columns, self.values, self.firsts = columns, values, np.flatnonzero(np.diff(rows, prepend=-1))
        order = np.argsort(columns, kind="stable")
        self.back_rows, self.back_values = rows[order], values[order]
        self.back_firsts = np.flatnonzero(np.diff(columns[order], prepend=-1))

    def times(self, weights: np.ndarray) -> np.ndarray:
        return np.add.reduceat(weights[self.columns] * self.values, self.firsts, axis=0)

    def back(self, wrong: np.ndarray) -> np.ndarray:
        return np.add.reduceat(wrong[self.back_rows] * self.back_values, self.back_firsts, axis=0)


@dataclass(frozen=True)
class Text:
    """A labelled text: what it says, what patterns find in it, and its heaviest sentence for each element."""

    labels: dict[str, bool]
    found: dict[str, bool]
    weights: dict[str, float]


def texts(path: Path, learnt: Learnt, code: str) -> list[Text]:
    """The labelled texts of a file."""
    language, told = languages.language(code), []
    weights = Weights(learnt.data([0.0] * len(SAYS)), language.lexicon, language.groups)
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        reading = read(row["text"], language.lexicon)
        weighed = [lanes for _, lanes in weights.weighed(reading)]
        heaviest = [max(column) for column in zip(*weighed, strict=True)] or [-99.0] * len(SAYS)
        draft = Draft(reading, reading, language, "status", "update", Facts(), (), None, heavy={})
        find_all(draft)
        found = {name: bool(element) for name, element in draft.elements.items()}
        labels = {name: bool(value) for name, value in row["labels"].items()}
        told.append(Text(labels, found, dict(zip(SAYS.values(), heaviest, strict=True))))
    return told


def chosen(every: Mapping[str, Sequence[Text]]) -> list[float]:
    """From which weight on each element is said: the one with the best F1 over all texts."""
    texts, enough = [one for of in every.values() for one in of], []
    for element in SAYS.values():
        if element in BY_HAND or not texts:
            enough.append(BY_HAND.get(element, 0.0))
            continue
        scores = {tried: _f1(element, texts, tried)[2] for tried in TRIED}
        enough.append(max(scores, key=scores.__getitem__))
    return enough


def _f1(element: str, of: Sequence[Text], enough: float) -> tuple[float, float, float]:
    pairs = Counter((one.labels[element], one.found[element] or one.weights[element] > enough) for one in of)
    right, false, missed = pairs[True, True], pairs[False, True], pairs[True, False]
    return right / max(1, right + false), right / max(1, right + missed), 2 * right / max(1, 2 * right + false + missed)


def main(arguments: Sequence[str]) -> int:
    """Try each file, print, and keep if asked."""
    parser = argparse.ArgumentParser(prog="bin/prove candour", description=__doc__)
    parser.add_argument("--language", default="en")
    parser.add_argument("--texts", type=Path, action="append", default=[], help="labelled texts, JSON lines")
    parser.add_argument("--apart", action="append", default=[], help="a file of sentences that --texts were cut into")
    parser.add_argument("--quickly", action="store_true", help="do not try each file")
    parser.add_argument("--keep", action="store_true", help="write the weights for the product")
    options = parser.parse_args(arguments)
    sentences = labelled(options.language)
    if not options.quickly:
        _left_out(sentences)
    learnt = learn(sentences)
    others = [one for one in sentences if one.file not in options.apart]
    judge = learn(others) if len(others) < len(sentences) else learnt
    every = {path.stem: texts(path, judge, options.language) for path in options.texts}
    enough = chosen(every)
    for name, of in every.items():
        _print(name, of, enough)
    if options.keep:
        path = Path(languages.__file__).parent / options.language / "weights.json"
        path.write_text(_written(learnt.data(enough)), encoding="utf-8")
        print(f"{path.stat().st_size // 1000} kB kept in {path.name}")
    return 0


def _print(name: str, of: Sequence[Text], enough: Sequence[float]) -> None:
    """How well each element is found in the texts of a file, by patterns alone and with words."""
    for element, least in zip(SAYS.values(), enough, strict=True):
        if element in ELEMENTS:
            alone, (precision, recall, both) = _f1(element, of, 99.0)[2], _f1(element, of, least)
            told = f"precision {precision:.2f}, recall {recall:.2f}, F1 {both:.2f}"
            print(f"{name:16} {element:26} patterns alone {alone:.2f}, with words from {least:5}: {told}")


def _written(data: dict[str, Any]) -> str:
    """JSON with a line for each feature, so that a change can be read."""
    weights = data.pop("weights")
    head = json.dumps(data)[:-1]
    rows = (
        f"{json.dumps(name, ensure_ascii=False)}:{json.dumps(row).replace(' ', '')}" for name, row in weights.items()
    )
    return f'{head}, "weights": {{\n' + ",\n".join(rows) + "\n}}\n"


def _left_out(sentences: Sequence[Sentence]) -> None:
    weights, wanted = [], []
    for file in sorted({one.file for one in sentences}):
        learnt = learn([one for one in sentences if one.file != file])
        for one in sentences:
            if one.file == file:
                weights.append(learnt.weight(one) > 0)
                wanted.append([letter in one.says for letter in SAYS])
    called, told = np.array(weights), np.array(wanted)
    for at, element in enumerate(SAYS.values()):
        both = (called[:, at] & told[:, at]).sum()
        precision, recall = both / max(1, called[:, at].sum()), both / max(1, told[:, at].sum())
        print(f"{element:26} files left out: precision {precision:.2f}, recall {recall:.2f}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
