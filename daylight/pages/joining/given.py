"""What a program asks for when it subscribes, in a form or in JSON, under the names that Statuspage gave them."""

import json
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest

from daylight.customers.values import is_region
from daylight.pages.joining import where
from daylight.pages.joining.addressing import normal
from daylight.pages.joining.where import Place
from daylight.reach import signing_up, subscribing
from daylight.reach.channels.base import Channel
from daylight.reach.subscribers import Wish

LARGEST = 20_000
"""Bytes of a request."""

ROOT = "subscriber"
FIELDS = ("email", "endpoint", "phone_number", "phone_country", "incident_id")
LISTS = ("component_id", "component_ids")


class NotTaken(Exception):
    """What was asked for cannot be taken; a sentence for the program's author, which tells of nobody."""


@dataclass(frozen=True)
class Given:
    """What came, as it was written."""

    fields: dict[str, str] = field(default_factory=dict)
    components: tuple[str, ...] = ()

    @classmethod
    def read(cls, request: HttpRequest) -> "Given":
        """From the body alone: an address in the address of a call would stand in the logs. Raises NotTaken."""
        if "json" in request.headers.get("Content-Type", ""):
            return cls._of(_json(request.body[: LARGEST + 1]))
        said: dict[str, Any] = {name: request.POST.get(f"{ROOT}[{name}]", request.POST.get(name)) for name in FIELDS}
        for name in LISTS:
            said[name] = [
                each for key in (f"{ROOT}[{name}][]", f"{ROOT}[{name}]", name) for each in request.POST.getlist(key)
            ]
        return cls._of(said)

    @classmethod
    def _of(cls, said: dict[str, Any]) -> "Given":
        fields = {name: str(said.get(name) or "").replace("\x00", "").strip()[:400] for name in FIELDS}
        components: list[str] = []
        for name in LISTS:
            value = said.get(name) or []
            components += map(str, value) if isinstance(value, list) else [str(value)]
        return cls(fields, tuple(components[:500]))

    def wish(self, place: Place) -> Wish:
        """What is asked for on this page. Raises NotTaken."""
        channel, address = self._address()
        about, site = self._about(place), place.site
        return Wish(site.slug, channel.name, address, about, site.language, statuspage=site.public_id)

    def _address(self) -> tuple[Channel, str]:
        offered = {channel.name: channel for channel in signing_up.offered()}
        rooms = [channel for channel in offered.values() if getattr(channel, "hosts", ())]
        region = self.fields["phone_country"].upper() or "US"
        wanted: list[tuple[str, list[Channel]]] = [
            (self.fields["endpoint"], [*rooms, *(offered[name] for name in ("webhook",) if name in offered)]),
            (self.fields["phone_number"], [offered[name] for name in ("sms",) if name in offered]),
            (self.fields["email"], [offered[name] for name in ("email",) if name in offered]),
        ]
        written, ways = next(((said, found) for said, found in wanted if said), ("", []))
        if not written:
            raise NotTaken("Name an email, an endpoint or a phone_number.")
        for channel in ways:
            try:
                return channel, normal(channel, written, region=region if is_region(region) else "US")
            except ValueError:
                continue
        raise NotTaken("We cannot write to this address." if ways else "This page does not tell anybody in this way.")

    def _about(self, place: Place) -> list[str]:
        if self.fields["incident_id"]:
            incident = place.incident(self.fields["incident_id"])
            if incident is None:
                raise NotTaken("There is no open incident of this id.")
            return [f"{subscribing.INCIDENT}-{incident.pk}"]
        known = where.named(place.components())
        if unknown := [one for one in self.components if one not in known]:
            raise NotTaken(f"There is no component of the id {unknown[0][:20]}.")
        return [known[one] for one in self.components] or place.everything()


def _json(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body) if len(body) <= LARGEST else None
    except ValueError:
        said = None
    inner = said.get(ROOT, said) if isinstance(said, dict) else None
    if not isinstance(inner, dict):
        raise NotTaken("This is not JSON with a subscriber in it.")
    return inner
