"""Learn which parts of a message make it a request for news, and say how well that is told: bin/prove chasers.

The labelled messages of our tests are read voice by voice: what is learnt from all others is tried on each voice that
was left out. `--keep` writes the weights of all together for the product; `--sealed` tries what is kept on the voices
that nothing was learnt from.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from daylight.listen.understanding import by_parts, by_phrases, chasers
from daylight.listen.understanding.own_words import own_words
from daylight.listen.understanding.tests.labelling import LABELLED, Labelled, labelled

WEIGHTS = Path(by_parts.__file__).with_name("data") / "weights.toml"
TIMES, PULL, RARE = 250, 1e-3, 3
"""Steps of learning, how much small weights are preferred, and in how many windows a feature must be found."""
LONG_ORDINARY, LONG_CHASERS = 150, 80
"""Long mails made of short ones for each language: most labelled messages are short, and customers' are not."""
SLIGHTEST = 0.02


@dataclass(frozen=True)
class Example:
    """One message as it is learnt from: the features of its windows."""

    is_chaser: bool
    language: str
    windows: tuple[frozenset[str], ...]
    phrases: float


@dataclass(frozen=True)
class Learnt:
    """Weights of features, and what is true of none."""

    none: float
    of: dict[str, float]

    def weight(self, example: Example) -> float:
        """The weight of the heaviest window."""
        return self.none + max(
            (sum(self.of.get(one, 0.0) for one in window) for window in example.windows), default=0.0
        )


def example(one: Labelled) -> Example:
    """What a labelled message shows."""
    said = own_words(f"{one.subject}\n{one.text}" if one.subject else one.text)
    windows = tuple(by_parts.features(window, one.language) for window in by_parts.windows(said, one.language))
    return Example(one.is_chaser, one.language, windows, by_phrases.read(said, one.language).score)


def with_long_ones(examples: Sequence[Example]) -> list[Example]:
    """These, and long mails made of several of them, some with a request for news among the rest."""
    chance, made = np.random.default_rng(5), list(examples)
    for language in sorted({one.language for one in examples}):
        ordinary = [one for one in examples if one.language == language and not one.is_chaser]
        chasing = [one for one in examples if one.language == language and one.is_chaser]
        for at in range(LONG_ORDINARY + LONG_CHASERS):
            several = [ordinary[pick] for pick in chance.choice(len(ordinary), chance.integers(3, 8), replace=False)]
            if at >= LONG_ORDINARY:
                several.append(chasing[chance.integers(len(chasing))])
            windows = tuple(window for one in several for window in one.windows)
            made.append(Example(at >= LONG_ORDINARY, language, windows, 0.0))
    return made


def learn(examples: Sequence[Example]) -> Learnt:
    """Logistic regression on the heaviest window of each message, which is chosen anew at every step."""
    examples = [one for one in examples if one.windows]
    counts = Counter(feature for one in examples for window in one.windows for feature in window)
    names = sorted(name for name, count in counts.items() if count >= RARE)
    place = {name: at for at, name in enumerate(names)}
    held = [[place[name] for name in sorted(window) if name in place] for one in examples for window in one.windows]
    columns = np.array([at for window in held for at in window])
    rows = np.repeat(np.arange(len(held)), [len(window) for window in held])
    firsts = np.concatenate([[0], np.cumsum([len(one.windows) for one in examples])[:-1]])
    owner = np.repeat(np.arange(len(examples)), [len(one.windows) for one in examples])
    wanted = np.array([float(one.is_chaser) for one in examples])
    weights = np.zeros(len(names) + 1)
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, TIMES + 1):
        scores = np.bincount(rows, weights=weights[columns], minlength=len(held)) + weights[-1]
        heaviest = _first_of_each(scores == np.maximum.reduceat(scores, firsts)[owner], owner)
        wrong = np.zeros(len(held))
        wrong[heaviest] = (1 / (1 + np.exp(-scores[heaviest])) - wanted) / len(wanted)
        slope = np.append(
            np.bincount(columns, weights=wrong[rows], minlength=len(names)) + PULL * weights[:-1], wrong.sum()
        )
        mean, square = 0.9 * mean + 0.1 * slope, 0.99 * square + 0.01 * slope**2
        pace = 0.06 if step < TIMES * 0.6 else 0.015
        weights -= pace * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-6)
    return Learnt(float(weights[-1]), {name: float(weights[at]) for name, at in place.items()})


def _first_of_each(chosen: np.ndarray, owner: np.ndarray) -> np.ndarray:
    at = np.flatnonzero(chosen)
    return at[np.unique(owner[at], return_index=True)[1]]


