"""CND-301 to 306: words that shrink what happened, or say nothing in its place."""

from daylight.candour.draft import Draft, begin_in, outside
from daylight.candour.elements import with_numbers
from daylight.candour.rules.rule import Hit, N, Rule, W, always, hits, weights

PILE = 3
"""So many of "may", "could" and "should" in one sentence are a pile."""


def minimiser(draft: Draft) -> list[Hit]:
    """A shrinking word. With a number beside it, it is worth no more than a note."""
    places = draft.found("evasive.minimiser")
    honest = with_numbers(draft, places)
    notes = [Hit(hit.spans, hit.says, N) for hit in hits(draft, honest)]
    return hits(draft, outside(places, honest)) + notes


def euphemism(draft: Draft) -> list[Hit]:
    """A softer word for what happened."""
    return hits(draft, draft.found("evasive.euphemism"))


def vague_cause(draft: Draft) -> list[Hit]:
    """A cause that is true of everything."""
    return hits(draft, draft.found("evasive.vague_cause"))


def reassurance(draft: Draft) -> list[Hit]:
    """Comfort without its basis; said with what was checked, it is honest."""
    if draft.found("wording.checked"):
        return []
    return hits(draft, outside(draft.found("evasive.reassurance"), draft.found("wording.condition")))


def precaution(draft: Draft) -> list[Hit]:
    """A danger told as a courtesy."""
    return hits(draft, draft.found("evasive.precaution"))


def weasel(draft: Draft) -> list[Hit]:
    """Several "may" and "could" in one sentence. "We do not know whether" is candour and no weasel."""
    found: list[Hit] = []
    every = draft.found("wording.may")
    for sentence in draft.reading.sentences() if len(every) >= PILE else ():
        mays = begin_in(every, sentence)
        if len(mays) >= PILE and not begin_in(draft.found("wording.unsure"), sentence):
            found += hits(draft, mays[:1])
    return found


RULES = (
    Rule(301, always(W), minimiser),
    Rule(302, always(W), euphemism),
    Rule(303, weights(None, None, W, W), vague_cause),
    Rule(304, always(W), reassurance),
    Rule(305, weights(None, N, N, W), precaution),
    Rule(306, always(N), weasel),
)
