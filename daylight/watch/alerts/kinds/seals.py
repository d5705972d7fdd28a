"""How a monitor proves who it is, where it knows only a header."""

import base64
import binascii

from daylight.listen.sources import given
from daylight.listen.sources.base import Settings
from daylight.reach.channels.inbound import InboundRequest


def check_secret(request: InboundRequest, settings: Settings) -> None:
    """Our secret as a bearer token, or as the password of basic authentication. Raises NotGenuine."""
    scheme, _, told = request.header("Authorization").strip().partition(" ")
    said = _password(told) if scheme.lower() == "basic" else told.strip()
    given.check_same(said, str(settings.get("secret") or ""), "The secret")


def _password(told: str) -> str:
    try:
        return base64.b64decode(told, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""
