"""Messages as any program may post them: JSON under the names of our own API, sealed or with the secret itself."""

from typing import Any

from daylight.listen.said import Said
from daylight.listen.sources import given
from daylight.listen.sources.base import Connects, Heard, Joins, Settings, Source
from daylight.reach.channels.inbound import Answer, InboundRequest, NotUnderstood

NAME = "webhook"
SEAL = "X-Signature"
MOST = 500
"""Messages of one request."""


def read(request: InboundRequest, settings: Settings) -> Heard:
    """The messages of one request: one, a list, or a list under "messages"."""
    check(request, settings)
    posted = request.json()
    inside = given.part(posted, "messages")
    each = posted if isinstance(posted, list) else inside if isinstance(inside, list) else [posted]
    if not each or len(each) > MOST:
        raise NotUnderstood(f"Post between 1 and {MOST} messages at once.")
    return Heard(tuple(message(one, request) for one in each), Answer(status=202))


def check(request: InboundRequest, settings: Settings) -> None:
    """The seal of the body in X-Signature, else the secret behind "Bearer". Raises NotGenuine."""
    secret = str(settings.get("secret", ""))
    if request.header(SEAL):
        given.check_sealed(request, SEAL, secret, before="sha256=")
    else:
        given.check_same(request.header("Authorization").removeprefix("Bearer ").strip(), secret, "The secret")


def message(posted: Any, request: InboundRequest) -> Said:
    """One message. Raises NotUnderstood for one without words."""
    text = given.words(posted, "text")
    if not text:
        raise NotUnderstood('A message has a "text".')
    said_at = given.moment(posted, "said_at", otherwise=request.received_at)
    address = given.words(posted, "address")
    return Said(
        source=NAME,
        external_id=given.words(posted, "id") or given.made_name(address, given.words(posted, "said_at"), text),
        said_at=said_at,
        text=text,
        subject=given.words(posted, "subject"),
        channel=given.words(posted, "channel"),
        address=address,
        name=given.words(posted, "name"),
        thread_key=given.words(posted, "thread"),
        customer_key=given.words(posted, "customer"),
        references=tuple(map(given.words, given.listed(posted, "references"))),
        language=given.words(posted, "language"),
        facts=given.facts(posted, "facts"),
    )


SOURCE = Source(NAME, "Your own programs", Joins.SAME_SUBJECT, connects=Connects(read=read, makes_secret=True))
