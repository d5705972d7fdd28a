"""CND-201 to 205: whether the sender stands by what happened."""

from daylight.candour.draft import Draft, outside
from daylight.candour.rules.rule import E, Hit, N, Rule, W, always, hits, missing, weights

FIRST_THIRD = 3

_DENIED = frozenset({"no", "not", "none", "nothing", "without"})


def no_owning(draft: Draft) -> list[Hit]:
    """No regret, no responsibility."""
    return missing(not draft.elements["owns_apologises"] and not draft.is_planned)


def hedged(draft: Draft) -> list[Hit]:
    """An apology with a condition. The bare formula is only worth a note."""
    bare = [Hit(hit.spans, hit.says, N) for hit in hits(draft, draft.found("owning.formula"))]
    return hits(draft, draft.found("evasive.inconvenience", "owning.conditional")) or bare


def agentless(draft: Draft) -> list[Hit]:
    """The fault happened by itself. Passive is fine for repairs, and for what was done to us."""
    places = outside(draft.found("owning.agentless"), draft.found("owning.agent"))
    return hits(
        draft,
        [place for place in places if not _DENIED.intersection(draft.reading.plain[place.start - 2 : place.start])],
    )


def virtue(draft: Draft) -> list[Hit]:
    """Values where facts belong."""
    return hits(draft, draft.found("evasive.virtue"))


def praise_first(draft: Draft) -> list[Hit]:
    """The firm before the customer: praise and defence in the first third of a letter."""
    early = len(draft.reading.letters) // FIRST_THIRD
    praise = draft.found("evasive.praise", "owning.self")
    return hits(draft, [place for place in praise if place.start < early])


RULES = (
    Rule(201, weights(None, N, W, W), no_owning),
    Rule(202, always(E), hedged),
    Rule(203, weights(None, None, W, W), agentless),
    Rule(204, always(W), virtue),
    Rule(205, weights(None, None, None, W), praise_first),
)
