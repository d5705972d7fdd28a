"""Whether a pack applies, from yes and no; what is not answered is open, never a no."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from daylight.regimes.packs.pack import Clock, Pack, Question


class Verdict(StrEnum):
    """What the answers say."""

    APPLIES = "applies"
    OPEN = "open"
    NOT = "not"


def judge(pack: Pack, answers: Mapping[str, bool]) -> Verdict:
    """Whether a pack applies; one without a condition is only ever added by hand."""
    if any(answers.get(question) is False for question in pack.applies_if):
        return Verdict.NOT
    if any(answers.get(question) is True for question in pack.not_if):
        return Verdict.NOT
    asked = [*pack.applies_if, *pack.not_if]
    return Verdict.APPLIES if asked and all(question in answers for question in asked) else Verdict.OPEN


def is_owed(clock: Clock, answers: Mapping[str, bool]) -> Verdict:
    """Whether a clock of a pack that applies is owed in this incident."""
    if any(answers.get(question) is False for question in clock.only_if):
        return Verdict.NOT
    return Verdict.APPLIES if all(question in answers for question in clock.only_if) else Verdict.OPEN


def to_ask(
    packs: Iterable[Pack],
    questions: Mapping[str, Question],
    answers: Mapping[str, bool],
    *,
    applied: Iterable[str] = (),
) -> list[Question]:
    """The questions that still matter or were answered, in their order; of the firm first.

    A question of an incident is left out while every pack that asks it is ruled out by the others' answers; what only
    a clock asks waits until its pack applies.
    """
    wanted: set[str] = set()
    chosen = set(applied)
    for pack in packs:
        of_firm = [one for one in (*pack.applies_if, *pack.not_if) if one in questions and questions[one].is_of_firm]
        wanted.update(of_firm)
        ruled_out = {question: answer for question, answer in answers.items() if question in of_firm}
        if judge(pack, ruled_out) is Verdict.NOT and pack.id not in chosen:
            continue
        wanted.update((*pack.applies_if, *pack.not_if))
        if pack.id in chosen or judge(pack, answers) is Verdict.APPLIES:
            wanted.update(pack.asks())
    asked = [question for key, question in questions.items() if key in wanted]
    return sorted(asked, key=lambda question: not question.is_of_firm)
