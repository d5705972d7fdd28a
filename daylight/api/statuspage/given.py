"""What a call carries: JSON, or a form whose names nest as in component[name]=…; and its fields, read with care."""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, QueryDict
from django.http.multipartparser import MultiPartParserError
from django.utils.dateparse import parse_datetime

from daylight.api.statuspage.refusals import Invalid, Refusal

DEEPEST = 6
"""Levels of nested names in a form."""

LONGEST_TEXT = 25_000
MOST_NAMES = 1_000

_NAME = re.compile(r"^([^\[\]]+)((?:\[[^\[\]]*\])*)$")
_YES, _NO = {"true", "1", "t", "yes", "on"}, {"false", "0", "f", "no", "off", ""}


class Given:
    """The fields of one object; everything read from it is checked, and what is wrong is said in a sentence."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = fields

    def __contains__(self, name: str) -> bool:
        return self._fields.get(name) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def text(self, name: str, *, longest: int = LONGEST_TEXT, default: str = "", is_needed: bool = False) -> str:
        """A text without surrounding white space."""
        value = self._fields.get(name)
        if isinstance(value, bool | int | float):
            value = json.dumps(value)
        if value is not None and not isinstance(value, str):
            raise Invalid(f"{name} must be a text.")
        text = (value if value is not None else default).strip()
        if is_needed and not text:
            raise Invalid(f"{name} can't be blank.")
        if len(text) > longest:
            raise Invalid(f"{name} is too long: at most {longest:,} characters.")
        if not _is_writable(text):
            raise Invalid(f"{name} holds a character that cannot be kept.")
        return text

    def choice(self, name: str, choices: Collection[str], *, default: str = "") -> str:
        """One of the words of a list."""
        word = self.text(name, longest=100) or default
        if word and word not in choices:
            raise Invalid(f"{name} must be one of {', '.join(choices)}.")
        return word

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Yes or no, in any of the spellings that clients use."""
        value = self._fields.get(name)
        if value is None:
            return default
        word = str(value).strip().lower() if isinstance(value, str | int) else "?"
        if word in _YES | _NO:
            return word in _YES
        raise Invalid(f"{name} must be true or false.")

    def number(self, name: str, *, default: int, least: int = 0, most: int = 2**31 - 1) -> int:
        """A whole number."""
        value = self._fields.get(name)
        if value is None or value == "":
            return default
        text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
        if not re.fullmatch(r"-?[0-9]{1,10}", text) or not least <= int(text) <= most:
            raise Invalid(f"{name} must be a whole number from {least} to {most}.")
        return int(text)

    def moment(self, name: str) -> datetime | None:
        """A time in ISO 8601; without an offset it is UTC."""
        text = self.text(name, longest=60)
        if not text:
            return None
        try:
            found = parse_datetime(text if len(text) > 10 else f"{text}T00:00:00Z")
            at = found if found is None or found.tzinfo else found.replace(tzinfo=UTC)
            read = at.astimezone(UTC) if at else None
        except (ValueError, OverflowError):
            read = None
        if read is None:
            raise Invalid(f"{name} must be a time such as 2026-05-04T12:00:00Z.")
        return read

    def names(self, name: str) -> list[str] | None:
        """A list of names: a list, or a text with commas; None when it is not given."""
        value = self._fields.get(name)
        if value is None:
            return None
        if isinstance(value, str):
            value = [part for part in value.split(",") if part.strip()]
        if isinstance(value, Mapping):
            value = list(value.values())
        if not isinstance(value, list) or len(value) > MOST_NAMES:
            raise Invalid(f"{name} must be a list of at most {MOST_NAMES} names.")
        return [Given({name: each}).text(name, longest=200) for each in value]

    def inside(self, name: str) -> "Given":
        """An object within; empty when it is not given."""
        value = self._fields.get(name)
        if value is None or value in ("", []):
            return Given({})
        if not isinstance(value, Mapping):
            raise Invalid(f"{name} must be an object.")
        return Given(value)

    def plain(self, name: str, *, longest: int = LONGEST_TEXT) -> Any:
        """A value that is kept and handed back as it came."""
        value = self._fields.get(name)
        try:
            text = json.dumps(value)
        except (TypeError, ValueError):
            raise Invalid(f"{name} cannot be kept.") from None
        if len(text) > longest or "\\u0000" in text or "\\ud" in text:
            raise Invalid(f"{name} is too long, or holds a character that cannot be kept.")
        return value


def body_of(request: HttpRequest, container: str) -> Given:
    """The object that a call carries, out of the envelope named `container` where there is one."""
    try:
        said = _parsed(request)
    except RequestDataTooBig:
        raise Refusal(413, "The call is too large.") from None
    if not isinstance(said, Mapping):
        raise Refusal(400, "The body must be an object.")
    inside = said.get(container)
    return Given({**said, **inside} if isinstance(inside, Mapping) else said)


def _parsed(request: HttpRequest) -> Any:
    kind = request.content_type or ""
    if kind == "multipart/form-data":
        try:
            return _nested(request.POST.lists())
        except MultiPartParserError:
            raise Refusal(400, "The form cannot be read.") from None
    raw = request.body
    if not raw.strip():
        return {}
    if "json" in kind or raw.lstrip()[:1] == b"{":
        try:
            return json.loads(raw)
        except (ValueError, RecursionError):
            raise Refusal(400, "The body is not JSON in UTF-8; check the brackets, quotes and commas.") from None
    return _nested(QueryDict(raw, encoding="utf-8").lists())


def _nested(pairs: Iterable[tuple[str, list[Any]]]) -> dict[str, Any]:
    """component[name]=x as {"component": {"name": "x"}}, and ids[]=a as a list."""
    root: dict[str, Any] = {}
    for name, values in pairs:
        match = _NAME.match(name)
        keys = [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])] if match else [name]
        if len(keys) > DEEPEST:
            raise Invalid("The names of the form are nested too deeply.")
        place = root
        *way, last = [key for key in keys if key] or [name]
        for key in way:
            inner = place.setdefault(key, {})
            if not isinstance(inner, dict):
                raise Invalid(f"{name} is said twice in two forms.")
            place = inner
        place[last] = values if keys[-1] == "" else values[-1]
    return root


def _is_writable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return "\x00" not in text
