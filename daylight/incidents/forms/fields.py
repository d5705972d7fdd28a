"""Fields that several forms of the room share."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

FIRST_YEAR, LAST_YEAR = 1970, 2199
FORMAT = "%Y-%m-%dT%H:%M"
PATTERNS = (FORMAT, f"{FORMAT}:%S", "%Y-%m-%d %H:%M")


class MomentField(forms.DateTimeField):
    """A date and time as read off a wall clock in one zone, which the field names in its help."""

    def __init__(self, *, zone: str, **kwargs: Any) -> None:
        self.zone = ZoneInfo(zone)
        widget = forms.DateTimeInput(format=FORMAT, attrs={"type": "datetime-local", "step": 60})
        self._here = kwargs.pop("help_text", "")
        super().__init__(
            input_formats=PATTERNS,
            widget=widget,
            help_text=f"{self._here} {zone} time.".strip(),
            error_messages={"invalid": "Write a date and a time, such as 2026-05-31 14:30."},
            **kwargs,
        )

    def prepare_value(self, value: Any) -> Any:
        """The instant as wall-clock time of the zone."""
        if isinstance(value, datetime) and value.tzinfo is not None:
            return value.astimezone(self.zone).strftime(FORMAT)
        return value

    def to_python(self, value: Any) -> datetime | None:
        """The instant that the wall clock of the zone shows; refuses times that the clock leaps over."""
        if value in self.empty_values:
            return None
        if isinstance(value, datetime) and value.tzinfo is not None:
            return value
        read = self._read(value)
        moment = read.replace(tzinfo=self.zone)
        if not FIRST_YEAR < read.year < LAST_YEAR:
            raise forms.ValidationError("This year cannot be meant; check it.")
        if moment.astimezone(UTC).astimezone(self.zone).replace(tzinfo=None) != read:
            raise forms.ValidationError("On that day the clocks go forward: this time does not exist. Choose another.")
        return moment.astimezone(UTC)

    def _read(self, value: Any) -> datetime:
        for pattern in PATTERNS:
            try:
                return datetime.strptime(str(value).strip(), pattern)  # noqa: DTZ007  # The zone is added above.
            except ValueError:
                continue
        raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
