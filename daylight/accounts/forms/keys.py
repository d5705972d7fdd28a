"""The form for a new API key."""

from typing import Any

from django import forms

from daylight.accounts.models import Member
from daylight.accounts.roles import Act

LIFETIMES = (("90", "90 days"), ("365", "1 year"), ("30", "30 days"), ("", "Until somebody revokes it"))


class KeyForm(forms.Form):
    """Which program, what it may do, for how long."""

    name = forms.CharField(label="What uses the key", max_length=120, help_text="Such as: Shop, warehouse export.")
    scopes = forms.TypedMultipleChoiceField(
        label="What it may do",
        coerce=Act,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one; a key that may do nothing is no use."},
    )
    days = forms.ChoiceField(label="How long it works", choices=LIFETIMES, required=False)

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scopes = self.fields["scopes"]
        scopes.choices = [(act.value, act.label) for act in Act if member.may(act)]  # type: ignore[attr-defined]
