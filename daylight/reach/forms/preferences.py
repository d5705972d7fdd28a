"""What a customer chooses."""

from datetime import time
from typing import Any

from django import forms

from daylight.customers.models import Customer
from daylight.reach import preferring
from daylight.reach.quiet import Quiet
from daylight.reach.words import Phrases


class PreferenceForm(forms.Form):
    """What a customer chooses: a tick and a place in the order per contact point, language, time zone, quiet hours."""

    def __init__(self, data: Any = None, *, customer: Customer, phrases: Phrases, defaults: dict[str, str]) -> None:
        self.ways = preferring.ways_of(customer)
        super().__init__(data, initial=defaults)
        zones = preferring.time_zones(defaults["time_zone"])
        self.fields["language"] = _choice("language", preferring.language_choices(defaults["language"]), phrases)
        self.fields["time_zone"] = _choice("time_zone", [(zone, zone.replace("_", " ")) for zone in zones], phrases)
        self._quiet = preferring.quiet_of(customer)
        for name, moment in (("quiet_from", self._quiet.starts), ("quiet_until", self._quiet.ends)):
            self.fields[name] = _hour(name, moment, phrases)
        self.fields["always_tell"] = forms.BooleanField(
            required=False,
            initial=self._quiet.always_tell,
            label=phrases.say("always_tell"),
            help_text=phrases.say("always_tell_help"),
        )

    def clean(self) -> dict[str, Any]:
        """Reads the ticks, and the order: places given twice keep the order the ways had."""
        cleaned = super().clean() or {}
        points = [way.contact_point.pk for way in self.ways]
        ticked = set(self.data.getlist("use")) if hasattr(self.data, "getlist") else set()
        cleaned["used"] = {point for point in points if str(point) in ticked}
        cleaned["order"] = sorted(points, key=lambda point: self._place(point, default=points.index(point) + 1))
        starts, ends = cleaned.pop("quiet_from", ""), cleaned.pop("quiet_until", "")
        cleaned["quiet"] = Quiet(
            time.fromisoformat(starts) if starts else self._quiet.starts,
            time.fromisoformat(ends) if ends else self._quiet.ends,
            cleaned.pop("always_tell", False),
        )
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


def _hour(name: str, moment: time, phrases: Phrases) -> forms.ChoiceField:
    """A choice of a full hour; whoever has another time keeps it."""
    times = sorted({moment, *(time(hour) for hour in range(24))})
    return forms.ChoiceField(
        choices=[(f"{one:%H:%M}", f"{one:%H:%M}") for one in times],
        initial=f"{moment:%H:%M}",
        label=phrases.say(name),
        error_messages={"invalid_choice": phrases.say("wrong_hour"), "required": phrases.say("wrong_hour")},
    )
