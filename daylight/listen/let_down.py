"""Who had to chase, to repeat, or was promised a word that did not come: each a story that will be told on."""

from collections import Counter
from collections.abc import Iterable, Sequence

from django.db.models import Count, F

from daylight.listen.models import Chaser, Conversation, Message

CHASED, REPEATED = 2, 3
"""So many messages that ask for news, or that were written while an answer was owed."""

LOOKED_AT = 2_000
"""Of those who wait for an answer the ones whose is due first; of those who were misled the last."""


def reasons() -> dict[int, str]:
    """What was done to whom, by the key of the conversation; the gravest stands.

    Whoever chased or repeated waits for an answer; whoever was misled, for a word in person.
    """
    due_first = Conversation.objects.heard().unanswered().order_by("answer_due_at", "pk")
    waiting = list(due_first.values_list("pk", flat=True)[:LOOKED_AT])
    found = {key: f"Wrote {number} times before an answer" for key, number in _repeating(waiting).items()}
    found |= {key: f"Asked {number} times for news" for key, number in _chasing(waiting).items()}
    return found | dict.fromkeys(_misled(), "Was promised a word that did not come in time")


def _chasing(waiting: Sequence[int]) -> dict[int, int]:
    """How often one person asked, in whichever of these conversations; it stands at their newest."""
    newest = Message.objects.heard().filter(is_chaser=True, conversation__in=waiting).order_by("-received_at")
    of_person = ("conversation_id", "conversation__customer_id", "conversation__address")
    number, stands_at = Counter[object](), dict[object, int]()
    for key, customer, address in newest.values_list(*of_person):
        person = customer or address or (key,)
        number[person] += 1
        stands_at.setdefault(person, key)
    return {key: number[person] for person, key in stands_at.items() if number[person] >= CHASED}


def _repeating(waiting: Sequence[int]) -> dict[int, int]:
    said = Message.objects.heard().filter(conversation__in=waiting, said_at__gte=F("conversation__owed_since"))
    counted = said.order_by().values("conversation").annotate(number=Count("pk")).filter(number__gte=REPEATED)
    return {row["conversation"]: row["number"] for row in counted}


def _misled() -> Iterable[int]:
    rows = Chaser.objects.unmended().filter(promise__isnull=False).order_by("-counted_at")
    return rows.values_list("message__conversation", flat=True)[:LOOKED_AT]
