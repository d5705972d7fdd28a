"""CND-701 to 706: what a draft says, held against what was said before, elsewhere, and what the record knows."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from daylight.candour.claims import Claim, claims, differs, is_about_same
from daylight.candour.claims.claim import around_the_clock, minute_of_day
from daylight.candour.claims.sentence import Sentence, sentences, stem
from daylight.candour.draft import Draft, begin_in
from daylight.candour.facts import Said
from daylight.candour.languages import language
from daylight.candour.reading.reading import Place, Reading, read
from daylight.candour.report import Severity, Span
from daylight.candour.rules.rule import E, Hit, N, Rule, W, always, hits, weights
from daylight.candour.when import moment

ALIKE = 0.75
"""Share of telling words in common from which a text without anything new is the same text (Dice, 1945)."""

NEARLY = 0.93
"""Share from which it is the same text whatever its few new words are, unless they are numbers."""

LOOK_BACK = 3
"""Updates that a copy may be a copy of."""

LOOK_BACK_FOR_CLAIMS = 20
"""Updates whose claims are remembered: longer incidents have moved on."""

LONGER = 1.25
"""A promised gap this much longer than the rhythm so far is a longer one."""

NEAR_RECORD, NEAR_START = 0.05, 15.0
"""How far a count (as a share) and a start (in minutes) may be from the record: people round."""

DATE_AFTER = 4
"""Words after a promise among which its date and zone may stand: "by Monday, 9 March"."""

ANY_DAY = datetime(2000, 1, 1, tzinfo=UTC)
"""For drafts without a clock: times of day can be compared on any day."""


def stale(draft: Draft) -> list[Hit]:
    """The last word again, with nothing new. The second copy in a row is an error."""
    copies = [_is_copy(draft, said) for said in reversed(draft.facts.earlier[-LOOK_BACK:])]
    if not any(copies):
        return []
    again = len(copies) > 1 and copies[0] and copies[1]
    return [Hit((_whole(draft),), weight=Severity.ERROR if again else None)]


def empty(draft: Draft) -> list[Hit]:
    """It would fit any incident."""
    is_empty = draft.elements["empty_boilerplate"] and not draft.found("memory.named")
    if not is_empty or claims(draft.language, draft.reading, now=draft.now or ANY_DAY, zone=draft.facts.zone):
        return []
    return [Hit((_whole(draft),))]


def contradiction(draft: Draft) -> list[Hit]:
    """Another channel says otherwise at this moment, or the record does."""
    facts = draft.facts
    is_alone = not facts.elsewhere and facts.affected is None and facts.started_at is None
    if is_alone or _owns_up(draft):
        return []
    found = [hit for said in facts.elsewhere for hit in _differing(draft, [said])]
    return (found or _against_record(draft))[:1]


def silent_correction(draft: Draft) -> list[Hit]:
    """Something that was otherwise in the last word that gave it, and no word of the change."""
    if not draft.facts.earlier or _owns_up(draft):
        return []
    return _differing(draft, draft.facts.earlier)[:1]


def early_all_clear(draft: Draft) -> list[Hit]:
    """Said to be over, while the record has effects that are not."""
    open_effects = draft.facts.still_open
    if not open_effects or draft.found("planned.not_all"):
        return []
    said = sentences(draft.language, draft.reading, now=draft.now or ANY_DAY, zone=draft.facts.zone)
    works = [place for sentence in said for place in _said_to_work(draft, sentence, open_effects)]
    names_them = any(_names(sentence, open_effects) for sentence in said)
    over = [] if names_them else [place for place in draft.found("memory.all_clear") if not _is_condition(draft, place)]
    says = {"open": ", ".join(open_effects)}
    found = [Hit(hit.spans, {**hit.says, **says}) for hit in hits(draft, sorted([*works, *over]))[:1]]
    return found or ([Hit((), says)] if draft.stage == "final" and not names_them else [])


def longer_rhythm(draft: Draft) -> list[Hit]:
    """The next word comes later than the ones before did, and the text does not say so."""
    if draft.now is None or draft.facts.rhythm is None or draft.found("memory.rhythm"):
        return []
    for place in draft.found("next_update.promise"):
        end = min(place.end + DATE_AFTER, draft.reading.sentence(place).end)
        said = draft.reading.pieces[place.start : end]
        when = moment(said, draft.language.when, now=draft.now, zone=draft.facts.zone)
        if when and when.at - draft.now > draft.facts.rhythm * LONGER + timedelta(minutes=1):
            return [Hit(draft.spans([place]), {"before": _minutes(draft.facts.rhythm)})]
    return []


@lru_cache(256)
def _once_read(text: str, code: str) -> Reading:
    """What was said before does not change, and a draft is held against it at every key."""
    return read(text, language(code).lexicon)


def _is_copy(draft: Draft, said: Said) -> bool:
    """The same telling words, and none that is new; the times of promises do not count."""
    now, before = _telling(draft, draft.reading), _telling(draft, _once_read(said.text, draft.language.code))
    alike = 2 * sum((now & before).values()) / (sum(now.values()) + sum(before.values()) or 1)
    new = now - before
    has_number = any(letter.isdigit() for word in new for letter in word)
    return not has_number and (alike >= NEARLY or (alike >= ALIKE and not new))


def _telling(draft: Draft, reading: Reading) -> "Counter[str]":
    """Stems of the words that tell something."""
    groups = draft.language.groups
    promised = {at for place in reading.found(groups["next_update.promise"]) for at in range(place.start, place.end)}
    small = {at for place in reading.found(groups["claims.filler"]) for at in range(place.start, place.end)}
    told = (piece for at, piece in enumerate(reading.pieces) if piece and at not in promised | small)
    return Counter(stem(piece.word, draft.language) for piece in told if piece.shape != "mark")


def _differing(draft: Draft, said: Sequence[Said]) -> list[Hit]:
    """Where the draft claims other than the last of these texts that claimed anything of the same."""
    if not said:
        return []
    facts = draft.facts
    here = claims(draft.language, draft.reading, now=draft.now or said[-1].at, zone=facts.zone, began=facts.started_at)
    unmet = list(here)
    found = list[Hit]()
    for text in reversed(said[-LOOK_BACK_FOR_CLAIMS:]):
        reading = _once_read(text.text, draft.language.code)
        there = claims(draft.language, reading, now=text.at, zone=facts.zone, began=facts.started_at)
        for claim in list(unmet):
            others = [other for other in there if is_about_same(claim, other)]
            if others:
                unmet.remove(claim)
            if others and all(differs(claim, other) for other in others):
                found.append(_contradicted(draft, claim, others[0], text))
    return found


def _against_record(draft: Draft) -> list[Hit]:
    """A count of customers, or a start, that the record does not have."""
    facts, found = draft.facts, list[Hit]()
    if facts.affected is None and facts.started_at is None:
        return []
    now = draft.now or facts.started_at or ANY_DAY
    here = claims(draft.language, draft.reading, now=now, zone=facts.zone, began=facts.started_at)
    customers = {place.start for place in draft.found("claims.customer")}
    for claim in here:
        if claim.kind == "count" and facts.affected and customers & set(range(claim.place.start, claim.place.end)):
            slack, before = facts.affected * NEAR_RECORD, str(facts.affected)
            is_near = claim.is_progress or claim.low - slack <= facts.affected <= claim.high + slack
        elif claim.kind == "since" and facts.started_at:
            before = f"{facts.started_at.astimezone(UTC):%H:%M} UTC"
            is_near = around_the_clock(claim.low, minute_of_day(facts.started_at)) <= NEAR_START
        else:
            continue
        if not is_near:
            found.append(Hit((_span(draft, claim),), {"now": claim.words, "before": before}))
    return found


def _said_to_work(draft: Draft, sentence: Sentence, effects: Sequence[str]) -> list[Place]:
    """Where a sentence that names an open effect says that it is over."""
    if not _names(sentence, effects) or sentence.has("not_so"):
        return []
    groups = ("memory.works", "memory.all_clear")
    inside = (place for group in groups for place in begin_in(draft.found(group), sentence.place))
    return [place for place in inside if not _is_condition(draft, place)]


def _names(sentence: Sentence, effects: Iterable[str]) -> bool:
    """Whether a sentence has every telling word of one of the effects."""
    return any(
        {sentence.stem(word) for word in effect.split() if len(word) > 3} <= sentence.stems for effect in effects
    )


def _is_condition(draft: Draft, place: Place) -> bool:
    """ "As soon as everything is back to normal": not yet."""
    before = Place(draft.reading.sentence(place).start, place.end)
    return bool(begin_in(draft.found("memory.conditional"), before))


def _contradicted(draft: Draft, claim: Claim, other: Claim, said: Said) -> Hit:
    return Hit((_span(draft, claim),), {"now": claim.words, "before": other.words, "channel": said.channel})


def _span(draft: Draft, claim: Claim) -> Span:
    start, end = draft.reading.span(claim.place)
    return Span(start, end)


def _owns_up(draft: Draft) -> bool:
    return bool(draft.found("memory.correction") or draft.in_title("memory.correction"))


def _whole(draft: Draft) -> Span:
    return Span(0, len(draft.reading.text.rstrip()))


def _minutes(gap: timedelta) -> str:
    return str(round(gap.total_seconds() / 60))


RULES = (
    Rule(701, weights(None, W, None, None), stale),
    Rule(702, weights(None, W, W, None), empty),
    Rule(703, always(E), contradiction),
    Rule(704, always(E), silent_correction),
    Rule(705, weights(None, N, W, None), early_all_clear),
    Rule(706, weights(None, W, None, None), longer_rhythm),
)
