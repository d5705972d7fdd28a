"""Adds up what an export writes, so that its summary and its manifest speak of exactly the rows that are in it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from daylight.reach.evidence.people import CustomerProof, DeliveryProof
from daylight.reach.models import Suppression

NAMED = 200
"""So many of those who were not reached are named in the summary; the files name all of them."""

NOT_REACHED = frozenset({"not reached", "unreachable", "in doubt"})


@dataclass
class OfUpdate:
    """The sums of one update."""

    outcomes: dict[str, int] = field(default_factory=dict)
    deliveries: dict[str, dict[str, int]] = field(default_factory=dict)
    first_told_at: str = ""
    last_told_at: str = ""

    @property
    def customers(self) -> int:
        """All of them, however it ended."""
        return sum(self.outcomes.values())


@dataclass
class Tally:
    """The sums by update number, and the first of those who were not reached with what was tried."""

    updates: dict[int, OfUpdate] = field(default_factory=dict)
    not_reached: list[dict[str, str]] = field(default_factory=list)
    not_reached_in_all: int = 0

    def add(self, proofs: Iterable[CustomerProof]) -> None:
        """Count these customers."""
        for proof in proofs:
            self._count(self.updates.setdefault(proof.update, OfUpdate()), proof)
            if proof.outcome in NOT_REACHED:
                self.not_reached_in_all += 1
                if len(self.not_reached) < NAMED:
                    named = {"update": str(proof.update), "name": proof.name, "tried": what_was_tried(proof)}
                    self.not_reached.append(named)

    @staticmethod
    def _count(sums: OfUpdate, proof: CustomerProof) -> None:
        sums.outcomes[proof.outcome] = sums.outcomes.get(proof.outcome, 0) + 1
        for row in proof.deliveries:
            states = sums.deliveries.setdefault(row.channel, {})
            states[row.state] = states.get(row.state, 0) + 1
        if proof.told_at:
            told_at = proof.told_at.isoformat()
            sums.first_told_at = min(sums.first_told_at or told_at, told_at)
            sums.last_told_at = max(sums.last_told_at, told_at)

    def stored(self) -> dict[str, Any]:
        """As plain data, to go on with later."""
        updates = {str(number): dict(vars(sums)) for number, sums in self.updates.items()}
        return {**vars(self), "updates": updates}

    @classmethod
    def of(cls, stored: dict[str, Any]) -> "Tally":
        """What `stored` made."""
        updates = {int(number): OfUpdate(**sums) for number, sums in stored.get("updates", {}).items()}
        return cls(**{**stored, "updates": updates})


def what_was_tried(proof: CustomerProof) -> str:
    """In a sentence or two, what was done to reach this customer."""
    tried = [_tried(row.channel, row.state, row.tries, _said_last(row), row.changed_at) for row in proof.deliveries]
    tried += [f"Called at {call.made_at:%Y-%m-%d %H:%M} UTC: {call.result.replace('_', ' ')}." for call in proof.calls]
    return " ".join(tried) or "We have no address that a channel of ours can use."


def _said_last(row: DeliveryProof) -> str:
    return row.receipts[-1].details if row.receipts else row.answer


def _tried(channel: str, state: str, tries: int, answer: str, at: datetime) -> str:
    if state == "suppressed":
        return f"{channel.capitalize()}: not written to. {why_stopped(answer)}"
    times = "never tried" if not tries else "tried once" if tries == 1 else f"tried {tries} times"
    said = f": {answer.rstrip('.')}" if answer else ""
    return f"{channel.capitalize()}: {times}, {state} at {at:%Y-%m-%d %H:%M} UTC{said}."


def why_stopped(answer: str) -> str:
    """Why a contact point that would have been used was not, in a sentence."""
    if answer in Suppression.Reason.values:
        return f"{Suppression.Reason(answer).label}."
    return {"consent withdrawn": "The customer withdrew consent."}.get(answer, answer)
