"""What a member types while somebody speaks."""

from datetime import timedelta

from django import forms

LONGEST = 200_000


class CallForm(forms.Form):
    """A call: what was said, who said it, what it means for them, and what was promised."""

    words = forms.CharField(
        label="What they say, in their words",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 14, "autofocus": True}),
        error_messages={"required": "Write down at least what it is about."},
    )
    number = forms.CharField(label="Their number", max_length=60, required=False)
    name = forms.CharField(label="Their name", max_length=200, required=False)
    order = forms.CharField(label="Order or customer number", max_length=200, required=False)
    customer = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    effect = forms.CharField(label="What it means for them", max_length=200, required=False)
    read_back = forms.CharField(
        label="Read back: “So you say that …”",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What you understood, and they said is right.",
    )
    answer = forms.CharField(
        label="What you told them",
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Empty: they wait for an answer.",
    )
    call_back = forms.ChoiceField(
        label="We call back within",
        required=False,
        choices=[
            ("", "No call back was promised"),
            ("30", "30 minutes"),
            ("60", "1 hour"),
            ("120", "2 hours"),
            ("240", "4 hours"),
            ("1440", "1 day"),
        ],
    )
    recording = forms.FileField(
        label="A voicemail or a recording",
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "audio/*"}),
        help_text="Up to 50 MB. What is heard in it goes into the large box.",
    )

    def promised(self) -> timedelta | None:
        """Within which time somebody calls back."""
        minutes = self.cleaned_data["call_back"]
        return timedelta(minutes=int(minutes)) if minutes else None
