"""Other tools and plain measures as signals: a figure for each text, and a threshold, known or to be chosen."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import setting_up

from benchmarks.candid.scoring import Flags, Folds, Threshold, Values, tuned

PEERS = Path(__file__).parent.parent / "peers"
ANY = Threshold(1)


@dataclass(frozen=True)
class Signal:
    """A measure; without a threshold it is given the best one of the other folds, for each element anew."""

    name: str
    values: Values
    threshold: Threshold | None = None

    def flags(self, labels: Flags, fold: Folds) -> Flags:
        """Its yes or no to each text."""
        return self.threshold.flags(self.values) if self.threshold else tuned(self.values, labels, fold)


def signals(texts: Sequence[str]) -> tuple[list[Signal], list[str]]:
    """Every signal that can be had here, and why others cannot."""
    length = np.array([float(len(text.split())) for text in texts])
    found = [Signal("flag everything", np.ones(len(texts)), ANY), Signal("text length, tuned", length)]
    why_not = []
    for said_by, made_of in ((_by_python, _of_python), (_by_node, _of_node)):
        figures = said_by(texts)
        if isinstance(figures, str):
            why_not.append(figures)
        else:
            found += made_of({name: np.array(values, dtype=float) for name, values in figures.items()})
    return found, why_not


def _by_python(texts: Sequence[str]) -> dict[str, list[float]] | str:
    python = setting_up.ready_python(str(PEERS / "requirements.lock"), folder_name=".venv-peers")
    return _answer([python, str(PEERS / "prose.py")], texts)


def _by_node(texts: Sequence[str]) -> dict[str, list[float]] | str:
    """In a folder of its own, where the packages of the lock are; the reason where they cannot be had."""
    if not shutil.which("npm") or not shutil.which("node"):
        return "write-good and alex are left out: there is no Node here"
    folder = setting_up.ROOT / ".clients" / "prose"
    problem = setting_up.ready_node(PEERS / "node", folder)
    if problem:
        return f"write-good and alex are left out: {problem}"
    shutil.copy(PEERS / "node" / "prose.mjs", folder / "prose.mjs")
    return _answer(["node", str(folder / "prose.mjs")], texts)


def _answer(words: list[str], texts: Sequence[str]) -> dict[str, list[float]]:
    done = subprocess.run(words, input=json.dumps(list(texts)), stdout=subprocess.PIPE, text=True, check=True)
    figures: dict[str, list[float]] = json.loads(done.stdout)
    return figures


def _of_python(figures: dict[str, Values]) -> list[Signal]:
    return [
        Signal("proselint, any message", figures["proselint any"], ANY),
        Signal("proselint, weasel, hedge, cliché, industry", figures["proselint hedges"], ANY),
        Signal("VADER compound from 0.05", figures["vader"], Threshold(0.05)),
        Signal("VADER, tuned", figures["vader"]),
        Signal("textstat, Flesch up to 50", figures["flesch"], Threshold(50, is_upward=False)),
        Signal("textstat, Flesch-Kincaid from 12", figures["grade"], Threshold(12)),
        Signal("textstat, Gunning fog from 14", figures["fog"], Threshold(14)),
        Signal("textstat, fog, tuned", figures["fog"]),
        Signal("textstat, share of hard words, tuned", figures["hard words"]),
    ]


def _of_node(figures: dict[str, Values]) -> list[Signal]:
    weasel_or_passive = figures["write-good weasel"] + figures["write-good passive"]
    return [
        Signal("write-good, any message", figures["write-good any"], ANY),
        Signal("write-good, weasel", figures["write-good weasel"], ANY),
        Signal("write-good, passive", figures["write-good passive"], ANY),
        Signal("write-good, weasel or passive", weasel_or_passive, ANY),
        Signal("write-good, too wordy", figures["write-good wordy"], ANY),
        Signal("write-good, messages, tuned", figures["write-good any"]),
        Signal("alex, any message", figures["alex any"], ANY),
    ]
