"""Takes the words that readers wrote back, each once, out of the rows of `reach`.

A reply is marked only after its words are kept here, and the same name is kept once: whoever dies in between is
followed by somebody who does both again, and nothing is doubled or lost.
"""

from datetime import datetime, timedelta

from daylight.core.loops import Step
from daylight.core.standing import Standing
from daylight.listen import accepting
from daylight.listen.said import Said
from daylight.listen.sources.base import Joins, Source
from daylight.reach.models import Reply

AT_ONCE = 500

PAST = timedelta(days=14)
"""What was said before this and never taken is kept as history: nobody waits for an answer to it any more."""

PAGE = "page"

SOURCES = (
    Source("sms", "Text message", Joins.SAME_WRITER),
    Source("telegram", "Telegram", Joins.SAME_WRITER),
    Source(PAGE, "Their own page"),
)
"""By the channel of the reply."""

_waiting = Standing(Reply.objects.for_a_person)


def step(now: datetime) -> Step:
    """Take what was written back since."""
    if not _waiting.exists():
        return Step(handled=0)
    replies = Reply.objects.for_a_person().select_related("contact_point").order_by("pk")[:AT_ONCE]
    rows = list(replies)
    accepting.accept([said_in(row, now=now) for row in rows if row.text.strip()], at=now)
    Reply.objects.filter(pk__in=[row.pk for row in rows]).update(handed_on_at=now)
    return Step(handled=len(rows))


def oldest_due(now: datetime) -> datetime | None:
    """When the reply came that waits longest."""
    if not _waiting.exists():
        return None
    first = Reply.objects.for_a_person().order_by("pk").first()
    return first.received_at if first else None


def said_in(reply: Reply, *, now: datetime) -> Said:
    """A reply as something said; an answer goes where it came from, and from the page to where the page was sent."""
    point = reply.contact_point
    on_page = reply.channel == PAGE
    return Said(
        source=reply.channel,
        external_id=f"reply-{reply.pk}",
        said_at=reply.said_at,
        text=reply.text,
        channel=(point.channel if point else "") if on_page else reply.channel,
        address=reply.address,
        provider_id=reply.provider_id,
        thread_key=f"{point.pk if point else 0}-{reply.incident_id or 0}" if on_page and point else "",
        customer_id=point.customer_id if on_page and point else None,
        incident_id=reply.incident_id,
        is_past=reply.received_at < now - PAST,
    )
