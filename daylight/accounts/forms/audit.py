"""What the audit trail can be narrowed to."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from daylight.accounts.models import AuditEntry

NEAR = (MinValueValidator(date(1970, 1, 2)), MaxValueValidator(date(2199, 12, 30)))
"""No trail is older or newer, and no calendar ends within a day of it."""


def _day_widget() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"})


class AuditFilter(forms.Form):
    """Who, what, on what, from when to when."""

    who = forms.CharField(required=False, max_length=160)
    act = forms.ChoiceField(required=False)
    subject = forms.CharField(label="On what", required=False, max_length=160)
    since = forms.DateField(label="From", required=False, widget=_day_widget(), validators=NEAR)
    until = forms.DateField(label="To", required=False, widget=_day_widget(), validators=NEAR)
    before = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**62)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        acts = AuditEntry.objects.acts()
        self.fields["act"].choices = [("", "Everything"), *((act, act) for act in acts)]  # type: ignore[attr-defined]
