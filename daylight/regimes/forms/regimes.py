"""Answers, moments, proofs and reasons."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django import forms

from daylight.incidents.forms.fields import MomentField
from daylight.regimes.packs.pack import Pack, Question, Variant

YES, NO, OPEN = "yes", "no", ""


class AnswersForm(forms.Form):
    """A few questions, each answered by yes, no, or not at all yet."""

    def __init__(self, *args: Any, questions: Iterable[Question], answers: Mapping[str, bool], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in questions:
            known = answers.get(question.id)
            self.fields[question.id] = forms.ChoiceField(
                label=question.text,
                help_text=question.help,
                choices=((YES, "Yes"), (NO, "No"), (OPEN, "Not known yet")),
                initial=OPEN if known is None else YES if known else NO,
                widget=forms.RadioSelect(attrs={"class": "answers"}),
                required=False,
            )
            self.fields[question.id].widget.is_required = True

    def said(self) -> dict[str, bool]:
        """What was answered; what is not known yet is left out."""
        return {key: value == YES for key, value in self.cleaned_data.items() if value in {YES, NO}}


class WhenForm(forms.Form):
    """When something was."""

    def __init__(
        self, *args: Any, zone: str, known: datetime | None = None, label: str = "When?", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["when"] = MomentField(zone=zone, label=label, initial=known)
        if known is not None:
            self.fields["because"] = forms.CharField(
                max_length=300, label="Why does it change?", help_text="Clocks move with it. It stays on record."
            )


class DoneForm(forms.Form):
    """It is done: when, and how that is known."""

    def __init__(self, *args: Any, zone: str, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["done_at"] = MomentField(zone=zone, label="When was it done?", initial=now)
        self.fields["proof"] = forms.CharField(
            max_length=2000,
            label="How is that known?",
            help_text="A reference number, a receipt, a link, who confirmed it.",
            widget=forms.Textarea(attrs={"rows": 2}),
        )


class ExemptForm(forms.Form):
    """Nothing is owed: by which exemption, and why."""

    def __init__(self, *args: Any, exemptions: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(each, each) for each in exemptions]
        self.fields["exemption"] = forms.ChoiceField(
            label="Which exemption?", choices=[*known, ("Another reason", "Another reason")]
        )
        self.fields["because"] = forms.CharField(
            max_length=2000, label="Why does it hold?", widget=forms.Textarea(attrs={"rows": 2})
        )


class BecauseForm(forms.Form):
    """A reason in words."""

    because = forms.CharField(max_length=300, label="Why?")


class PlacesForm(forms.Form):
    """The places that a regime goes by."""

    def __init__(self, *args: Any, variants: Iterable[Variant], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["places"] = forms.MultipleChoiceField(
            label="Where do they live?",
            choices=[(variant.id, variant.name) for variant in variants],
            widget=forms.CheckboxSelectMultiple(attrs={"class": "places"}),
            required=False,
        )
        self.fields["places"].widget.is_required = True


class AddForm(forms.Form):
    """A regime that applies whatever the answers say."""

    def __init__(self, *args: Any, packs: Iterable[Pack], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pack"] = forms.ChoiceField(
            label="Which one?", choices=[(pack.id, f"{pack.title} ({pack.jurisdiction})") for pack in packs]
        )
