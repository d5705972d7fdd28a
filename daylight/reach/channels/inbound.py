"""What comes back after a message left: a channel reads what its provider says, and our own words for it are here."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable


class NotGenuine(Exception):
    """What came in does not bear the provider's signature: somebody else sent it, or the secret is a wrong one."""


class NotUnderstood(Exception):
    """What came in is not in a form that this kind of provider sends."""


class SaidKind(StrEnum):
    """What a receipt says: delivered, bounced, or reported as spam."""

    DELIVERED = "delivered"
    BOUNCED = "bounced"
    SPAM_REPORT = "spam_report"


class BounceReason(StrEnum):
    """Why a message bounced."""

    NO_SUCH_ADDRESS = "no_such_address"
    SWITCHED_OFF = "switched_off"
    FULL = "full"
    REFUSED = "refused"
    TOO_LARGE = "too_large"
    NO_ANSWER = "no_answer"
    LOOP = "loop"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class SaidReceipt:
    """What became of one delivery. It is named by our `key` where the provider gives it back, else by `reference`.

    `reference` is what `Accepted.reference` was. `is_permanent` tells a bounce for good, which suppresses the contact
    point, from a passing one. `details` are the provider's own words, `reason` what they mean for a bounce.
    """

    kind: SaidKind
    said_at: datetime
    key: str = ""
    reference: str = ""
    details: str = ""
    is_permanent: bool = False
    reason: BounceReason = BounceReason.UNKNOWN


@dataclass(frozen=True)
class SaidStop:
    """The reader told the provider to stop us, by a way of the provider's own."""

    said_at: datetime
    key: str = ""
    reference: str = ""
    address: str = ""


@dataclass(frozen=True)
class SaidReply:
    """The reader wrote back. `address` is theirs; `message_id` is the provider's name for their message.

    `reference` names the delivery they answered, where the provider knows.
    """

    address: str
    text: str
    said_at: datetime
    message_id: str
    reference: str = ""


@dataclass(frozen=True)
class SaidKey:
    """The reader pressed a key in a call (`digit`: 0 to 9, * or #), or a button that stands for "1", I have seen it."""

    digit: str
    said_at: datetime
    key: str = ""
    reference: str = ""


Named = SaidReceipt | SaidStop | SaidKey
"""What names the delivery it is about."""


@dataclass(frozen=True)
class SaidJoin:
    """Somebody came by a link that we gave to a customer (`token`), and may be written to at `address` from now on."""

    token: str
    address: str
    said_at: datetime
    message_id: str


Said = Named | SaidReply | SaidJoin
"""One thing that a provider tells us after a message left."""


@dataclass(frozen=True)
class InboundRequest:
    """A request of a provider, without anything of the web framework. `url` is the whole address it asked for.

    `fields` are those of a posted form, `parameters` those of the address, both in their order.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    received_at: datetime
    fields: tuple[tuple[str, str], ...] = ()
    parameters: tuple[tuple[str, str], ...] = ()

    def header(self, name: str) -> str:
        """A header, whatever its case; empty when there is none."""
        return next((value for key, value in self.headers.items() if key.lower() == name.lower()), "")

    def field(self, name: str) -> str:
        """The last value of a form's field; empty when there is none."""
        return dict(self.fields).get(name, "")

    def parameter(self, name: str) -> str:
        """The last value of a parameter of the address; empty when there is none."""
        return dict(self.parameters).get(name, "")

    def moment(self, written: Any) -> datetime:
        """A time as a provider wrote it (ISO 8601); when the request came, if that cannot be read."""
        try:
            moment = datetime.fromisoformat(str(written))
        except ValueError:
            return self.received_at
        return moment if moment.tzinfo else self.received_at

    def json(self) -> Any:
        """The body as JSON. Raises NotUnderstood."""
        try:
            return json.loads(self.body)
        except ValueError as problem:
            raise NotUnderstood(f"This is not JSON: {problem}") from None


@dataclass(frozen=True)
class Answer:
    """What the provider wants to hear back, such as the next words of a call or a challenge to repeat."""

    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    status: int = 200


@dataclass(frozen=True)
class Heard:
    """All that one request said, in its order, and the answer to it."""

    said: tuple[Said, ...] = ()
    answer: Answer = field(default_factory=Answer)


@runtime_checkable
class InboundChannel(Protocol):
    """A channel whose providers call us back.

    They call `reach.links.receipts_url(provider_id)`, which a session finds in its settings as `receipts_url`; it may
    add a query of its own (`?key=…`), which comes back in `parameters`.
    """

    def inbound(self, kind: str, settings: Mapping[str, Any], request: InboundRequest) -> Heard:
        """What a provider of this kind says. Pure: it verifies and reads, and writes nothing.

        Raises NotGenuine for a bad signature and NotUnderstood for what no such provider sends.
        """
