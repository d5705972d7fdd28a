"""Rows of JSON from elsewhere, read field by field; what is not as it should be is a sentence."""

import html
import re
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any

import yaml
from django.utils.timezone import is_naive

BREAKS = re.compile(r"<br\s*/?>|</p>|</li>|</div>", re.IGNORECASE)
TAGS = re.compile(
    r"</?(?:a|b|blockquote|code|div|em|h[1-6]|i|li|ol|p|pre|span|strong|u|ul)(?:\s[^<>]*)?>", re.IGNORECASE
)
LINKS = re.compile(r"<a\s[^<>]*href=[\"']([^\"'<>]+)[\"'][^<>]*>(.*?)</a>", re.IGNORECASE | re.DOTALL)


class Unreadable(Exception):
    """This row cannot be taken; the message says why in a sentence."""


class Row:
    """One object; each question names a field."""

    def __init__(self, said: object, *, zone: tzinfo = UTC) -> None:
        if not isinstance(said, Mapping):
            raise Unreadable("It is no object with fields.")
        self._said, self.zone = said, zone

    def __contains__(self, name: str) -> bool:
        return self._said.get(name) is not None

    def text(self, *names: str, usual: str = "") -> str:
        """The first of these fields that holds something, as text."""
        for name in names:
            value = self._said.get(name)
            if isinstance(value, str | int | float) and not isinstance(value, bool) and str(value).strip():
                return str(value).replace("\x00", "").strip()
            if value is not None and not isinstance(value, str):
                raise Unreadable(f"{name} is no text.")
        return usual

    def needed(self, *names: str) -> str:
        """As `text`; raises Unreadable where nothing stands."""
        found = self.text(*names)
        if not found:
            raise Unreadable(f"{names[0]} is missing.")
        return found

    def number(self, name: str, usual: int = 0) -> int:
        """A whole number that is not below zero."""
        text = self.text(name)
        return int(text) if text.isdecimal() and len(text) < 10 else usual

    def flag(self, name: str) -> bool:
        """Whether it says yes."""
        return self._said.get(name) in {True, "1", "true"}

    def moment(self, *names: str) -> datetime | None:
        """The first of these fields that holds a time; without an offset it is meant in the zone of the source."""
        for name in names:
            if name in self and self.text(name):
                return moment(self.text(name), self.zone)
        return None

    def lists(self, name: str) -> list[Any]:
        """A list of whatever it holds; 3.x of Cachet wraps it into `data`."""
        value = self._said.get(name)
        value = value.get("data") if isinstance(value, Mapping) else value
        if value is None:
            return []
        if not isinstance(value, list):
            raise Unreadable(f"{name} is no list.")
        return value

    def rows(self, name: str) -> "list[Row]":
        """A list of objects."""
        return [Row(one, zone=self.zone) for one in self.lists(name)]

    def names(self, name: str) -> list[str]:
        """A list of ids: bare, or as objects that have one."""
        value = self.lists(name)
        return [Row(one).needed("id", "code") if isinstance(one, Mapping) else str(one) for one in value]

    def plain(self, name: str) -> Any:
        """Whatever stands there."""
        return self._said.get(name)

    def known_as(self) -> str:
        """What people call it, for a list of faults."""
        for name in ("name", "title", "email", "endpoint", "phone_number", "id"):
            value = self._said.get(name)
            if isinstance(value, str | int) and str(value):
                return str(value)[:200]
        return "(without a name)"


def moment(written: str, zone: tzinfo = UTC) -> datetime:
    """A time as programs write it. Raises Unreadable."""
    try:
        at = datetime.fromisoformat(written.strip().replace(" UTC", "+00:00"))
        return (at.replace(tzinfo=zone) if is_naive(at) else at).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Unreadable(f"{written[:40]!r} is no time.") from None


def yaml_of(text: str) -> Any:
    """What YAML says; its times are text, to be read like those of every other source. Raises Unreadable."""
    try:
        return yaml.load(text, Loader=_Texts)  # noqa: S506  # A safe loader that knows fewer types yet.
    except (yaml.YAMLError, ValueError, RecursionError) as problem:
        raise Unreadable(f"It is no YAML: {' '.join(str(problem).split())[:200]}") from None


class _Texts(yaml.SafeLoader):
    """Leaves times as they were written."""


_Texts.yaml_implicit_resolvers = {
    sign: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
    for sign, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def plain(text: str) -> str:
    """A text without the markup of HTML: paragraphs are lines, and a link is followed by its address."""
    if not TAGS.search(text) and not BREAKS.search(text):
        return text.strip()
    linked = LINKS.sub(lambda found: f"{found[2]} ({found[1]})" if found[1] != found[2] else found[1], text)
    bare = html.unescape(TAGS.sub("", BREAKS.sub("\n", linked)))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.strip() for line in bare.splitlines())).strip()
