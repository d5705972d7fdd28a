"""Lets every sender have a turn: ten thousand mails of one do not delay the one of another."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from daylight.reach.models import IncomingMail
from daylight.reach.models.incoming_mail import IncomingMailQuerySet

MOST_OF_ONE = 20
"""Mails of one sender among those that are read together, while others wait."""

LATER = timedelta(seconds=5)


def in_turn(rows: Sequence[IncomingMail], line: IncomingMailQuerySet, now: datetime) -> Iterator[IncomingMail]:
    """Those of the claimed rows whose turn it is; the others go back into the line, behind whoever waits.

    Bounces come from nobody, and are as quickly read as put off.
    """
    counts = Counter(row.sender.lower() for row in rows if row.sender)
    greedy = {sender for sender, number in counts.items() if number > MOST_OF_ONE}
    others_wait = bool(greedy) and (len(counts) > 1 or line.due(now).exclude(sender__in=_spellings(rows)).exists())
    had: Counter[str] = Counter()
    later = []
    for row in rows:
        sender = row.sender.lower()
        had[sender] += 1
        if others_wait and sender in greedy and had[sender] > MOST_OF_ONE:
            later.append(row.pk)
        else:
            yield row
    if later:
        IncomingMail.objects.filter(pk__in=later).update(due_at=now + LATER, leased_until=None)


def _spellings(rows: Sequence[IncomingMail]) -> set[str]:
    return {row.sender for row in rows}
