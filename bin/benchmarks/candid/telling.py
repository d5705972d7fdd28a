"""The figures as tables, and as plain data."""

from collections.abc import Mapping, Sequence

from benchmarks.candid.ours import FalseErrors
from benchmarks.candid.scoring import Score

WHOLE_TABLES = ("evasive_minimising", "jargon_heavy")
"""Elements that other tools might be expected to find: each of them is told; elsewhere only the best."""


def elements(scores: Mapping[str, Score], best: Mapping[str, tuple[str, Score]]) -> list[str]:
    """Ours, element by element, with the best of the others."""
    lines = [f"{'element':<26}{'yes':>5}{'P':>7}{'R':>7}{'F1':>7}{'95 %':>14}   best of the others"]
    for name, score in scores.items():
        other = f"{best[name][1].f1:.2f} {best[name][0]}" if name in best else ""
        lines.append(f"{name:<26}{_row(score)}   {other}".rstrip())
    return lines


def others(name: str, ours: Score, theirs: Mapping[str, Score]) -> list[str]:
    """Everybody on one element, the best first."""
    lines = [f"{name:<44}{'yes':>5}{'P':>7}{'R':>7}{'F1':>7}{'95 %':>14}", f"{'ours':<44}{_row(ours)}"]
    ranked = sorted(theirs.items(), key=lambda item: -item[1].f1)
    return [*lines, *(f"{who:<44}{_row(score)}" for who, score in ranked)]


def by_fold(held: Mapping[str, Sequence[float | None]], sizes: Sequence[int]) -> list[str]:
    """F1 in each fold of sources, `None` where a fold has fewer than three texts with the element."""
    head = "".join(f"{f'{size} texts':>11}" for size in sizes)
    lines = [f"{'F1 by fold of sources':<26}{head}{'gap':>7}"]
    for name, values in held.items():
        known = [value for value in values if value is not None]
        gap = f"{max(known) - min(known):.2f}" if len(known) > 1 else ""
        lines.append(
            f"{name:<26}" + "".join(f"{'-' if one is None else f'{one:.2f}':>11}" for one in values) + f"{gap:>7}"
        )
    return lines


def errors(found: FalseErrors, lenient: FalseErrors) -> list[str]:
    """False errors, with the rules that found them."""
    return [
        f"good texts {found.good}: {found.per_ten:.2f} false errors in ten{_rules(found)}",
        f"good but for the next time {lenient.good}: {lenient.per_ten:.2f} other false errors in ten{_rules(lenient)}",
    ]


def speed(figures: Mapping[str, float]) -> str:
    """One sentence."""
    return (
        f"{figures['per_second']:,.0f} texts of 80 words a second ({figures['per_cpu_second']:,.0f} a second of CPU),"
        f" import {figures['import_ms']:.0f} ms, first check {figures['first_ms']:.0f} ms,"
        f" memory {figures['memory_mb']:.0f} MB above a bare interpreter"
    )


def _rules(found: FalseErrors) -> str:
    return f" ({', '.join(f'{rule} {number}' for rule, number in found.rules.most_common())})" if found.rules else ""


def _row(score: Score) -> str:
    low, high = score.interval
    interval = f"{low:.2f}-{high:.2f}"
    return f"{score.positives:>5}{score.precision:>7.2f}{score.recall:>7.2f}{score.f1:>7.2f}{interval:>14}"
