"""What people may enter in this room."""

from typing import Any

from django import forms

from daylight.customers.models import Customer
from daylight.reach import preferring
from daylight.reach.words import Phrases


class PreferenceForm(forms.Form):
    """What a customer chooses: one tick and one place in the order per contact point, language, time zone."""

    def __init__(self, data: Any = None, *, customer: Customer, phrases: Phrases, defaults: dict[str, str]) -> None:
        self.ways = preferring.ways_of(customer)
        super().__init__(data, initial=defaults)
        zones = preferring.time_zones(defaults["time_zone"])
        self.fields["language"] = _choice("language", preferring.language_choices(defaults["language"]), phrases)
        self.fields["time_zone"] = _choice("time_zone", [(zone, zone.replace("_", " ")) for zone in zones], phrases)

    def clean(self) -> dict[str, Any]:
        """Reads the ticks, and the order: places given twice keep the order the ways had."""
        cleaned = super().clean() or {}
        points = [way.contact_point.pk for way in self.ways]
        ticked = set(self.data.getlist("use")) if hasattr(self.data, "getlist") else set()
        cleaned["used"] = {point for point in points if str(point) in ticked}
        cleaned["order"] = sorted(points, key=lambda point: self._place(point, default=points.index(point) + 1))
        return cleaned

    def _place(self, point: int, *, default: int) -> int:
        written = str(self.data.get(f"place-{point}", "")).strip()
        return int(written) if written.isascii() and written.isdigit() and len(written) < 4 else default


def _choice(name: str, choices: list[tuple[str, str]], phrases: Phrases) -> forms.ChoiceField:
    """A choice whose label, help and error are phrases named after it."""
    return forms.ChoiceField(
        choices=choices,
        label=phrases.say(name),
        help_text=phrases.say(f"{name}_help"),
        error_messages={"invalid_choice": phrases.say(f"wrong_{name}"), "required": phrases.say(f"wrong_{name}")},
    )
