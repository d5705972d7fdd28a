"""Makers of the room: what customers say, day by day, and the room's turn after it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from daylight.listen.models import Message
from daylight.listen.said import Said
from daylight.listen.tests.makers import something_said, taken_in
from daylight.watch import hearing, scoring
from daylight.watch.models import Topic

CALM = (
    "When does my parcel arrive, please?",
    "Can I change the address of delivery?",
    "The invoice lacks our tax number.",
    "How do I reset my password?",
)


def heard(*said: Said, at: datetime) -> list[Message]:
    """What was said, taken in, read and scored."""
    messages = taken_in(*said, at=at)
    turn(at)
    return messages


def turn(at: datetime) -> None:
    """Read what came in, and look at every topic that it touched."""
    while hearing.step(at).handled:
        pass
    Topic.objects.filter(due_at__isnull=False).update(due_at=at)
    scoring.step(at)


def calm_weeks(until: datetime, *, days: int = 42, facts: dict[str, str] | None = None) -> list[Said]:
    """One or two ordinary messages a day, each by another writer."""
    return [
        something_said(
            CALM[(day + number) % len(CALM)],
            at=until - timedelta(days=day, hours=3 + 5 * number),
            facts=facts or {},
        )
        for day in range(days, 0, -1)
        for number in range(1 + day % 2)
    ]


def a_surge(
    at: datetime, *, size: int = 12, words: Sequence[str] = (), facts: dict[str, str] | None = None
) -> list[Said]:
    """So many different writers with the same trouble within two hours."""
    texts = words or (
        "I was charged twice for one order.",
        "Double charge on my card, please refund it.",
        "You charged my card twice today!",
        "There is a double charge for order 4471.",
    )
    step = timedelta(hours=2) / size
    return [
        something_said(f"{texts[number % len(texts)]}", at=at - number * step, facts=facts or {})
        for number in range(size)
    ]
