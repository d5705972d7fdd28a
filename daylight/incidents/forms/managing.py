"""Small forms of the lead: severity, rhythm, notes, facts kept back, and the settings of the room."""

from datetime import datetime
from typing import Any

from django import forms

from daylight.accounts.models import Member
from daylight.accounts.roles import Act
from daylight.incidents.forms.fields import MomentField
from daylight.incidents.models import Assignment, Cadence, Component, EscalationRung, Section
from daylight.incidents.words import Severity


class AssignForm(forms.Form):
    """Who does what."""

    role = forms.ChoiceField(choices=Assignment.Role.choices, initial=Assignment.Role.LEAD, label="Part")
    member = forms.ModelChoiceField(queryset=Member.objects.filter(is_active=True).order_by("name"), label="Member")


class SeverityForm(forms.Form):
    """The harm judged anew."""

    severity = forms.TypedChoiceField(
        choices=Severity.choices, coerce=int, widget=forms.RadioSelect, label="How much does it hurt customers?"
    )
    reason = forms.CharField(max_length=300, label="Why does it change?", help_text="It stays on the timeline.")


class RhythmForm(forms.Form):
    """A faster rhythm."""

    minutes = forms.IntegerField(
        min_value=5,
        max_value=60 * 24 * 30,
        label="Speak every … minutes",
        help_text="Only faster: a slower rhythm must be said in an update.",
    )


class ReasonForm(forms.Form):
    """A reason in words."""

    reason = forms.CharField(max_length=300, label="Why?")


class NoteForm(forms.Form):
    """A note for the crew."""

    text = forms.CharField(
        max_length=4000,
        label="Note for the crew",
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Never shown to customers.",
    )


class ReportForm(forms.Form):
    """The post-mortem."""

    draft = forms.CharField(
        max_length=100_000,
        label="What we found",
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text="What happened, what let it happen, what we changed. Roles, no names; more than one cause.",
        error_messages={"required": "Write what you found; a sentence is a beginning."},
    )


class ReviewForm(forms.Form):
    """Until when something is kept back, and why."""

    reason = forms.CharField(max_length=400, label="Why is it still not told?")

    def __init__(self, *args: Any, zone: str, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        self.fields["review_at"] = MomentField(zone=zone, label="When do we look at it again?")

    def clean_review_at(self) -> datetime:
        """It must be still to come."""
        review_at: datetime = self.cleaned_data["review_at"]
        if review_at <= self.now:
            raise forms.ValidationError("This time has gone; choose one that is still to come.")
        return review_at


class FactForm(ReviewForm):
    """A fact that is not told yet."""

    fact = forms.CharField(
        max_length=2000, label="What do we know and not tell yet?", widget=forms.Textarea(attrs={"rows": 2})
    )
    reason = forms.CharField(max_length=400, label="Why not?")
    owner = forms.ModelChoiceField(
        queryset=Member.objects.none(), label="Who answers for that?", help_text="They are reminded to look again."
    )
    is_everything = forms.BooleanField(
        required=False,
        label="It is the incident itself that we keep back, or keep from the public",
    )
    field_order = ("fact", "reason", "owner", "review_at", "is_everything")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = Member.objects.able_to(Act.WRITE_UPDATE).order_by("name")  # type: ignore[attr-defined]


class ComponentForm(forms.ModelForm):  # type: ignore[type-arg]
    """A component; its section is typed by name, and a new name makes a section."""

    section = forms.CharField(
        max_length=120,
        required=False,
        label="Section on the status page",
        help_text="Components of one section stand together. A new name makes a new section.",
        widget=forms.TextInput(attrs={"list": "sections", "autocomplete": "off"}),
    )
    field_order = ("name", "key", "section")

    class Meta:
        model = Component
        fields = ("name", "key", "description", "state", "position", "is_public")
        labels = {
            "key": "Key",
            "is_public": "Shown on the status page",
            "position": "Place in the list",
        }
        help_texts = {
            "key": "Short and lasting, used in files and by programs: checkout, warehouse-north.",
            "state": "Open incidents that the world may see set it again with their next update.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["section"].initial = self.instance.section.name if self.instance.section else ""

    def save_at(self, at: datetime) -> Component:
        """Store the component under the section that was named, changed as of `at`."""
        self.instance.section = Section.objects.named(self.cleaned_data["section"])
        self.instance.changed_at = at
        saved: Component = self.save()
        return saved


class SectionForm(forms.ModelForm):  # type: ignore[type-arg]
    """A section: its name, what stands under it, its place among the others."""

    class Meta:
        model = Section
        fields = ("name", "description", "position")
        labels = {"position": "Place among the sections"}
        help_texts = {"description": "One sentence for customers, if the name does not say it all."}


class CadenceForm(forms.ModelForm):  # type: ignore[type-arg]
    """A rhythm for a severity and perhaps a kind."""

    class Meta:
        model = Cadence
        fields = ("severity", "kind", "first_word", "rhythm", "in_working_hours")
        labels = {
            "kind": "Only for this kind",
            "first_word": "First word within (minutes)",
            "rhythm": "Then every (minutes)",
            "in_working_hours": "Count working hours only: Monday to Friday, 9 to 17 (a working day is 480 minutes)",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("first_word", "rhythm"):
            self.fields[name] = forms.IntegerField(min_value=1, max_value=60 * 24 * 90, label=self.fields[name].label)


class RungForm(forms.ModelForm):  # type: ignore[type-arg]
    """A step of the ladder."""

    class Meta:
        model = EscalationRung
        fields = ("member", "after")
        labels = {"after": "Minutes after the promised time"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["member"].queryset = Member.objects.filter(is_active=True).order_by("name")  # type: ignore[attr-defined]
        self.fields["after"] = forms.IntegerField(min_value=1, max_value=60 * 24 * 30, label=self.fields["after"].label)
