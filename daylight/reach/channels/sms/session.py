"""The two roads to whichever provider the settings name: single messages, and many on one connection."""

from collections.abc import Callable, Mapping
from typing import Any

from daylight.reach.channels.base import ChannelBroken, Kind
from daylight.reach.channels.http_line import HttpLine
from daylight.reach.channels.inbound import Heard, InboundRequest, NotUnderstood
from daylight.reach.channels.over_http import HttpSession, Provider
from daylight.reach.channels.sms import gateway, messagebird, twilio, vonage

_PROVIDERS: dict[str, Callable[[Mapping[str, Any]], Provider]] = {
    "twilio": twilio.Twilio,
    "vonage": vonage.Vonage,
    "messagebird": messagebird.MessageBird,
    "gateway": gateway.Gateway,
}
_READERS: dict[str, Callable[[Mapping[str, Any], InboundRequest], Heard]] = {
    "twilio": twilio.read,
    "vonage": vonage.read,
    "messagebird": messagebird.read,
    "gateway": gateway.read,
}
KINDS: tuple[Kind, ...] = (twilio.KIND, vonage.KIND, messagebird.KIND, gateway.KIND)


def open_session(settings: Mapping[str, Any]) -> HttpSession:
    """A session with these settings. Raises ChannelBroken."""
    kind = str(settings.get("kind") or "")
    if kind not in _PROVIDERS:
        raise ChannelBroken("No provider of text messages is connected.")
    return HttpSession(_PROVIDERS[kind](settings))


def line(settings: Mapping[str, Any]) -> HttpLine | None:
    """The bulk road with these settings; None where no provider is named."""
    kind = str(settings.get("kind") or "")
    return HttpLine(_PROVIDERS[kind](settings)) if kind in _PROVIDERS else None


def read(kind: str, settings: Mapping[str, Any], request: InboundRequest) -> Heard:
    """What a provider of this kind says. Raises NotGenuine and NotUnderstood."""
    if kind not in _READERS:
        raise NotUnderstood(f"There is no provider of text messages of the kind {kind!r}.")
    return _READERS[kind](settings, request)
