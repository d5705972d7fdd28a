"""The addresses that a customer finds in every message: proof of who they are, without a password and without a row.

A link to a page of the customer's own says also how often all their links were ended when it was made (see `ending`);
nothing is said where they never were, so that links stay short.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings

from daylight.core import links

PREFERENCES = "preferences"
UNSUBSCRIBE = "unsubscribe"
CONFIRM = "confirm"
RECEIPTS = "receipts"
JOIN = "join"
YOURS = "yours"

DAY_ZERO = date(2026, 1, 1)
"""Links that last a while count their days from here."""


@dataclass(frozen=True)
class OwnLink:
    """What a link to a customer's own page says: where it was sent, of which notice, and of which generation it is.

    `until` is the last day of a link that was asked for after the usual ones had run out.
    """

    contact_point: int
    notice: int
    generation: int = 0
    until: date | None = None


class Addresses:
    """The addresses that stand in messages, for many readers: settings and secrets are read once."""

    def __init__(self) -> None:
        self._site: str = settings.SITE_URL
        self._preferences, self._unsubscribe = links.signer(PREFERENCES), links.signer(UNSUBSCRIBE)
        self._yours = links.signer(YOURS)

    def yours(self, contact_point_id: int, notice_id: int, generation: int = 0) -> str:
        """The page that tells whom we reached at this contact point what the notice means for them."""
        carried = f"{contact_point_id}-{notice_id}-{generation}" if generation else f"{contact_point_id}-{notice_id}"
        return f"{self._site}/yours/{self._yours(carried)}/"

    @staticmethod
    def say(own_url: str) -> str:
        """The form on which whoever was sent this link to a page of their own tells us, and is known by it."""
        site, found, token = own_url.rstrip("/").rpartition("/yours/")
        return f"{site}/say/?from={token}" if found else ""

    def preferences(self, customer_id: int, contact_point_id: int, generation: int = 0) -> str:
        """The page on which this customer, reached at this contact point, chooses how we tell them."""
        carried = (
            f"{customer_id}-{contact_point_id}-{generation}" if generation else f"{customer_id}-{contact_point_id}"
        )
        return f"{self._site}/preferences/{self._preferences(carried)}/"

    def unsubscribe(self, contact_point_id: int, notice_id: int | None = None) -> str:
        """The one-click address of RFC 8058 for one contact point; `notice_id` tells which message made them leave."""
        return f"{self._site}/unsubscribe/{self._unsubscribe(f'{contact_point_id}-{notice_id or 0}')}/"


def preferences_url(customer_id: int, contact_point_id: int, generation: int = 0) -> str:
    """See `Addresses.preferences`."""
    return Addresses().preferences(customer_id, contact_point_id, generation)


def unsubscribe_url(contact_point_id: int, notice_id: int | None = None) -> str:
    """See `Addresses.unsubscribe`."""
    return Addresses().unsubscribe(contact_point_id, notice_id)


def own_url(contact_point_id: int, notice_id: int, generation: int = 0) -> str:
    """See `Addresses.yours`."""
    return Addresses().yours(contact_point_id, notice_id, generation)


def say_url(own: str) -> str:
    """See `Addresses.say`."""
    return Addresses.say(own)


def lasting_own_url(contact_point_id: int, notice_id: int, generation: int, *, until: date) -> str:
    """The same page under a link that works to the end of a day, however long the incident is over."""
    carried = f"{contact_point_id}-{notice_id}-{generation}-{(until - DAY_ZERO).days}"
    return f"{settings.SITE_URL}/yours/{links.sign(YOURS, carried)}/"


def read_own(token: str) -> OwnLink:
    """What a link to a customer's own page says. Raises LinkRefused."""
    point, notice, generation, days = (*map(int, links.read(YOURS, token).split("-")), 0, 0)[:4]
    return OwnLink(point, notice, generation, DAY_ZERO + timedelta(days=days) if days else None)


def receipts_url(provider_id: int) -> str:
    """Where a provider tells what became of messages, and what readers wrote back."""
    return f"{settings.SITE_URL}/receipts/{links.sign(RECEIPTS, str(provider_id))}/"


def read_receipts(token: str) -> int:
    """The provider of an address for receipts. Raises LinkRefused."""
    return int(links.read(RECEIPTS, token))


def join_token(customer_id: int, generation: int = 0) -> str:
    """What a customer brings along into a chat with us; of letters, digits and dashes alone, as chats demand."""
    carried = f"{customer_id}-{generation}" if generation else str(customer_id)
    return links.sign(JOIN, carried).replace(".", "_")


def read_join(token: str) -> tuple[int, int]:
    """The customer who was given this token, and its generation. Raises LinkRefused."""
    customer, generation = (*map(int, links.read(JOIN, token.replace("_", ".")).split("-")), 0)[:2]
    return customer, generation


def read_confirm(token: str) -> tuple[int, int]:
    """The contact point and the notice of a link to confirm, as messages carried it before they led to the customer's
    own page; such links still lie in mailboxes. Raises LinkRefused."""
    return _pair(CONFIRM, token)


def read_preferences(token: str) -> tuple[int, int, int]:
    """The customer, the contact point and the generation of a preference link. Raises LinkRefused."""
    customer, point, generation = (*map(int, links.read(PREFERENCES, token).split("-")), 0)[:3]
    return customer, point, generation


def read_unsubscribe(token: str) -> tuple[int, int | None]:
    """The contact point, and the notice where known, of an unsubscribe link. Raises LinkRefused."""
    contact_point_id, notice_id = _pair(UNSUBSCRIBE, token)
    return contact_point_id, notice_id or None


def _pair(purpose: str, token: str) -> tuple[int, int]:
    first, second = links.read(purpose, token).split("-")
    return int(first), int(second)
