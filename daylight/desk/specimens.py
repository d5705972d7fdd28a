"""What the living design page shows: one of everything, in every state."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import QueryDict

from daylight.core.templatetags.icons import DRAWINGS


class SpecimenForm(forms.Form):
    """A field of each kind."""

    name = forms.CharField(max_length=40, help_text="As customers know it.")
    address = forms.EmailField(required=False)
    words = forms.CharField(widget=forms.Textarea, label="What is wrong?", required=False)
    severity = forms.ChoiceField(choices=[("1", "1: Customers are harmed"), ("2", "2: Many are hindered")])
    known = forms.ChoiceField(
        label="Why?", widget=forms.RadioSelect, choices=[("no", "Not known yet"), ("yes", "Known")], initial="no"
    )
    ways = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, choices=[("mail", "E-mail"), ("text", "Text message")], required=False
    )
    agreed = forms.BooleanField(label="A holding update may go out by itself", required=False, help_text="Honest.")
    file = forms.FileField(label="File", required=False)


def all_of_them(now: datetime, *, data: QueryDict | None) -> dict[str, Any]:
    """The specimens, with times around `now`."""
    return {
        "icons": sorted(DRAWINGS),
        "colours": ["green", "amber", "red", "violet", "grey", "blue"],
        "form": SpecimenForm(auto_id="plain_%s"),
        "wrong_form": SpecimenForm({"address": "nobody at home", "severity": "9"}, auto_id="wrong_%s"),
        "times": [
            now - timedelta(days=400),
            now - timedelta(hours=5),
            now - timedelta(minutes=3),
            now + timedelta(minutes=12),
        ],
        "given": now - timedelta(minutes=30),
        "calm": now + timedelta(minutes=11, seconds=42),
        "soon": now + timedelta(minutes=3, seconds=5),
        "late": now - timedelta(minutes=7),
        "far": now + timedelta(days=3),
        "is_exercise_shown": bool(data and data.get("exercise")),
    }
