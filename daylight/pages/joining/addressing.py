"""Addresses as people write them, for each channel by which somebody may ask to be told."""

from dataclasses import dataclass

from daylight.customers import importing, values
from daylight.reach.channels.base import Channel


@dataclass(frozen=True)
class Field:
    """What kind of field asks for an address, and what a browser may fill in."""

    kind: str = "url"
    fills: str = "url"


MAIL, PHONE, WEB = Field("email", "email"), Field("tel", "tel"), Field()
FIELDS = {"email": MAIL, "sms": PHONE}
"""By channel; all others are web addresses."""


def normal(channel: Channel, written: str, *, region: str = "") -> str:
    """The address in its channel's normal form, read as people write it. Raises ValueError."""
    field = FIELDS.get(channel.name, WEB)
    try:
        if field == MAIL:
            written = values.email(written)
        elif field == PHONE:
            written = values.phone(written, region=region or importing.home_region())
    except values.Refused as problem:
        raise ValueError(str(problem)) from None
    return channel.normalise(written)
