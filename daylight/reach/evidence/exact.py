"""The exact message that a customer got, composed again: composing is pure, so the same facts give the same bytes."""

from collections.abc import Collection
from datetime import datetime

from daylight.accounts.models import AuditEntry
from daylight.reach import items
from daylight.reach.channels.base import Message
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.models import Delivery, Notice

CHANGES_OF_ALL = ("organisation.change", "organisation.named")
"""Acts of members after which every message may be composed otherwise; a message template keeps its versions."""


class ComposedAgain:
    """Messages of one notice as they were when they went; each language and time zone is worked out once."""

    def __init__(self, notice: Notice) -> None:
        self._notice = notice
        self._composers: dict[str, items.Composers] = {}
        self._changed_at = _changed_at(notice)

    def messages(self, channel: str, deliveries: Collection[int], *, now: datetime) -> dict[int, Message]:
        """The messages of these deliveries on one channel, by id; none when the channel is no longer there."""
        if channel not in CHANNELS:
            return {}
        composers = self._composers.setdefault(channel, items.Composers(self._notice, CHANNELS[channel]))
        rows = Delivery.objects.filter(pk__in=deliveries)
        found = items.read(rows, composers, now=now)
        return {item.delivery: item.compose(to=item.reader(), key=item.key) for item in found}

    def may_differ(self, went_at: datetime | None, *, customer_changed_at: datetime) -> bool:
        """Whether something that goes into a message was changed after it went."""
        return went_at is not None and max(customer_changed_at, self._changed_at or went_at) > went_at


def message_of(delivery: Delivery, *, now: datetime) -> tuple[Message | None, bool]:
    """The message of one delivery, and whether it may differ from what went."""
    again = ComposedAgain(delivery.notice)
    message = again.messages(delivery.batch.channel, [delivery.pk], now=now).get(delivery.pk)
    return message, again.may_differ(delivery.accepted_at, customer_changed_at=delivery.customer.updated_at)


def _changed_at(notice: Notice) -> datetime | None:
    """When something that goes into every message of the notice was changed last, after it was made."""
    last = AuditEntry.objects.filter(act__in=CHANGES_OF_ALL, at__gt=notice.made_at).order_by("-number").first()
    judged = notice.incident.severity_changes.order_by("-changed_at").first()
    times = [last.at if last else None, judged.changed_at if judged else None]
    return max((moment for moment in times if moment), default=None)
