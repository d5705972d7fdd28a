"""What of a batch is to be carried: each delivery with its reader and the composer of its language and time zone.

Everything is read here in a few questions, so that the senders need no database.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from daylight.incidents.models import AffectedCustomer
from daylight.reach import ending, endpoints, keys, ledger, links, touched, urgency
from daylight.reach.carrying import Item
from daylight.reach.channels.base import Channel, Composer, Notification, Promised, Reader, prepare
from daylight.reach.composing import Wording
from daylight.reach.models import Batch, Delivery, Notice
from daylight.reach.statuspage import reading
from daylight.reach.words import Phrases


def items_of(batch: Batch, composers: "Composers", *, now: datetime) -> list[Item]:
    """What is queued, each with what is needed to compose it without the database."""
    return read(ledger.queued(batch), composers, now=now)


def read(deliveries: QuerySet[Delivery], composers: "Composers", *, now: datetime) -> list[Item]:
    """These deliveries of one notice on one channel: those in line, or those that went, to be composed again."""
    notice, channel = composers.notice, composers.channel
    rows = _rows(deliveries, notice)
    wanted = endpoints.forms_of(row[1] for row in rows) if channel.needs_secret else {}
    made = [composers.for_reader(row[-2], row[-1], form=wanted.get(row[1], endpoints.OURS)) for row in rows]
    readers = Readers(
        notice,
        secrets=endpoints.secrets_of((row[1] for row in rows), at=now) if channel.needs_secret else {},
        promised=touched.promised_to(notice.incident, {row[2] for row in rows}) if composers.use_commitments else {},
        generations=ending.times_ended_by(deliveries, now=now),
    )
    key_of, reader_of = keys.maker(notice.pk), readers.of
    return [
        Item(row[0], row[1], key_of(row[1]), partial(reader_of, row), compose)
        for row, compose in zip(rows, made, strict=True)
    ]


def _rows(deliveries: QuerySet[Delivery], notice: Notice) -> list[tuple[Any, ...]]:
    """Of each delivery its id, point, customer, address, name, reason, language and time zone, in one question."""
    affected = AffectedCustomer.objects.filter(incident=notice.incident_id, customer=OuterRef("customer"))
    return list(
        deliveries.values_list(
            "pk",
            "contact_point",
            "customer",
            "contact_point__address",
            "customer__name",
            Subquery(affected.values("reason")),
            "customer__language",
            "customer__time_zone",
        )
    )


class Readers:
    """Makes the readers of one notice out of their rows, each when its message is composed."""

    def __init__(
        self,
        notice: Notice,
        *,
        secrets: Mapping[int, str],
        promised: Mapping[int, tuple[Promised, ...]],
        generations: Mapping[int, int],
    ) -> None:
        self._notice = notice.pk
        self._is_wished = notice.audience == Notice.Audience.SUBSCRIBERS
        self._asks = urgency.asks_confirmation(notice.incident) and not self._is_wished
        self._addresses = links.Addresses()
        self._secrets, self._promised, self._generations = secrets, promised, generations

    def of(self, row: Sequence[Any]) -> Reader:
        """What a channel may know of a customer, with links of their own."""
        delivery, point, customer, address, name, reason, language, zone = row
        own = self._addresses.yours(point, self._notice, self._generations.get(delivery, 0))
        return Reader(
            address,
            "" if name == address else name,
            zone,
            Phrases(language).say("reason_asked") if self._is_wished else reason or "",
            own,
            self._addresses.unsubscribe(point, self._notice),
            self._secrets.get(point, ""),
            own if self._asks else "",
            self._addresses.say(own),
            self._promised.get(customer, ()),
        )


class Composers:
    """What a channel makes of a notice: one composer per notification, that is per language and time zone."""

    def __init__(self, notice: Notice, channel: Channel) -> None:
        self.notice, self.channel = notice, channel
        self._wording = Wording(notice.update)
        self._made: dict[tuple[str, str, endpoints.Form], Composer] = {}
        self.use_commitments = False

    def for_reader(self, language: str, time_zone: str, *, form: endpoints.Form = endpoints.OURS) -> Composer:
        """The composer for readers of this language in this time zone, and for programs in the form they want."""
        key = language, time_zone, form
        if key not in self._made:
            notification = self._wording.notification(language=language, time_zone=time_zone)
            if form.is_statuspage:
                notification = self._with_event(notification, form)
            own = notification.own_words.get(self.channel.name)
            self.use_commitments = self.use_commitments or (own is not None and own.uses_commitments)
            self._made[key] = prepare(self.channel, notification)
        return self._made[key]

    def _with_event(self, notification: Notification, form: endpoints.Form) -> Notification:
        """With what happened in Statuspage's form, read now because no sender has a database."""
        event = reading.event(
            self.notice.update,
            language=notification.language,
            page_id=form.page_id,
            shortlink=notification.page_url,
        )
        return replace(notification, data={**notification.data, "statuspage": event})
