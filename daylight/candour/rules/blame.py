"""CND-401 to 404: whom the text makes responsible."""

from daylight.candour.draft import Draft
from daylight.candour.rules.rule import E, Hit, N, Rule, W, always, hits, hits_at, weights


def shifted(draft: Draft) -> list[Hit]:
    """Somebody else as the sole cause. Our own step beside a supplier is honest, and so is a common effort."""
    if draft.found("blame.control", "blame.customer", "blame.together"):
        return []
    return hits_at(draft, draft.elements["blames_other"].evidence)


def control(draft: Draft) -> list[Hit]:
    """Nobody in charge."""
    return hits(draft, draft.found("blame.control"))


def customer(draft: Draft) -> list[Hit]:
    """The reader at fault."""
    return hits(draft, draft.found("blame.customer"))


def staff(draft: Draft) -> list[Hit]:
    """A person as the cause: what let one slip become an outage is the cause."""
    return hits(draft, draft.found("blame.staff"))


RULES = (
    Rule(401, always(N), shifted),
    Rule(402, always(W), control),
    Rule(403, always(E), customer),
    Rule(404, weights(None, None, W, W), staff),
)
