"""The fixed phrases of a notification, one template per language: `templates/reach/words/<language>.txt`.

Each file holds the same phrases, a phrase under its name in square brackets; a phrase may use what `composing`
puts in its context.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.template import Context, Engine, Template
from django.template.loader import get_template
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation.trans_real import parse_accept_lang_header

LANGUAGES = ("en", "de", "fr", "es")
"""Languages in which the fixed phrases exist; an update in another one has English phrases around it."""

_NAME = re.compile(r"^\[(\w+)\]\n", re.MULTILINE)


class Phrases:
    """The phrases of one language; `folder` holds a file for each."""

    def __init__(self, language: str, *, folder: str = "reach/words") -> None:
        self.language = known(language)
        self._templates = _templates(f"{folder}/{self.language}.txt")

    def has(self, name: str) -> bool:
        """Whether there is such a phrase."""
        return name in self._templates

    def say(self, name: str, **context: object) -> str:
        """One phrase, with `context` filled in; empty when it has nothing to say."""
        return self._templates[name].render(Context(context, autoescape=False)).strip()

    def say_all(self, **context: object) -> Mapping[str, str]:
        """Every phrase that needs nothing beyond `context`."""
        shared = Context(context, autoescape=False)
        return {name: template.render(shared).strip() for name, template in self._templates.items()}

    def time(self, moment: datetime, *, zone: ZoneInfo, seen_from: datetime) -> str:
        """A time written out in the reader's zone with its name; the date too, unless it is the same day."""
        local = moment.astimezone(zone)
        with translation.override(self.language):
            date = date_format(local, self.say("date_format"))
        return self.say(
            "time",
            clock=f"{local:%H:%M}",
            date=date,
            zone=zone.key,
            same_day=local.date() == seen_from.astimezone(zone).date(),
        )


def short_time(moment: datetime, *, zone: ZoneInfo, seen_from: datetime) -> str:
    """A time in figures, the same in every language and in the cheapest alphabet of a text message."""
    local = moment.astimezone(zone)
    is_same_day = local.date() == seen_from.astimezone(zone).date()
    return f"{local:%H:%M} ({zone.key})" if is_same_day else f"{local:%Y-%m-%d %H:%M} ({zone.key})"


def known(language: str) -> str:
    """The language of the phrases for a reader of `language`: its own where we have it, else English."""
    short = language.split("-", maxsplit=1)[0].lower()
    return short if short in LANGUAGES else LANGUAGES[0]


def preferred(accepts: str) -> str:
    """The language of ours that a browser likes best, by its Accept-Language; English when it likes none of them."""
    liked = (code.partition("-")[0] for code, _ in parse_accept_lang_header(accepts))
    return next((code for code in liked if code in LANGUAGES), LANGUAGES[0])


def zone_of(*names: str) -> ZoneInfo:
    """The first of these time zones that exists; UTC when none does."""
    for name in names:
        if name:
            try:
                return ZoneInfo(name)
            except (ZoneInfoNotFoundError, ValueError, OSError):
                continue
    return ZoneInfo("UTC")


@cache
def _templates(path: str) -> dict[str, Template]:
    source = get_template(path).template.source  # type: ignore[attr-defined]
    _, *rest = _NAME.split(source)
    engine = Engine.get_default()
    return {name: Template(text, engine=engine) for name, text in zip(rest[::2], rest[1::2], strict=True)}
