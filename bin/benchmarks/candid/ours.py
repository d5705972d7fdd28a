"""What the checker says of labelled texts, and the errors that it should not have found."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.candid.scoring import Flags
from benchmarks.candid.texts import ELEMENTS, Text
from daylight import candour
from daylight.candour.report import Severity

NEXT_UPDATE_RULE, NEXT_UPDATE = "CND-107", "states_next_update_time"


def elements_of(texts: Sequence[Text]) -> dict[str, Flags]:
    """Whether each element is found in each text; the text alone, as it was labelled."""
    reports = [candour.check(text.text, profile=text.profile, stage=text.stage) for text in texts]
    return {name: np.array([bool(report.elements[name]) for report in reports]) for name in ELEMENTS}


@dataclass(frozen=True)
class FalseErrors:
    """How many texts were good, and which rules found an error in them all the same."""

    good: int
    rules: Counter[str]

    @property
    def per_ten(self) -> float:
        """False errors in ten good texts."""
        return 10 * sum(self.rules.values()) / self.good if self.good else 0.0


def false_errors(texts: Sequence[Text]) -> FalseErrors:
    """Every error in a text that carries all that is due, and neither dodges nor blames."""
    good = [text for text in texts if text.is_good]
    return FalseErrors(len(good), Counter(rule for text in good for rule in _errors(text)))


def false_errors_but_next(texts: Sequence[Text]) -> FalseErrors:
    """The same where a missing time of the next word is let pass: few real texts give one."""
    lenient = [Text(**{**vars(text), "labels": {**text.labels, NEXT_UPDATE: True}}) for text in texts]
    good = [text for text in lenient if text.is_good]
    found = (rule for text in good for rule in _errors(text) if rule != NEXT_UPDATE_RULE)
    return FalseErrors(len(good), Counter(found))


def _errors(text: Text) -> list[str]:
    """Read with its title, as it is when somebody writes it."""
    report = candour.check(text.text, title=text.title, profile=text.profile, stage=text.stage)
    return [finding.rule for finding in report.findings if finding.severity is Severity.ERROR]
