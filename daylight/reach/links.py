"""The addresses that a customer finds in every message: proof of who they are, without a password and without a row."""

from django.conf import settings

from daylight.core import links

PREFERENCES = "preferences"
UNSUBSCRIBE = "unsubscribe"
CONFIRM = "confirm"
RECEIPTS = "receipts"
JOIN = "join"


class Addresses:
    """The addresses that stand in messages, for many readers: settings and secrets are read once."""

    def __init__(self) -> None:
        self._site: str = settings.SITE_URL
        self._preferences, self._unsubscribe = links.signer(PREFERENCES), links.signer(UNSUBSCRIBE)
        self._confirm = links.signer(CONFIRM)

    def preferences(self, customer_id: int, contact_point_id: int) -> str:
        """The page on which this customer, reached at this contact point, chooses how we tell them."""
        return f"{self._site}/preferences/{self._preferences(f'{customer_id}-{contact_point_id}')}/"

    def unsubscribe(self, contact_point_id: int, notice_id: int | None = None) -> str:
        """The one-click address of RFC 8058 for one contact point; `notice_id` tells which message made them leave."""
        return f"{self._site}/unsubscribe/{self._unsubscribe(f'{contact_point_id}-{notice_id or 0}')}/"

    def confirm(self, contact_point_id: int, notice_id: int) -> str:
        """Where whom we reached at this contact point says that they have seen the notice."""
        return f"{self._site}/seen/{self._confirm(f'{contact_point_id}-{notice_id}')}/"


def preferences_url(customer_id: int, contact_point_id: int) -> str:
    """See `Addresses.preferences`."""
    return Addresses().preferences(customer_id, contact_point_id)


def unsubscribe_url(contact_point_id: int, notice_id: int | None = None) -> str:
    """See `Addresses.unsubscribe`."""
    return Addresses().unsubscribe(contact_point_id, notice_id)


def confirm_url(contact_point_id: int, notice_id: int) -> str:
    """See `Addresses.confirm`."""
    return Addresses().confirm(contact_point_id, notice_id)


def receipts_url(provider_id: int) -> str:
    """Where a provider tells what became of messages, and what readers wrote back."""
    return f"{settings.SITE_URL}/receipts/{links.sign(RECEIPTS, str(provider_id))}/"


def read_receipts(token: str) -> int:
    """The provider of an address for receipts. Raises LinkRefused."""
    return int(links.read(RECEIPTS, token))


def join_token(customer_id: int) -> str:
    """What a customer brings along into a chat with us; of letters, digits and dashes alone, as chats demand."""
    return links.sign(JOIN, str(customer_id)).replace(".", "_")


def read_join(token: str) -> int:
    """The customer who was given this token. Raises LinkRefused."""
    return int(links.read(JOIN, token.replace("_", ".")))


def read_confirm(token: str) -> tuple[int, int]:
    """The contact point and the notice of a link to confirm. Raises LinkRefused."""
    return _pair(CONFIRM, token)


def read_preferences(token: str) -> tuple[int, int]:
    """The customer and the contact point of a preference link. Raises LinkRefused."""
    return _pair(PREFERENCES, token)


def read_unsubscribe(token: str) -> tuple[int, int | None]:
    """The contact point, and the notice where known, of an unsubscribe link. Raises LinkRefused."""
    contact_point_id, notice_id = _pair(UNSUBSCRIBE, token)
    return contact_point_id, notice_id or None


def _pair(purpose: str, token: str) -> tuple[int, int]:
    first, second = links.read(purpose, token).split("-")
    return int(first), int(second)
