"""What of a batch is to be carried: each delivery with its reader and the composer of its language and time zone.

Everything is read here in a few questions, so that the senders need no database.
"""

from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from daylight.incidents.models import AffectedCustomer
from daylight.reach import endpoints, keys, ledger, links, touched, urgency
from daylight.reach.carrying import Item
from daylight.reach.channels.base import Channel, Composer, Promised, Reader, prepare
from daylight.reach.composing import Wording
from daylight.reach.models import Batch, Delivery, Notice
from daylight.reach.words import Phrases


def items_of(batch: Batch, channel: Channel, *, now: datetime) -> list[Item]:
    """What is queued, each with what is needed to compose it without the database."""
    return read(ledger.queued(batch), Composers(batch.notice, channel), now=now)


def read(deliveries: QuerySet[Delivery], composers: "Composers", *, now: datetime) -> list[Item]:
    """These deliveries of one notice on one channel: those in line, or those that went, to be composed again."""
    notice, channel = composers.notice, composers.channel
    rows = _rows(deliveries, notice)
    secrets = endpoints.secrets_of((row[1] for row in rows), at=now) if channel.needs_secret else {}
    is_wished = notice.audience == Notice.Audience.SUBSCRIBERS
    notice_id, asks = notice.pk, urgency.asks_confirmation(notice.incident) and not is_wished
    addresses, key_of = links.Addresses(), keys.maker(notice_id)
    made = [composers.for_reader(language, zone) for *_, language, zone in rows]
    promised = {}
    if composers.use_commitments:
        promised = touched.promised_to(notice.incident, {row[2] for row in rows})
    return [
        Item(
            delivery=pk,
            contact_point=point,
            key=key_of(point),
            reader=partial(
                reader_of,
                addresses,
                notice_id,
                customer,
                point,
                address=address,
                name=name,
                time_zone=zone,
                reason=Phrases(language).say("reason_asked") if is_wished else reason or "",
                secret=secrets.get(point, ""),
                asks_confirmation=asks,
                commitments=promised.get(customer, ()),
            ),
            compose=compose,
        )
        for (pk, point, customer, address, name, reason, language, zone), compose in zip(rows, made, strict=True)
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


def reader_of(
    addresses: links.Addresses,
    notice: int,
    customer: int,
    point: int,
    *,
    address: str,
    name: str,
    time_zone: str,
    reason: str,
    secret: str = "",
    asks_confirmation: bool = False,
    commitments: tuple[Promised, ...] = (),
) -> Reader:
    """What a channel may know of a customer, with links of their own."""
    return Reader(
        address=address,
        name=name,
        time_zone=time_zone,
        reason=reason,
        own_url=addresses.preferences(customer, point),
        unsubscribe_url=addresses.unsubscribe(point, notice),
        secret=secret,
        confirm_url=addresses.confirm(point, notice) if asks_confirmation else "",
        commitments=commitments,
    )


class Composers:
    """What a channel makes of a notice: one composer per notification, that is per language and time zone."""

    def __init__(self, notice: Notice, channel: Channel) -> None:
        self.notice, self.channel = notice, channel
        self._wording = Wording(notice.update)
        self._made: dict[tuple[str, str], Composer] = {}
        self.use_commitments = False

    def for_reader(self, language: str, time_zone: str) -> Composer:
        """The composer for readers of this language in this time zone."""
        key = language, time_zone
        if key not in self._made:
            notification = self._wording.notification(language=language, time_zone=time_zone)
            own = notification.own_words.get(self.channel.name)
            self.use_commitments = self.use_commitments or (own is not None and own.uses_commitments)
            self._made[key] = prepare(self.channel, notification)
        return self._made[key]
