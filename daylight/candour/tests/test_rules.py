"""Each rule speaks where its examples break it, and is silent where they are only near."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from daylight.candour import Facts, Report, Said, check
from daylight.candour.languages import language, spoken
from daylight.candour.rules import RULES

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
EARLIER = NOW - timedelta(minutes=40)
FROM_PACKS = {"CND-801", "CND-802"}
"""Their examples are the packs themselves."""


def examples(kind: str) -> list[Any]:
    return [
        pytest.param(code, rule, text, id=f"{code} {rule} {text[:50]}")
        for code in spoken()
        for rule, told in language(code).examples.items()
        for text in told[kind]
    ]


def read(code: str, rule: str, text: str) -> Report:
    told = language(code).examples[rule]
    facts = Facts(
        earlier=tuple(Said(words, EARLIER) for words in told.get("earlier", ())),
        elsewhere=tuple(Said(words, EARLIER) for words in told.get("elsewhere", ())),
        still_open=tuple(told.get("still_open", ())),
        rhythm=timedelta(minutes=told["rhythm"]) if "rhythm" in told else None,
    )
    stage, profile = told.get("stage", "update"), told.get("profile", "status")
    return check(text, stage=stage, profile=profile, language=code, facts=facts, now=NOW)


@pytest.mark.parametrize(("code", "rule", "text"), examples("bad"))
def test_a_rule_speaks_where_it_is_broken(code: str, rule: str, text: str) -> None:
    assert rule in {finding.rule for finding in read(code, rule, text).findings}


@pytest.mark.parametrize(("code", "rule", "text"), examples("good"))
def test_a_rule_is_silent_where_it_is_kept(code: str, rule: str, text: str) -> None:
    """A note is allowed where the rule itself is more than one: a number beside a minimiser makes it one."""
    weights = {rule.id: rule.weights for rule in RULES}[rule]
    spoken_of = [finding for finding in read(code, rule, text).findings if finding.rule == rule]

    assert all(finding.severity == "note" for finding in spoken_of)
    assert not spoken_of or "note" not in weights.values()


@pytest.mark.parametrize("code", spoken())
def test_each_rule_has_its_words_and_examples_in_each_language(code: str) -> None:
    rules = {rule.id for rule in RULES}

    assert set(language(code).rules) == rules
    assert set(language(code).examples) == rules - FROM_PACKS
    for rule, told in language(code).rules.items():
        assert told["title"], rule
        assert told["reason"].endswith((".", "?")), rule


def test_letters_may_leave_the_next_word_open_more_easily_than_a_status() -> None:
    text = "The mill stands still since Monday."

    weights = {
        profile: {finding.rule: finding.severity for finding in check(text, profile=profile).findings}["CND-107"]
        for profile in ("status", "letter")
    }

    assert weights == {"status": "error", "letter": "warning"}
