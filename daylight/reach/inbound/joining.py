"""A customer came to one of our chats by a link of their own page: from now on it is one of their ways."""

from datetime import datetime

from django.db import transaction

from daylight.core.links import LinkRefused
from daylight.customers.models import Consent, ContactPoint, Customer
from daylight.reach import ending, links, preferring, suppressing
from daylight.reach.channels.inbound import SaidJoin
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.models import Provider, Reply


@transaction.atomic
def join(word: SaidJoin, *, provider: Provider, at: datetime) -> ContactPoint | None:
    """Make the chat a contact point of whom the link was given to, and owe them a word; None for a link not ours."""
    try:
        key, generation = links.read_join(word.token)
        customer = Customer.objects.present().filter(pk=key).first()
        address = CHANNELS[provider.channel].normalise(word.address)
    except (LinkRefused, ValueError):
        return None
    if customer is None or generation != ending.times_ended(customer):
        return None
    point, _ = ContactPoint.objects.get_or_create(
        customer=customer,
        channel=provider.channel,
        address=address,
        defaults={"created_at": at, "position": customer.contact_points.count()},
    )
    ContactPoint.objects.filter(pk=point.pk).update(retired_at=None)
    Consent.give(point, by=preferring.BY_CUSTOMER, at=at)
    suppressing.lift(point, by=preferring.BY_CUSTOMER, at=at)
    Reply.objects.get_or_create(
        provider=provider,
        message_id=word.message_id,
        defaults={
            "channel": provider.channel,
            "address": address,
            "contact_point": point,
            "text": "/start",
            "meaning": Reply.Meaning.START,
            "said_at": word.said_at,
            "received_at": at,
            "due_at": at,
        },
    )
    return point
