"""What we said ourselves and hear again: an answer of ours that a helpdesk tells us as its own."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from daylight.core.parts import in_parts
from daylight.listen.models import Message
from daylight.listen.models.message import OURS
from daylight.listen.said import Said, bare

WITHIN = timedelta(days=1)
"""So far our time of an answer and that of the far end may be apart."""


def echoes(said: Sequence[Said]) -> set[tuple[str, str]]:
    """Those, by source and name, whose words we sent into the same thread ourselves."""
    answers = [one for one in said if one.direction == "out" and one.thread_key]
    found: set[tuple[str, str]] = set()
    for source in {one.source for one in answers}:
        of_source = [one for one in answers if one.source == source]
        ours = _ours(source, {one.thread_key for one in of_source})
        found |= {
            (source, one.external_id)
            for one in of_source
            if any(
                bare(one.text) == bare(message.text) and abs(one.said_at - message.said_at) <= WITHIN
                for message in ours[one.thread_key]
            )
        }
    return found


def _ours(source: str, threads: set[str]) -> dict[str, list[Message]]:
    """What went out from here, by the thread that it went into."""
    found: dict[str, list[Message]] = defaultdict(list)
    for part in in_parts(threads):
        rows = Message.objects.filter(
            external_id__startswith=OURS, conversation__source=source, conversation__thread_key__in=part
        )
        for message in rows.select_related("conversation"):
            found[message.conversation.thread_key].append(message)
    return found
