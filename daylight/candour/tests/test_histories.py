"""Rules with memory, on whole histories: they speak where the record is contradicted, and not where it is kept."""

import tomllib
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from daylight.candour import Facts, Said, check

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
WITH_MEMORY = {f"CND-{number}" for number in range(701, 707)}
AIM = 0.9


def histories(name: str) -> list[dict[str, Any]]:
    path = Path(__file__).parent / f"{name}.toml"
    found: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))["history"]
    return found


def today(clock: str) -> datetime:
    return datetime.combine(NOW.date(), time.fromisoformat(clock), tzinfo=UTC)


def found_in(history: dict[str, Any]) -> set[str]:
    """The rules with memory that speak, and the right ones of others."""
    facts = Facts(
        earlier=tuple(Said(text, today(at)) for at, text in history.get("earlier", ())),
        elsewhere=tuple(Said(text, NOW - timedelta(hours=1)) for text in history.get("elsewhere", ())),
        affected=history.get("affected"),
        started_at=today(history["started_at"]) if "started_at" in history else None,
        rhythm=timedelta(minutes=history["rhythm"]) if "rhythm" in history else None,
        still_open=tuple(history.get("still_open", ())),
    )
    report = check(history["draft"], stage=history.get("stage", "update"), facts=facts, now=NOW)
    return {finding.rule for finding in report.findings} & (WITH_MEMORY | set(history.get("right", ())))


def judged(name: str) -> tuple[float, float, list[str]]:
    """Precision and recall of whole histories, and what went wrong."""
    hits, false, missed, wrong = 0, 0, 0, list[str]()
    for history in histories(name):
        found, right = found_in(history), set(history.get("right", ()))
        hits += bool(found & right)
        missed += bool(right) and not found & right
        false += bool(found - right)
        if found - right or (right and not found & right):
            wrong.append(f"{history['name']}: {sorted(found)}, right {sorted(right)}")
    return hits / (hits + false), hits / (hits + missed), wrong


@pytest.mark.parametrize("name", ["histories", "further_histories", "sealed_histories"])
def test_the_record_is_kept_in_nine_of_ten_histories(name: str) -> None:
    precision, recall, wrong = judged(name)

    assert precision >= AIM, wrong
    assert recall >= AIM, wrong


@pytest.mark.parametrize("name", ["histories", "further_histories", "sealed_histories"])
def test_half_of_the_histories_are_told_honestly(name: str) -> None:
    told = histories(name)

    assert sum(bool(history.get("right")) for history in told) * 2 == len(told)
    assert len({history["name"] for history in told}) == len(told)
