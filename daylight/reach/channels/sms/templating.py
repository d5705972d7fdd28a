"""What a gateway wants to be told, written by whoever sets it up: JSON, or a form, with places for our values.

The template is read first and filled afterwards, so no text can break out of its place.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from daylight.reach.channels.base import Message
from daylight.reach.channels.sms.alphabet import is_gsm7

PLACES = ("to", "number", "text", "from", "key", "user", "password", "coding")
"""What `{…}` may name: number is `to` without its plus, coding is 0 for GSM-7 and 2 for UCS-2."""


def values_of(message: Message, *, key: str, settings: Mapping[str, Any]) -> dict[str, str]:
    """What stands in the places for one message."""
    return {
        "to": message.address,
        "number": message.address.removeprefix("+"),
        "text": message.text,
        "from": str(settings.get("sender") or ""),
        "key": key,
        "user": str(settings.get("user") or ""),
        "password": str(settings.get("password") or ""),
        "coding": "0" if is_gsm7(message.text) else "2",
    }


def in_json(template: str, values: Mapping[str, str]) -> bytes:
    """The JSON with its places filled. Raises ValueError when it is no JSON."""
    return json.dumps(_filled(json.loads(template), values), ensure_ascii=False).encode()


def in_form(template: str, values: Mapping[str, str]) -> str:
    """The form (or query) with its places filled."""
    pairs = [(name, in_text(value, values)) for name, value in parse_qsl(template, keep_blank_values=True)]
    return urlencode(pairs, quote_via=quote)


def in_address(url: str, values: Mapping[str, str]) -> str:
    """The address with the places of its query filled."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query=in_form(parts.query, values))) if parts.query else url


def picked(said: Any, path: str) -> str:
    """What stands at a path such as `messages.0.id`; empty when there is no such place."""
    for step in path.split("."):
        if isinstance(said, dict):
            said = said.get(step)
        elif isinstance(said, list) and step.isdecimal() and int(step) < len(said):
            said = said[int(step)]
        else:
            return ""
    return "" if said is None or isinstance(said, dict | list) else str(said)


def _filled(node: Any, values: Mapping[str, str]) -> Any:
    if isinstance(node, str):
        return in_text(node, values)
    if isinstance(node, list):
        return [_filled(each, values) for each in node]
    if isinstance(node, dict):
        return {name: _filled(each, values) for name, each in node.items()}
    return node


def in_text(text: str, values: Mapping[str, str]) -> str:
    """The text with each place filled once: what a value holds is never read as a place again."""
    pieces = text.split("{")
    out = [pieces[0]]
    for piece in pieces[1:]:
        name, closed, rest = piece.partition("}")
        out.append(values[name] + rest if closed and name in values else "{" + piece)
    return "".join(out)
