"""What a delivery may become: the one table of moves."""

from collections.abc import Mapping

from daylight.reach.models import Delivery

State = Delivery.State

MOVES: Mapping[State, frozenset[State]] = {
    State.QUEUED: frozenset(
        {
            State.ACCEPTED,
            State.FAILED,
            State.IN_DOUBT,
            State.SUPPRESSED,
            State.SUPERSEDED,
            State.EXPIRED,
            State.SEALED,
        }
    ),
    State.ACCEPTED: frozenset({State.DELIVERED, State.BOUNCED}),
    State.DELIVERED: frozenset({State.BOUNCED}),
    State.IN_DOUBT: frozenset({State.QUEUED, State.ACCEPTED, State.DELIVERED, State.BOUNCED, State.FAILED}),
    State.EXPIRED: frozenset({State.QUEUED}),
    State.BOUNCED: frozenset(),
    State.FAILED: frozenset(),
    State.SUPPRESSED: frozenset(),
    State.SUPERSEDED: frozenset(),
    State.SEALED: frozenset(),
}

TOLD = frozenset({State.ACCEPTED, State.DELIVERED})
"""States in which the customer counts as told."""

COUNT = {
    State.QUEUED: "queued",
    State.ACCEPTED: "accepted",
    State.DELIVERED: "delivered",
    State.BOUNCED: "bounced",
    State.FAILED: "failed",
    State.IN_DOUBT: "in_doubt",
    State.SUPPRESSED: "suppressed",
    State.SUPERSEDED: "superseded",
    State.EXPIRED: "expired",
    State.SEALED: "sealed",
}
"""The column of a batch that counts each state."""


def allowed(before: State, after: State) -> bool:
    """Whether a delivery may go from `before` to `after`."""
    return after in MOVES[before]
