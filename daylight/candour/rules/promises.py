"""CND-501 and 502: promises that nobody can keep, estimates that nobody can trust."""

from daylight.candour.draft import Draft, outside
from daylight.candour.rules.rule import Hit, N, Rule, W, always, hits, weights


def over_promise(draft: Draft) -> list[Hit]:
    """“Never again”, “guaranteed”: words that will be quoted back."""
    return hits(draft, draft.found("promises.over"))


def bare_estimate(draft: Draft) -> list[Hit]:
    """One clock time for the repair, without a range or what it rests on."""
    estimates = outside(draft.found("promises.estimate"), draft.found("next_update.promise"))
    return hits(draft, [place for place in estimates if not draft.sentence_has(place, ["promises.basis"])])


RULES = (
    Rule(501, always(W), over_promise),
    Rule(502, weights(None, N, None, None), bare_estimate),
)