def together(scores: Sequence[tuple[float, float]], wanted: Sequence[bool]) -> tuple[float, float, float]:
    """How the weight of parts and the score of phrases are added up, learnt where both were unseen."""
    seen = np.array([(parts, min(phrases, chasers.MOST_OF_PHRASES), 1.0) for parts, phrases in scores])
    told, weights = np.array(wanted, float), np.zeros(3)
    for _ in range(50):
        likely = 1 / (1 + np.exp(-seen @ weights))
        slope = seen.T @ (likely - told) + 0.1 * weights
        weights -= np.linalg.solve((seen.T * (likely * (1 - likely))) @ seen + 0.1 * np.eye(3), slope)
    return float(weights[0]), float(weights[1]), float(weights[2])


def figures(pairs: Iterable[tuple[bool, bool]]) -> str:
    """Precision, recall and ordinary messages taken for chasers; of pairs (is one, was called one)."""
    counts = Counter(pairs)
    right, false, missed = counts[True, True], counts[False, True], counts[True, False]
    precision, recall = right / max(1, right + false), right / max(1, right + missed)
    return f"precision {precision:.2f}, recall {recall:.2f}, {false} of {false + counts[False, False]} ordinary ones"


def main(arguments: Sequence[str]) -> int:
    """Try each voice, print, and keep if asked."""
    parser = argparse.ArgumentParser(prog="bin/prove chasers", description=__doc__)
    parser.add_argument("--keep", action="store_true", help="write the weights for the product")
    parser.add_argument("--sealed", action="store_true", help="only try what is kept on the sealed voices")
    options = parser.parse_args(arguments)
    if options.sealed:
        return _try_sealed()
    read_by_the_phrases = [example(one) for path in sorted(LABELLED.glob("*.txt")) for one in labelled(path)]
    voices = {path.stem: [example(one) for one in labelled(path)] for path in sorted(LABELLED.glob("people/*.txt"))}
    scores, wanted, names = _left_out(read_by_the_phrases, voices)
    parts, phrases, both = together(scores, wanted)
    called = [
        by_parts.odds(parts * one + phrases * min(other, chasers.MOST_OF_PHRASES) + both) for one, other in scores
    ]
    _print(names, wanted, called)
    if options.keep:
        every = [*read_by_the_phrases, *(one for voice in voices.values() for one in voice)]
        _keep(learn(with_long_ones(every)), parts, phrases, both)
    return 0


def _left_out(
    others: list[Example], voices: dict[str, list[Example]]
) -> tuple[list[tuple[float, float]], list[bool], list[str]]:
    scores, wanted, names = [], [], []
    for name, voice in voices.items():
        rest = [one for other, examples in voices.items() if other != name for one in examples]
        learnt = learn(with_long_ones([*others, *rest]))
        scores += [(learnt.weight(one), one.phrases) for one in voice]
        wanted += [one.is_chaser for one in voice]
        names += [name] * len(voice)
    return scores, wanted, names


def _print(names: Sequence[str], wanted: Sequence[bool], called: Sequence[float]) -> None:
    for name in dict.fromkeys(names):
        pairs = [
            (is_one, odds >= chasers.ENOUGH)
            for at, is_one, odds in zip(names, wanted, called, strict=True)
            if at == name
        ]
        print(f"{name:16} left out: {figures(pairs)}")
    for enough in (0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
        every = zip(wanted, called, strict=True)
        print(f"all, from {enough}: {figures((is_one, odds >= enough) for is_one, odds in every)}")


def _keep(learnt: Learnt, parts: float, phrases: float, both: float) -> None:
    kept = {name: round(weight, 2) for name, weight in sorted(learnt.of.items()) if abs(weight) >= SLIGHTEST}
    lines = [
        "# What was learnt by bin/prove chasers --keep; nobody writes here by hand.",
        f"none = {learnt.none:.3f}\nparts = {parts:.3f}\nphrases = {phrases:.3f}\nboth = {both:.3f}",
        "\n[weights]",
        *(f'"{name}" = {weight}' for name, weight in kept.items()),
    ]
    WEIGHTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(kept)} weights kept in {WEIGHTS.name}")


def _try_sealed() -> int:
    every = []
    for path in sorted(LABELLED.glob("sealed/*.txt")):
        pairs = [(one.is_chaser, chasers.read(one.text, one.subject).is_chaser) for one in labelled(path)]
        every += pairs
        print(f"{path.stem:16} sealed: {figures(pairs)}")
    print(f"all sealed: {figures(every)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
