"""How often one network may ask, so that a flood of sign-ups from one place hurts nobody elsewhere.

What one mailbox bears is looked after where the message is sent (`reach.asking_back`), out of sight of whoever asks.
"""

from datetime import datetime, timedelta

from django.http import HttpRequest

from daylight.core import links
from daylight.core.limits import Limit, caller, network_of, take

OF_A_NETWORK = Limit("subscribe.network", times=60, per=timedelta(hours=1))
OPENED = "subscribe-form"
QUICKEST = timedelta(seconds=2)
OLDEST = timedelta(hours=12)


class TooQuick(Exception):
    """Nobody fills in a form so fast, or it lay open for very long: let them press once more."""


def let_in(request: HttpRequest, *, at: datetime) -> None:
    """Count one asking from this network. Raises TooMany."""
    take(OF_A_NETWORK, network_of(caller(request)), at=at)


def opened(at: datetime) -> str:
    """What a form carries to say when it was opened; nobody else can make it."""
    return links.sign(OPENED, str(int(at.timestamp())))


def check_pace(token: str, *, at: datetime) -> None:
    """Raises TooQuick for a form sent sooner than a person can, too old, or not of ours."""
    try:
        age = at - datetime.fromtimestamp(int(links.read(OPENED, token)), at.tzinfo)
    except (links.LinkRefused, ValueError):
        raise TooQuick from None
    if not QUICKEST <= age <= OLDEST:
        raise TooQuick
