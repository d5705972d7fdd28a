"""What the audit trail can be narrowed to."""

from typing import Any

from django import forms

from daylight.accounts.models import AuditEntry


class AuditFilter(forms.Form):
    """Who, what, on what, from when to when."""

    who = forms.CharField(required=False, max_length=160)
    act = forms.ChoiceField(required=False)
    subject = forms.CharField(label="On what", required=False, max_length=160)
    since = forms.DateField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="To", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    before = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**62)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        acts = AuditEntry.objects.acts()
        self.fields["act"].choices = [("", "Everything"), *((act, act) for act in acts)]  # type: ignore[attr-defined]
