"""Declaring: what a newcomer can answer in two minutes."""

from datetime import datetime, timedelta
from typing import Any

from django import forms

from daylight.accounts.models import Member
from daylight.accounts.roles import Act
from daylight.incidents.forms.fields import MomentField
from daylight.incidents.words import Kind, Severity

A_WHILE_BACK = timedelta(days=3660)


class DeclareForm(forms.Form):
    """A new incident. Everything but the first four answers has a sensible default."""

    title = forms.CharField(
        max_length=160,
        label="What happened?",
        help_text="In the words of a customer, such as “Card payments fail”. It becomes the headline.",
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
    )
    kind = forms.ChoiceField(choices=Kind.choices, initial=Kind.OUTAGE, label="What kind of trouble is it?")
    severity = forms.TypedChoiceField(
        choices=Severity.choices,
        coerce=int,
        widget=forms.RadioSelect,
        initial=Severity.MATERIAL,
        label="How much does it hurt customers?",
        help_text="It sets how often we speak. You can change it later, saying why.",
    )
    summary = forms.CharField(
        required=False,
        label="What do customers notice?",
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=2000,
        help_text="A sentence or two; the first update starts from it.",
    )
    lead = forms.ModelChoiceField(
        queryset=Member.objects.none(),
        required=False,
        label="Who leads?",
        empty_label="Nobody yet: this will show as an alarm",
    )
    visibility = forms.ChoiceField(
        choices=(
            ("public", "Public: on the status page, and told to the affected customers"),
            ("private", "Private: told to the affected customers only, shown nowhere else"),
        ),
        initial="public",
        widget=forms.RadioSelect,
        label="Who may see it?",
    )
    holding_update_allowed = forms.BooleanField(
        required=False,
        label="If we have not spoken by a promised time, Daylight may say honestly that there is nothing new.",
    )
    is_exercise = forms.BooleanField(required=False, label="This is an exercise: everything it produces is marked.")

    def __init__(self, *args: Any, zone: str, now: datetime, by: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        leads = Member.objects.able_to(Act.LEAD_INCIDENT).order_by("name")
        lead = self.fields["lead"]
        lead.queryset = leads  # type: ignore[attr-defined]
        if by.may(Act.LEAD_INCIDENT):
            lead.initial = by.pk
        self.fields["occurred_at"] = MomentField(
            zone=zone, label="Since when?", initial=now, help_text="When it began."
        )
        self.fields["planned_from"] = MomentField(zone=zone, label="Work begins", required=False)
        self.fields["planned_until"] = MomentField(zone=zone, label="Work ends", required=False)

    def clean(self) -> dict[str, Any]:
        """Times must make sense together."""
        answers = super().clean() or {}
        began, begins, ends = (answers.get(name) for name in ("occurred_at", "planned_from", "planned_until"))
        if answers.get("kind") == Kind.MAINTENANCE and not begins and "planned_from" not in self.errors:
            self.add_error("planned_from", "Say when the work begins: customers plan by it.")
        if ends and not begins and "planned_from" not in self.errors:
            self.add_error("planned_from", "Say when the work begins, too.")
        if begins and ends and ends <= begins:
            self.add_error("planned_until", "The work must end after it begins.")
        if began and not begins and began > self.now + timedelta(minutes=1):
            self.add_error("occurred_at", "This time is still to come. For planned work, fill in when it begins below.")
        if began and began < self.now - A_WHILE_BACK:
            self.add_error("occurred_at", "This is more than ten years ago; check the year.")
        return answers

    def facts(self) -> dict[str, Any]:
        """The answers as `declare` takes them."""
        answers = self.cleaned_data
        names = ("title", "kind", "severity", "summary", "lead", "holding_update_allowed", "is_exercise", "occurred_at")
        facts = {name: answers[name] for name in names}
        if answers["planned_from"]:
            facts |= {name: answers[name] for name in ("planned_from", "planned_until")}
            facts["occurred_at"] = answers["planned_from"]
        return facts | {"public": answers["visibility"] == "public"}
