"""How a subscriber is written, and how an address of theirs is read."""

from collections.abc import Sequence
from typing import Any

import phonenumbers

from daylight.api.statuspage.door import Call
from daylight.api.statuspage.given import Given
from daylight.api.statuspage.refusals import Invalid
from daylight.incidents.models import Component
from daylight.pages.reading import site_of
from daylight.reach import subscribers, subscribing
from daylight.reach.channels import phone
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.models import Subscriber
from daylight.reach.models.subscriber import SubscriberQuerySet
from daylight.reach.statuspage import forms

Json = dict[str, Any]
Rows = SubscriberQuerySet

TYPES = ("email", "sms", "webhook", "slack", "teams", "integration_partner")
STATES = {
    "active": Subscriber.State.ACTIVE,
    "unconfirmed": Subscriber.State.WAITING,
    "quarantined": Subscriber.State.BOUNCED,
}


def type_of(channel: str) -> str:
    """Their word for a channel of ours."""
    return channel if channel in TYPES else "integration_partner"


def channels_of(type_: str) -> list[str]:
    """Our channels behind a word of theirs."""
    return [channel for channel in CHANNELS if type_of(channel) == type_]


def address_of(given: Given) -> tuple[str, str]:
    """The channel and the address, in its normal form, that a call names. Raises Invalid."""
    email, endpoint = given.text("email", longest=254), given.text("endpoint", longest=400)
    number = given.text("phone_number", longest=40)
    if endpoint:
        # With an endpoint the e-mail address is only whom to ask about it.
        return _normal("webhook", endpoint)
    if number:
        return _normal("sms", number, country=given.text("phone_country", longest=2, default="us"))
    if email:
        return _normal("email", email)
    raise Invalid("Name an email, an endpoint or a phone_number.")


def shown(made: Call, rows: Sequence[Subscriber]) -> list[Json]:
    """Subscribers as programs read them; each comes with its state."""
    site = site_of(made.page)
    moment = forms.Writer(page_id=site.public_id, zone=site.zone).moment
    names = {f"{subscribing.COMPONENT}-{pk}": name for pk, name in Component.objects.values_list("pk", "public_id")}
    found = []
    for row in rows:
        wishes = subscribers.told(row) or set(row.asked)
        found.append(
            {
                "id": row.public_id,
                "page_id": site.public_id,
                "skip_confirmation_notification": False,
                "mode": type_of(row.channel),
                **_address(row),
                "quarantined_at": moment(getattr(row, "quarantined_at", None)),
                "purge_at": None,
                "components": sorted(names[wish] for wish in wishes if wish in names) or None,
                "page_access_user_id": None,
                "created_at": moment(row.created_at),
            }
        )
    return found


def _address(row: Subscriber) -> Json:
    number = row.address if row.channel == "sms" else None
    room = row.channel if row.channel not in {"email", "sms", "webhook"} else None
    country = phonenumbers.region_code_for_number(phonenumbers.parse(number)) if number else None
    return {
        "email": row.address if row.channel == "email" else None,
        "endpoint": row.address if row.channel == "webhook" else None,
        "phone_number": number,
        "phone_country": country,
        "display_phone_number": number,
        "obfuscated_channel_name": room,
        "workspace_name": room,
    }


def _normal(channel: str, address: str, *, country: str = "") -> tuple[str, str]:
    try:
        return channel, CHANNELS[channel].normalise(phone.international(address, country) if country else address)
    except ValueError as problem:
        raise Invalid(str(problem)) from None
