"""The ledger against the sink, to the row: who was told, who twice, who never, and of whom nobody knows."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db import connection

from benchmarks.sinks import SILENT, TROUBLE, Sink


@dataclass(frozen=True)
class Count:
    """`lost`: accepted in the ledger and never at the sink. `untold`: no row, or still in line. `unknown`: came and
    the ledger says neither accepted nor in doubt. `arrived`: of those in doubt, those who had it."""

    rows: int
    accepted: int
    in_doubt: int
    arrived: int
    failed: int
    twice: int
    lost: int
    untold: int
    unknown: int
    troubles: int
    size: int
    examples: str = ""

    @property
    def is_right(self) -> bool:
        """Nobody lost, nobody twice, nothing that the ledger does not know."""
        return not (self.twice or self.lost or self.untold or self.unknown)


def count(sink: Sink, recipients: int, *, by_key: bool = False) -> Count:
    """Compare. With `by_key` the far end knows a message by its key, so the same key twice is one message."""
    came, troubles, size = _came(sink, by_key=by_key)
    states = _ledger()
    accepted = states.get("accepted", set())
    doubtful = states.get("in_doubt", set())
    lined_up = states.get("queued", set())
    rows = sum(len(addresses) for addresses in states.values())
    twice = [address for address, times in came.items() if times > 1]
    lost = accepted - came.keys() if sink.keeps_record else set()
    unknown = came.keys() - accepted - doubtful
    examples = [*twice[:3], *sorted(lost)[:3], *sorted(unknown)[:3], *sorted(lined_up)[:3]]
    return Count(
        rows=rows,
        accepted=len(accepted),
        in_doubt=len(doubtful),
        arrived=len(doubtful & came.keys()),
        failed=rows - len(accepted) - len(doubtful) - len(lined_up),
        twice=sum(came[address] - 1 for address in twice),
        lost=len(lost),
        untold=recipients - rows + len(lined_up),
        unknown=len(unknown),
        troubles=troubles,
        size=size,
        examples=" ".join(examples),
    )


def _came(sink: Sink, *, by_key: bool) -> tuple[Counter[str], int, int]:
    """How often each recipient was reached, how often the sink made trouble, and the bytes of a usual message."""
    came: Counter[str] = Counter()
    keys: set[str] = set()
    troubles = size = 0
    for line in sink.lines():
        troubles += line.fate in {TROUBLE, SILENT}
        if not line.came or (by_key and line.key in keys):
            continue
        if by_key:
            keys.add(line.key)
        came[line.recipient] += 1
        size = line.size
    return came, troubles, size


def _ledger() -> dict[str, set[str]]:
    """Addresses by the name of the state of their delivery."""
    from daylight.reach.moves import State

    names = {state.value: state.name.lower() for state in State}
    found: dict[str, set[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT delivery.state, point.address FROM reach_delivery delivery"
            " JOIN customers_contactpoint point ON point.id = delivery.contact_point_id"
        )
        rows: list[Any]
        while rows := cursor.fetchmany(10_000):
            for state, address in rows:
                found.setdefault(names[state], set()).add(address)
    return found


def is_finished() -> bool:
    """Whether the ledger is written and no batch waits."""
    from daylight.reach.models import Batch, Notice

    unwritten = Notice.objects.filter(written_at__isnull=True).exists()
    return Notice.objects.exists() and not unwritten and not Batch.objects.filter(due_at__isnull=False).exists()


def is_written() -> bool:
    """Whether every delivery stands in the ledger."""
    from daylight.reach.models import Notice

    return Notice.objects.filter(written_at__isnull=False).exists()


def in_doubt() -> int:
    """How many deliveries nobody knows of, by the counts of the batches."""
    from daylight.reach.models import Batch

    return sum(Batch.objects.values_list("in_doubt", flat=True))
