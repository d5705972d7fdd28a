"""CND-701 to 706: what a draft says, held against what was said before, elsewhere, and what the record knows."""

from collections import Counter
from datetime import timedelta

from daylight.candour.claims import Claim, claims
from daylight.candour.draft import Draft
from daylight.candour.facts import Said
from daylight.candour.reading.reading import Reading, read
from daylight.candour.report import Severity, Span
from daylight.candour.rules.rule import E, Hit, N, Rule, W, always, hits, weights
from daylight.candour.when import moment

ALIKE = 0.9
"""Share of word pairs in common from which two texts are the same text (Dice, 1945)."""

LOOK_BACK = 3
"""Updates that a copy may be a copy of."""

LONGER = 1.25
"""A promised gap this much longer than the rhythm so far is a longer one."""


def stale(draft: Draft) -> list[Hit]:
    """The last word again, with nothing new. The second copy in a row is an error."""
    copies = [_is_copy(draft, said) for said in reversed(draft.facts.earlier[-LOOK_BACK:])]
    if not any(copies):
        return []
    again = len(copies) > 1 and copies[0] and copies[1]
    return [Hit((_whole(draft),), weight=Severity.ERROR if again else None)]


def empty(draft: Draft) -> list[Hit]:
    """It would fit any incident."""
    return [Hit((_whole(draft),))] if draft.elements["empty_boilerplate"] else []


def contradiction(draft: Draft) -> list[Hit]:
    """Another channel says otherwise at this moment, or the text denies what an earlier one said."""
    found = [
        hit for said in draft.facts.elsewhere for hit in _differing(draft, said, what=("number", "since", "denial"))
    ]
    if not _owns_up(draft):
        found += [hit for said in draft.facts.earlier for hit in _differing(draft, said, what=("denial",))]
    return found[:1]


def silent_correction(draft: Draft) -> list[Hit]:
    """A number or a start that was another one in the last word that gave it, and no word of the change."""
    if _owns_up(draft):
        return []
    return [hit for said in draft.facts.earlier[-1:] for hit in _differing(draft, said, what=("number", "since"))][:1]


def early_all_clear(draft: Draft) -> list[Hit]:
    """Said to be over, while the record has effects that are not."""
    if not draft.facts.still_open or draft.found("memory.not_all"):
        return []
    return [
        Hit(hit.spans, {**hit.says, "open": ", ".join(draft.facts.still_open)})
        for hit in hits(draft, draft.found("memory.all_clear"))[:1]
    ]


def longer_rhythm(draft: Draft) -> list[Hit]:
    """The next word comes later than the ones before did, and the text does not say so."""
    if draft.now is None or draft.facts.rhythm is None or draft.found("memory.rhythm"):
        return []
    for place in draft.found("next_update.promise"):
        pieces = draft.reading.pieces[place.start : place.end]
        when = moment(pieces, draft.language.when, now=draft.now, zone=draft.facts.zone)
        if when and when.at and when.at - draft.now > draft.facts.rhythm * LONGER + timedelta(minutes=1):
            return [Hit(draft.spans([place]), {"before": _minutes(draft.facts.rhythm)})]
    return []


def _is_copy(draft: Draft, said: Said) -> bool:
    before = read(said.text, draft.language.lexicon)
    new = {claim.value for claim in claims(draft.language, draft.reading)} - {
        claim.value for claim in claims(draft.language, before)
    }
    return not new and _alike(draft.reading, before) >= ALIKE


def _alike(one: Reading, other: Reading) -> float:
    first, second = _pairs(one), _pairs(other)
    both = sum((first & second).values())
    return 2 * both / (sum(first.values()) + sum(second.values()) or 1)


def _pairs(reading: Reading) -> "Counter[tuple[str, str]]":
    words = [piece.word.lower() for piece in reading.pieces if piece and piece.shape not in {"mark", "time", "date"}]
    return Counter(zip(["", *words], [*words, ""], strict=True))


def _differing(draft: Draft, said: Said, *, what: tuple[str, ...]) -> list[Hit]:
    """Where draft and `said` give another value for the same thing."""
    before = {
        (claim.kind, claim.about): claim for claim in claims(draft.language, read(said.text, draft.language.lexicon))
    }
    found = []
    for claim in claims(draft.language, draft.reading):
        other = before.get((claim.kind, claim.about))
        if claim.kind in what and other and other.value != claim.value:
            found.append(
                Hit((_span(draft, claim),), {"now": claim.words, "before": other.words, "channel": said.channel})
            )
    return found


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
