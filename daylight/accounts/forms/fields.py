"""Form fields that several forms share."""

from typing import Any
from zoneinfo import available_timezones

from django import forms

LANGUAGES = (
    ("en", "English"),
    ("de", "German"),
    ("fr", "French"),
    ("es", "Spanish"),
    ("it", "Italian"),
    ("nl", "Dutch"),
    ("pl", "Polish"),
    ("pt", "Portuguese"),
)
"""Languages that customers may be written to in; the desk itself speaks English."""

ZONES = frozenset(available_timezones())


class ZoneField(forms.CharField):
    """A time zone by its name, such as Europe/Berlin, chosen from a list or typed."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", "Time zone")
        kwargs.setdefault("max_length", 60)
        kwargs.setdefault("widget", forms.TextInput(attrs={"list": "time-zones", "autocomplete": "off"}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> str:
        """The name as the zone database writes it; an unknown one is refused."""
        name = super().clean(value)
        if name in ZONES or not name:
            return str(name)
        wanted = name.replace(" ", "_").lower()
        found = [zone for zone in ZONES if wanted in {zone.lower(), zone.lower().rpartition("/")[2]}]
        if len(found) != 1:
            raise forms.ValidationError(f"We know no time zone “{name}”. Write it like Europe/Berlin or UTC.")
        return found[0]


def zones() -> list[str]:
    """Every time zone that people use, by name, for a list of suggestions."""
    return [*sorted(zone for zone in ZONES if "/" in zone and not zone.startswith(("Etc/", "SystemV/"))), "UTC"]
