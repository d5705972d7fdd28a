"""An update's parts as one readable text, the way a `body` is read; and a `body` as the parts of an update."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from daylight.incidents.statement import Words, same_words
from daylight.incidents.words import FINAL_STAGES, Stage
from daylight.reach.words import Phrases, short_time

FOLDER = "reach/statuspage"
"""Where the words stand that fill a part of which a body says nothing."""

LEADS = ("what", "doing")
"""Parts that need no question before them when they come first."""

ORDER = ("what", "doing", "who", "why", "meanwhile")


def whole(headline: str, body: str, *, stage: str, language: str, told: Words | None = None) -> Words:
    """A statement of which only a headline and a text are known; what was `told` before stands.

    The first text says what is wrong and the last what happened; those between say what we are doing. So a new text
    takes back nothing that was told as a fact, and need not be a correction.
    """
    fill = unsaid(stage, language)
    if told is None:
        return Words(headline=headline, what=body, **fill)
    never = {unsaid(each, language)["meanwhile"] for each in (Stage.INVESTIGATING, Stage.RESOLVED)}
    kept = {
        "who": told.who or fill["who"],
        "why": told.why,
        "meanwhile": fill["meanwhile"] if told.meanwhile in {"", *never} else told.meanwhile,
    }
    if stage in FINAL_STAGES:
        return Words(headline=headline, what=body, doing=fill["doing"], **kept)
    return Words(headline=headline, what=told.what, doing=body, **kept)


@cache
def unsaid(stage: str, language: str) -> Mapping[str, str]:
    """What stands in the parts about which nothing was said: true whatever the incident is."""
    phrases = Phrases(language, folder=FOLDER)
    return {part: phrases.say(part, stage=stage) for part in ("who", "doing", "meanwhile")}


def text(
    words: Mapping[str, str],
    *,
    stage: str,
    language: str,
    before: Mapping[str, str] | None = None,
    said_before: Sequence[str] = (),
) -> str:
    """The parts as a text: what is new since the statement `before`, each part under its question.

    Whoever reads it has the earlier statements at hand. Parts in which nothing was said are left out; `why` is empty
    while it is not known. `said_before` are the words that a correction takes back.
    """
    phrases, silent, earlier = Phrases(language), unsaid(stage, language), before or {}
    said = {part: words[part].strip() for part in ORDER}
    said = {part: answer for part, answer in said.items() if answer and answer != silent.get(part)}
    new = {part: answer for part, answer in said.items() if not same_words(answer, earlier.get(part, ""))}
    shown = new or {part: said[part] for part in ("doing", "what") if part in said} or {"what": words["headline"]}
    lines: list[str] = []
    for part, answer in shown.items():
        leads = not lines and part in LEADS
        lines.append(answer if leads else f"{_question(part, stage, phrases)} {answer}")
    lines += [f"{phrases.say('said')}: {taken_back}" for taken_back in said_before]
    return "\n\n".join(lines)


def next_word(by: datetime, *, language: str, zone: ZoneInfo, seen_from: datetime) -> str:
    """The sentence that says when we speak next."""
    return Phrases(language).say("text_next", next_short=short_time(by, zone=zone, seen_from=seen_from))


def _question(part: str, stage: str, phrases: Phrases) -> str:
    is_over = stage in FINAL_STAGES and part in {"what", "doing", "meanwhile"}
    return phrases.say(f"{part}_resolution" if is_over else part)
