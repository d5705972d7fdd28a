"""What is being told to customers, shown to whoever answers them before or with them, never after."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from daylight.accounts.models import Member
from daylight.incidents.models import Incident, Update, UpdateText

SHOWN_FOR = timedelta(hours=2)
MOST = 5


@dataclass(frozen=True)
class News:
    """An update that leaves or was told lately, with its words in our own language where it has them."""

    update: Update
    text: UpdateText | None
    is_leaving: bool


def lately(member: Member, *, now: datetime) -> list[News]:
    """The newest first; those that leave in this moment before all others."""
    seen = Update.objects.filter(incident__in=Incident.objects.for_member(member).open())
    rows = seen.filter(state=Update.State.LEAVING) | seen.filter(published_at__gte=now - SHOWN_FOR)
    found = list(rows.select_related("incident").prefetch_related("texts").order_by("-pk")[:MOST])
    news = [News(row, next(iter(row.texts.all()), None), row.state == Update.State.LEAVING) for row in found]
    return sorted(news, key=lambda one: not one.is_leaving)
