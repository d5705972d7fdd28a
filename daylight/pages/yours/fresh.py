"""Sends a fresh link to whoever holds one that ran out or was ended: only to where the old one went."""

import logging
from datetime import datetime, timedelta

from daylight.accounts.models import Organisation
from daylight.core.due import work_through
from daylight.core.links import LinkRefused
from daylight.core.loops import Step
from daylight.pages.models import FreshLink
from daylight.pages.yours import door
from daylight.reach import ending, links, providers, single
from daylight.reach.audience import usable
from daylight.reach.channels.base import (
    AddressRejected,
    AlarmWords,
    ChannelBroken,
    Message,
    MessageRejected,
    Reader,
    TryLater,
    Unanswered,
)
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.composing import sender_address
from daylight.reach.words import Phrases

OPENS_FOR = timedelta(days=7)
"""How long a fresh link works when the incident is over for long."""

MOST_A_DAY = 3
GIVE_UP_AFTER, WAIT = timedelta(hours=6), timedelta(minutes=2)

log = logging.getLogger("daylight.pages.yours")


def ask(token: str, *, at: datetime) -> None:
    """Have a fresh link sent if this was one of ours and its address is still in use; says nothing either way."""
    try:
        link = links.read_own(token)
        point, notice = door.point_of(link), door.notice_of(link)
    except LinkRefused:
        return
    lately = FreshLink.objects.filter(contact_point=point, asked_at__gt=at - timedelta(days=1))
    if lately.count() < MOST_A_DAY:
        FreshLink.objects.create(contact_point=point, notice=notice, asked_at=at, due_at=at)


def step(now: datetime) -> Step:
    """Send what was asked for."""
    return work_through(FreshLink.objects.all(), now, _send)


def _send(row: FreshLink, now: datetime) -> None:
    point = row.contact_point
    if now >= row.asked_at + GIVE_UP_AFTER or not usable().filter(pk=point.pk).exists():
        row.finish()
        return
    key = f"fresh-link-{row.pk}"
    try:
        channel = CHANNELS[point.channel]
        single.send(channel, _message(row, key, now=now), key=key, settings=providers.settings_for(channel.name))
    except (TryLater, ChannelBroken) as problem:
        row.put_off(until=now + WAIT, problem=str(problem))
    except (AddressRejected, MessageRejected, Unanswered) as problem:
        log.warning("A fresh link for contact point %s was not sent: %s", point.pk, problem)
        row.finish()
    else:
        row.finish(sent_at=now)


def _message(row: FreshLink, key: str, *, now: datetime) -> Message:
    organisation, point = Organisation.get(), row.contact_point
    customer = point.customer
    phrases = Phrases(customer.language or organisation.language, folder="reach/preferences/words")
    words = AlarmWords(
        subject=phrases.say("fresh_link_subject", organisation=organisation.name),
        text=phrases.say("fresh_link"),
        url=links.lasting_own_url(
            point.pk, row.notice_id, ending.times_ended(customer), until=(now + OPENS_FOR).date()
        ),
        sender_name=organisation.sender_name or organisation.name,
        sender_address=sender_address(organisation),
        made_at=now,
        action=phrases.say("fresh_link_do"),
        language=phrases.language,
    )
    to = Reader(point.address, customer.name, customer.time_zone, reason="", own_url="", unsubscribe_url="")
    return CHANNELS[point.channel].compose_alarm(words, to=to, key=key)
