"""Whether a draft may go as it is, and if not, what must be mended: one named reason each."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from daylight.accounts.models import Organisation
from daylight.candour.gaps import open_gaps
from daylight.incidents.failures import (
    GapOpen,
    MustBeCorrection,
    NeedsApproval,
    NewsSinceDraft,
    NotReady,
    PartMissing,
    PromiseMissing,
    RhythmLengthenedSilently,
    StageForeign,
)
from daylight.incidents.said import name_of
from daylight.incidents.statement import LABELS, Change, Statement, differences
from daylight.incidents.words import FINAL_STAGES, PLANNED_STAGES, UNPLANNED_STAGES, Stage

if TYPE_CHECKING:
    from daylight.incidents.models.update import Update

REQUIRED = ("headline", "what", "who", "doing", "meanwhile")


def check(update: "Update", *, at: datetime, but_for_the_yes: bool = False) -> None:
    """Raise the first reason why `update` may not go at `at`, if there is one."""
    for problem in problems(update, at=at):
        if not (but_for_the_yes and isinstance(problem, NeedsApproval)):
            raise problem


def problems(update: "Update", *, at: datetime) -> Iterator[NotReady]:
    """Every reason why `update` may not go at `at`, the plainest first."""
    statement = update.statement()
    yield from _words(statement)
    yield from _stage(update)
    yield from _next_word(update, at)
    yield from _corrections(update, statement)
    yield from _news(update)
    if Organisation.get().two_person_rule and not update.is_approved:
        yield NeedsApproval("Another member must say yes to these words before they go.", "approval")


def told_facts_changed(update: "Update", statement: Statement | None = None) -> list[Change]:
    """The facts that customers were told and that this draft tells otherwise."""
    told = update.incident.updates.published().with_news().last()
    if told is None:
        return []
    return [change for change in differences(told.statement(), statement or update.statement()) if change.is_fact]


def _words(statement: Statement) -> Iterator[NotReady]:
    ours = Organisation.get().language
    if ours not in statement.texts:
        yield PartMissing(f"The words in {name_of(ours)}, the language of the organisation, are missing.", *REQUIRED)
    for language, words in statement.texts.items():
        missing = [part for part in REQUIRED if not getattr(words, part).strip()]
        if statement.why_known and not words.why.strip():
            missing.append("why")
        if missing:
            named = ", ".join(f"“{LABELS[part]}”" for part in missing)
            yield PartMissing(f"In {name_of(language)} these parts have no words yet: {named}.", *missing)
        yield from _gaps(statement, language)


def _gaps(statement: Statement, language: str) -> Iterator[GapOpen]:
    """Each part with a gap that nobody filled. Why is not read while it is not known."""
    for part, text in vars(statement.texts[language]).items():
        found = [text[span.start : span.end] for span in open_gaps(text, language=language)]
        if found and (part != "why" or statement.why_known):
            yield GapOpen(
                f"In {name_of(language)} “{LABELS[part]}” still has a gap: {', '.join(found)}. Put the fact there, or"
                " say that it is not known yet.",
                part,
            )


def _stage(update: "Update") -> Iterator[NotReady]:
    stages = PLANNED_STAGES if update.incident.is_planned else UNPLANNED_STAGES
    if update.stage not in stages:
        yield StageForeign(f"Choose a stage of this incident: {', '.join(stage.label for stage in stages)}.", "stage")


def _next_word(update: "Update", at: datetime) -> Iterator[NotReady]:
    if update.stage in FINAL_STAGES:
        return
    if update.next_update_by is None:
        yield PromiseMissing("Say when you speak next: customers wait for a time, not for news.", "next_update_by")
    elif update.next_update_by <= at:
        yield PromiseMissing("The time of the next word has gone; choose one that is still to come.", "next_update_by")
    elif not _announced(update, at, update.next_update_by):
        yield RhythmLengthenedSilently(
            "The next word is further away than the rhythm customers have been told. Choose an earlier time, or say in"
            " this update that you speak less often from now on.",
            "next_update_by",
        )


def _announced(update: "Update", at: datetime, next_update_by: datetime) -> bool:
    incident = update.incident
    if update.stage == Stage.SCHEDULED and incident.planned_from and next_update_by <= incident.planned_from:
        return True
    zone = ZoneInfo(Organisation.get().time_zone)
    if next_update_by <= incident.cadence.next_word_by(at, zone):
        return True
    return update.rhythm is not None and next_update_by <= incident.cadence.every(update.rhythm).next_word_by(at, zone)


def _corrections(update: "Update", statement: Statement) -> Iterator[NotReady]:
    if update.corrects_id is None and (changed := told_facts_changed(update, statement)):
        parts = list(dict.fromkeys(change.part for change in changed))
        named = ", ".join(f"“{LABELS[part]}”" for part in parts)
        yield MustBeCorrection(
            f"Customers were told something else under {named}. Send it as a correction, which says what we said and"
            " what is true, or restore the words.",
            *parts,
        )


def _news(update: "Update") -> Iterator[NotReady]:
    others = update.incident.updates.exclude(pk=update.pk)
    if leaving := others.leaving().select_related("sent_off_by").first():
        yield NewsSinceDraft(f"An update by {leaving.sent_off_by} is just leaving; wait for it and read it first.")
    latest = others.published().with_news().last()
    if latest is not None and latest.pk != update.based_on_id:
        yield NewsSinceDraft(f"Update {latest.number} was published after this draft was begun; read it first.")
