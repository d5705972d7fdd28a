"""A session with whichever provider the settings name."""

from collections.abc import Callable, Mapping
from typing import Any

from daylight.reach.channels.base import ChannelBroken, Kind
from daylight.reach.channels.inbound import Heard, InboundRequest, NotUnderstood
from daylight.reach.channels.over_http import HttpSession, Provider
from daylight.reach.channels.voice import twilio, vonage

_PROVIDERS: dict[str, Callable[[Mapping[str, Any]], Provider]] = {"twilio": twilio.Twilio, "vonage": vonage.Vonage}
_READERS: dict[str, Callable[[Mapping[str, Any], InboundRequest], Heard]] = {
    "twilio": twilio.read,
    "vonage": vonage.read,
}
KINDS: tuple[Kind, ...] = (twilio.KIND, vonage.KIND)


def open_session(settings: Mapping[str, Any]) -> HttpSession:
    """A session with these settings. Raises ChannelBroken."""
    kind = str(settings.get("kind") or "")
    if kind not in _PROVIDERS:
        raise ChannelBroken("No provider of telephone calls is connected.")
    return HttpSession(_PROVIDERS[kind](settings))


def read(kind: str, settings: Mapping[str, Any], request: InboundRequest) -> Heard:
    """What a provider of this kind says. Raises NotGenuine and NotUnderstood."""
    if kind not in _READERS:
        raise NotUnderstood(f"There is no provider of telephone calls of the kind {kind!r}.")
    return _READERS[kind](settings, request)
