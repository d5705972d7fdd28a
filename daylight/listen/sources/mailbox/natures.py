"""Tells who wrote a mail, by its head: a person, a robot, a list, a sender of spam, or we ourselves."""

from collections.abc import Iterator
from dataclasses import dataclass

from daylight.listen.said import Nature as Name
from daylight.listen.sources.mailbox.heads import Address, Head
from daylight.listen.sources.mailbox.newest import is_robots

WORDS: Name = "words"
AUTOMATIC: Name = "automatic"
SPAM: Name = "spam"

MOST_HOPS = 50
"""Servers that a mail may have passed; one that passed more goes round in a circle."""

OWN_FIELDS = ("x-daylight-incident", "x-daylight-conversation")
"""Fields that only our own mail bears."""

_ROBOTS_FIELDS = frozenset(
    {
        "x-autoreply", "x-autorespond", "x-auto-reply", "x-autoreply-from", "x-mail-autoreply", "x-vacation",
        "x-ms-exchange-inbox-rules-loop", "x-failure-loop", "x-loop", "x-daylight-loop", "x-failed-recipients",
    }
)  # fmt: skip
_SUPPRESS = frozenset({"all", "oof", "autoreply"})
_ROBOTS = frozenset({"mailer-daemon", "postmaster", "autoresponder", "auto-reply", "autoreply", "vacation"})
_BULK = frozenset({"bulk", "junk", "auto_reply", "auto-reply"})


@dataclass(frozen=True)
class Own:
    """What is ours: the addresses that mail comes to and leaves from, all in small letters."""

    addresses: frozenset[str] = frozenset()

    @property
    def domains(self) -> frozenset[str]:
        """What stands after the @ of them."""
        return frozenset(address.rpartition("@")[2] for address in self.addresses)

    def has(self, address: Address) -> bool:
        """Whether this address is one of ours, with or without a part after a plus."""
        local = address.local.partition("+")[0]
        return address.address in self.addresses or f"{local}@{address.domain}" in self.addresses


@dataclass(frozen=True)
class Nature:
    """What a mail is, and by what it is known; `is_ours` when it is one of our own that came round."""

    name: Name = WORDS
    why: str = ""
    is_ours: bool = False


def of(head: Head, *, sender: Address, own: Own, is_from_nobody: bool = False) -> Nature:
    """The nature of a mail. `is_from_nobody` when it came with an empty sender, as only machines write."""
    why = next(_ours(head, sender, own), "")
    if why:
        return Nature(AUTOMATIC, why, is_ours=True)
    why = next(_robots(head, sender, is_from_nobody), "") or next(_lists(head, own), "")
    if why:
        return Nature(AUTOMATIC, why)
    why = next(_spam(head), "")
    return Nature(SPAM, why) if why else Nature()


def _ours(head: Head, sender: Address, own: Own) -> Iterator[str]:
    yield from (f"It bears {field}, as our own mail does." for field in OWN_FIELDS if head.raw(field))
    if own.has(sender):
        yield "It comes from our own address."


def _robots(head: Head, sender: Address, is_from_nobody: bool) -> Iterator[str]:
    submitted = head.raw("auto-submitted").partition(";")[0].strip().lower()
    if submitted and submitted != "no":
        yield f"Auto-Submitted: {submitted}"
    yield from (f"It bears {field}." for field, _ in head.fields if field in _ROBOTS_FIELDS)
    suppressed = set(head.raw("x-auto-response-suppress").lower().replace(",", " ").split())
    if suppressed & _SUPPRESS:
        yield "X-Auto-Response-Suppress: a machine wrote it."
    precedence = head.raw("precedence").lower() or head.raw("x-precedence").lower()
    if precedence in _BULK:
        yield f"Precedence: {precedence}"
    if "autoresponder" in head.raw("delivered-to").lower() or sender.local in _ROBOTS:
        yield f"It comes from {sender.address}."
    if is_from_nobody or head.raw("return-path").strip() == "<>":
        yield "It has no sender to return to."
    if is_robots(head.text("subject")):
        yield "Its subject is that of an answer in absence."
    if len(head.all("received")) > MOST_HOPS:
        yield "It has passed too many servers."


def _lists(head: Head, own: Own) -> Iterator[str]:
    """What was written to many. A group of our own, such as support@ at Google, is how mail comes to us."""
    named = head.raw("list-id").lower()
    is_our_group = any(named.rstrip("> ").endswith(domain) for domain in own.domains if domain)
    if is_our_group:
        return
    if named:
        yield "It came by a mailing list."
    if head.raw("list-unsubscribe") or head.raw("feedback-id") or head.raw("precedence").lower() == "list":
        yield "It was written to many."


def _spam(head: Head) -> Iterator[str]:
    if head.raw("x-spam-flag").strip().lower() == "yes" or head.raw("x-spam-status").lower().startswith("yes"):
        yield "The mail server took it for spam."
    if head.raw("x-rspamd-action").lower() in {"reject", "add header", "rewrite subject"}:
        yield "The mail server took it for spam."
