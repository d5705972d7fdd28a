"""Finds out which customer is speaking: from records, with how we know and how sure we are."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from daylight.core.parts import in_parts
from daylight.customers.models import Commitment, ContactPoint, Customer
from daylight.listen.models import Conversation
from daylight.listen.models.conversation import SPEAK_UP
from daylight.listen.said import Said
from daylight.reach.channels.registry import CHANNELS

LOOKED_AT = 20_000
"""Characters of a text in which order numbers are looked for."""

MOST_REFERENCES = 40
_LIKE_A_REFERENCE = re.compile(r"(?<![\w@./-])#?((?=[\w/-]*\d)[A-Za-z0-9](?:[\w/-]{2,38}[A-Za-z0-9]))(?![\w@])")
"""Letters, digits, dashes and slashes with a digit among them; nothing out of an address of the web or of mail."""

By = Conversation.Recognised


@dataclass(frozen=True)
class Recognised:
    """Who it is, how we know, how sure we are (percent), and why, for a person to read."""

    customer_id: int | None = None
    by: Conversation.Recognised = By.NOT
    confidence: int = 0
    why: str = ""


NOBODY = Recognised()


class Records:
    """What the records say of the writers of many messages, read in few questions."""

    def __init__(self, said: Sequence[Said]) -> None:
        self._by_key = _by_key({one.customer_key for one in said if one.customer_key})
        self._by_address = _by_address({_address(one) for one in said if one.channel and one.address})
        self._by_reference = _by_reference({name for one in said for name in references_in(one)})
        self._linked = set(_present({one.customer_id for one in said if one.customer_id}))

    def recognise(self, said: Said) -> Recognised:
        """The customer behind one message, by the surest of what it carries."""
        if said.source == SPEAK_UP:
            return NOBODY
        if said.customer_id in self._linked and said.typed_by:
            return Recognised(said.customer_id, By.PERSON, 100, "Whoever took the call chose them.")
        if said.customer_id in self._linked:
            return Recognised(said.customer_id, By.LINK, 100, "They came by a link that was sent to them alone.")
        if said.customer_key in self._by_key:
            return Recognised(self._by_key[said.customer_key], By.KEY, 100, f"Customer number {said.customer_key}.")
        return self._at_address(said) or self._by_their_words(said) or NOBODY

    def _at_address(self, said: Said) -> Recognised | None:
        customers = self._by_address.get(_folded(_address(said)), [])
        if not customers:
            return None
        named = self._named(said)
        both = next((customer for customer in customers if customer in named), None)
        if both is not None:
            why = f"{said.address} and order {named[both]} belong to them."
            return Recognised(both, By.ADDRESS, 99, why)
        if len(customers) == 1:
            return Recognised(customers[0], By.ADDRESS, 95, f"{said.address} belongs to them alone.")
        why = f"{len(customers)} customers share {said.address}; this is the one whom we have known longest."
        return Recognised(customers[0], By.ADDRESS, max(10, 90 // len(customers)), why)

    def _by_their_words(self, said: Said) -> Recognised | None:
        named = self._named(said)
        if len(named) != 1:
            return None
        customer, reference = next(iter(named.items()))
        return Recognised(customer, By.REFERENCE, 70, f"They name order {reference}, which is this customer's.")

    def _named(self, said: Said) -> dict[int, str]:
        """Customers whose orders a message names, each with one of those."""
        return {self._by_reference[name]: name for name in references_in(said) if name in self._by_reference}


def references_in(said: Said) -> list[str]:
    """What looks like an order number: those given as such, then those in subject and text; each once."""
    written = _LIKE_A_REFERENCE.findall(f"{said.subject}\n{said.text[:LOOKED_AT]}")
    return list(dict.fromkeys([*said.references, *written]))[:MOST_REFERENCES]


def _address(said: Said) -> tuple[str, str]:
    """Channel and address in the form in which the records are compared with it."""
    channel = CHANNELS.get(said.channel)
    try:
        normal = channel.normalise(said.address) if channel else said.address
    except ValueError:
        normal = said.address
    return said.channel, normal


def _folded(address: tuple[str, str]) -> tuple[str, str]:
    return address[0], address[1].lower()


def _by_key(wanted: set[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for part in in_parts(wanted):
        rows = Customer.objects.remembered().filter(external_id__in=part)
        found |= {key: customer for key, customer in rows.values_list("external_id", "pk") if key}
    return found


def _by_address(wanted: set[tuple[str, str]]) -> dict[tuple[str, str], list[int]]:
    """Customers at each address: those to whom something was promised first, then those we have known longest.

    Mail programs write an address in capitals as they like, so one in small letters in the records is theirs too.
    """
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for part in in_parts({form for _, address in wanted for form in (address, address.lower())}):
        rows = ContactPoint.objects.in_use().filter(address__in=part, customer__erased_at__isnull=True)
        ordered = rows.order_by("customer__only_asked_since", "customer_id")
        for channel, address, customer, asked in ordered.values_list(
            "channel", "address", "customer_id", "customer__only_asked_since"
        ):
            there = found[channel, address.lower()]
            if asked is None or not there:
                there.append(customer)
    return found


def _by_reference(wanted: set[str]) -> dict[str, int]:
    """Customers by the reference of a commitment; none for one that two customers have under different kinds."""
    found: dict[str, set[int]] = defaultdict(set)
    for part in in_parts(wanted):
        rows = Commitment.objects.filter(reference__in=part, customer__erased_at__isnull=True)
        for reference, customer in rows.values_list("reference", "customer_id"):
            found[reference].add(customer)
    return {reference: next(iter(whose)) for reference, whose in found.items() if len(whose) == 1}


def _present(wanted: set[int]) -> Iterator[int]:
    for part in in_parts(wanted):
        yield from Customer.objects.remembered().filter(pk__in=part).values_list("pk", flat=True)
