"""Question cards, written one by one or brought along."""

from datetime import datetime
from typing import Any

from django import forms

from daylight.incidents.models import Incident
from daylight.listen import cards
from daylight.listen.forms.conversation import LANGUAGES, area
from daylight.listen.models import QuestionCard

LARGEST_FILE = 5 * 1024 * 1024


class CardForm(forms.ModelForm):  # type: ignore[type-arg]
    """One card."""

    class Meta:
        model = QuestionCard
        fields = ("question", "shortcut", "text", "purpose", "language", "incident")

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._now = now
        self.fields["question"].label = "Which question does it answer?"
        self.fields["shortcut"].label = "Short name"
        self.fields["shortcut"].help_text = "Letters, digits and dashes; it is found by it."
        self.fields["text"].label = "What do we answer?"
        self.fields["text"].widget = area(8)
        self.fields["text"].help_text = (
            "Values stand in double braces: {{ customer.greeting }}, {{ update.doing }}, {{ update.next }}."
            " They are filled in when the card is used, from the latest update."
        )
        self.fields["language"] = forms.ChoiceField(
            choices=[("", "any"), *LANGUAGES[1:]], required=False, label="Language"
        )
        self.fields["incident"] = forms.ModelChoiceField(
            queryset=Incident.objects.open().order_by("-opened_at"),
            required=False,
            label="Only for one incident",
            empty_label="for every conversation",
        )

    def clean_text(self) -> str:
        """Liquid that can be filled for every customer."""
        text: str = self.cleaned_data["text"]
        problem = cards.check(text, at=self._now)
        if problem:
            raise forms.ValidationError(problem)
        return text


class CardFileForm(forms.Form):
    """A file of cards."""

    file = forms.FileField(
        label="CSV file",
        help_text="A line for each card. Columns: question, text; and, if you have them: shortcut, purpose, language.",
        error_messages={"required": "Choose a file."},
    )

    def clean_file(self) -> bytes:
        """Its content, unless it is too large."""
        file = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_FILE:
            raise forms.ValidationError("This file is larger than 5 MB. Split it.")
        content: bytes = file.read()
        return content
