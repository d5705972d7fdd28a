"""How a call went."""

from datetime import datetime, timedelta
from typing import Any, cast

from django import forms

from daylight.customers.models import ContactPoint
from daylight.reach.channels.phone import normal_number
from daylight.reach.models import Call, CallAttempt

Result = CallAttempt.Result

ANOTHER, IN_PERSON = "another", "in_person"

AGAIN = {"15": "In 15 minutes", "30": "In 30 minutes", "60": "In an hour", "180": "In 3 hours", "720": "In 12 hours"}


class CallForm(forms.Form):
    """The result of a call, where the customer was called, a note, and when to try again."""

    result = forms.ChoiceField(
        label="How did it go?",
        choices=Result.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how it went."},
    )
    where = forms.ChoiceField(label="Where did you try?", required=False)
    number = forms.CharField(
        label="Another number",
        max_length=40,
        required=False,
        help_text="With its country code, such as +49 30 901820. It is kept for the next time.",
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    again = forms.ChoiceField(
        label="If you did not reach them: when to try again", choices=list(AGAIN.items()), initial="30", required=False
    )
    note = forms.CharField(
        label="Note", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="What they said, or asked for.",
    )  # fmt: skip

    def __init__(self, data: Any = None, *, call: Call, points: list[ContactPoint]) -> None:
        super().__init__(data, initial={"where": str(points[0].pk) if points else ANOTHER})
        self._call = call
        self._points = {str(point.pk): point for point in points}
        cast(forms.ChoiceField, self.fields["where"]).choices = [
            ("", "Choose"),
            *((key, f"{point.address} ({point.channel})") for key, point in self._points.items()),
            (ANOTHER, "Another number, written below"),
            (IN_PERSON, "In person, or on another way"),
        ]

    def clean(self) -> dict[str, Any]:
        """The number in its normal form, and somewhere when they were reached."""
        cleaned = super().clean() or {}
        written = cleaned.get("number", "").strip()
        is_reached = cleaned.get("result") == Result.REACHED
        if cleaned.get("where") == ANOTHER and not written and not is_reached:
            cleaned["where"] = ""
        elif cleaned.get("where") == ANOTHER or (written and not cleaned.get("where")):
            try:
                cleaned["number"], cleaned["where"] = normal_number(written), ANOTHER
            except ValueError as problem:
                self.add_error("number", str(problem))
        if is_reached and not cleaned.get("where"):
            self.add_error("where", "Choose where you reached them.")
        return cleaned

    def point(self, *, at: datetime) -> ContactPoint | None:
        """Where the customer was tried: one of their points, or a new one for what is written in its place."""
        where = self.cleaned_data.get("where", "")
        if where == ANOTHER:
            return self._new_point("voice", self.cleaned_data["number"], at=at)
        if where == IN_PERSON:
            return self._new_point("call", "in person", at=at, retired_at=at)
        return self._points.get(where)

    def _new_point(self, channel: str, address: str, *, at: datetime, **more: datetime) -> ContactPoint:
        last = max((point.position for point in self._points.values()), default=-1)
        point, _ = ContactPoint.objects.get_or_create(
            customer=self._call.customer,
            channel=channel,
            address=address,
            defaults={"position": last + 1, "created_at": at, **more},
        )
        return point

    def again_at(self, *, at: datetime) -> datetime:
        """When to try again."""
        return at + timedelta(minutes=int(self.cleaned_data.get("again") or 30))
