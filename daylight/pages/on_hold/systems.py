"""What each kind of telephone system says when a caller pressed a key, and how it wants to be answered."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.template.loader import render_to_string

from daylight.pages.models import PhoneLine
from daylight.pages.on_hold import formats
from daylight.pages.on_hold.facts import Part
from daylight.pages.on_hold.formats import Where
from daylight.pages.serving import TYPES
from daylight.reach.channels.inbound import InboundRequest, NotGenuine
from daylight.reach.channels.signatures import check_body, check_twilio

Told = dict[str, Any]


@dataclass(frozen=True)
class Key:
    """What a caller pressed, and the number they call from."""

    digit: str
    caller: str
    language: str = ""


@dataclass(frozen=True)
class Reply:
    """How the call goes on."""

    body: bytes
    content_type: str


class System(Protocol):
    """One kind of telephone system."""

    def read(self, said: InboundRequest, *, secrets: Sequence[str]) -> Key:
        """The key, if the request is sealed with one of these secrets. Raises NotGenuine."""

    def words(self, told: Told, part: Part | None, where: Where) -> Reply:
        """A phrase, or none, and on with the message."""

    def elsewhere(self, language: str, where: Where) -> Reply:
        """On with the message in another language."""


class Twilio:
    """TwiML, and a signature by the token of the account."""

    def read(self, said: InboundRequest, *, secrets: Sequence[str]) -> Key:
        """See System."""
        for secret in filter(None, secrets):
            try:
                check_twilio(said, auth_token=secret)
            except NotGenuine:
                continue
            return Key(said.field("Digits")[:1], said.field("From"))
        raise NotGenuine("No account of Twilio that we know sealed it.")

    def words(self, told: Told, part: Part | None, where: Where) -> Reply:
        """See System."""
        return Reply(formats.twiml_words(told, part, where), "text/xml; charset=utf-8")

    def elsewhere(self, language: str, where: Where) -> Reply:
        """See System."""
        return Reply(_elsewhere("elsewhere_twilio.xml", where), "text/xml; charset=utf-8")


class VoiceXml:
    """VoiceXML, which cannot seal anything: only the line knows its address."""

    def read(self, said: InboundRequest, *, secrets: Sequence[str]) -> Key:
        """See System."""
        return Key(said.field("pressed")[:1], said.field("caller"))

    def words(self, told: Told, part: Part | None, where: Where) -> Reply:
        """See System."""
        return Reply(formats.voicexml_words(told, part, where), TYPES[".vxml"])

    def elsewhere(self, language: str, where: Where) -> Reply:
        """See System."""
        return Reply(_elsewhere("elsewhere_voicexml.xml", where), TYPES[".vxml"])


class Sealed:
    """JSON from a program beside the telephone system: X-Timestamp, and X-Signature by the secret of the line."""

    def read(self, said: InboundRequest, *, secrets: Sequence[str]) -> Key:
        """See System."""
        if not secrets or not said.header("X-Timestamp"):
            raise NotGenuine("It is not sealed.")
        check_body(said, signing_key=secrets[0])
        try:
            given = json.loads(said.body)
            return Key(str(given["pressed"])[:1], str(given["caller"]), str(given.get("language", "")))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise NotGenuine("It does not say who pressed what.") from None

    def words(self, told: Told, part: Part | None, where: Where) -> Reply:
        """See System."""
        return _json({"say": part.value if part else "", "text": told["phrases"][part] if part else ""})

    def elsewhere(self, language: str, where: Where) -> Reply:
        """See System."""
        return _json({"say": "", "language": language})


SYSTEMS: dict[str, System] = {
    PhoneLine.Kind.TWILIO: Twilio(),
    PhoneLine.Kind.ASTERISK: Sealed(),
    PhoneLine.Kind.VOICEXML: VoiceXml(),
    PhoneLine.Kind.OTHER: Sealed(),
}


def _elsewhere(name: str, where: Where) -> bytes:
    return render_to_string(f"pages/on_hold/{name}", {"where": where}).encode()


def _json(said: dict[str, str]) -> Reply:
    return Reply(json.dumps(said, ensure_ascii=False).encode(), TYPES[".json"])
