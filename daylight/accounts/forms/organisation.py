"""The settings of the organisation."""

from typing import Any, ClassVar

from django import forms

from daylight.accounts import holidays
from daylight.accounts.forms.fields import LANGUAGES, ZoneField
from daylight.accounts.models import Organisation


class OrganisationForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs alone
    """Who speaks to the customers, and by which rules of the house."""

    time_zone = ZoneField(help_text="For customers of whom we know none, and for your status page.")
    language = forms.ChoiceField(choices=LANGUAGES, help_text="The language in which you write updates first.")
    languages = forms.MultipleChoiceField(
        label="Further languages",
        choices=LANGUAGES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="The composer asks for your words in these too. The status page speaks English, German, French and"
        " Spanish.",
    )
    holidays = forms.CharField(
        required=False,
        max_length=6_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="One day in a line, such as 2027-03-26, or 12-25 for each year. They are no working days for promises"
        " and replies, and early warning expects less on them.",
    )

    class Meta:
        model = Organisation
        fields: ClassVar = [
            "name",
            "sender_name",
            "sender_email",
            "reply_to",
            "reach_a_person",
            "time_zone",
            "language",
            "languages",
            "holidays",
            "two_person_rule",
            "calm_mode",
            "mfa_required",
        ]
        labels: ClassVar = {
            "name": "Name of your organisation",
            "sender_name": "Sender's name",
            "sender_email": "Sender's e-mail address",
            "reply_to": "Replies go to",
            "reach_a_person": "How customers reach a person",
            "two_person_rule": "Two people for every update",
            "calm_mode": "A calm moment before the first word on something grave",
            "mfa_required": "Owners need a second factor",
        }
        help_texts: ClassVar = {
            "name": "Customers read it at the top of what you write.",
            "sender_name": "As it stands in the customer's inbox. Without one, the name of your organisation.",
            "sender_email": "Your mail server must be allowed to send for it.",
            "reply_to": "An address that somebody reads. Without one, the sender's.",
            "reach_a_person": "One line at the end of every update, such as: Call +49 30 123456, 8 to 18 h.",
            "two_person_rule": "An update leaves only after somebody other than its writer has said yes.",
            "calm_mode": "Before the first update at severity 1 or 2 the writer reads it once as the customer will, and"
            " may take a pause. It never holds an update back.",
            "mfa_required": "An app, a passkey or a security key besides the password. Set up your own first.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["holidays"] = "\n".join(self.instance.holidays)

    def clean_languages(self) -> list[str]:
        """Those besides the first."""
        return [code for code in self.cleaned_data["languages"] if code != self.cleaned_data.get("language")]

    def clean_holidays(self) -> list[str]:
        """As they are kept; a line that is no day is named."""
        try:
            return holidays.read_lines(self.cleaned_data["holidays"])
        except ValueError as problem:
            raise forms.ValidationError(f"“{problem}” is no day. Write it like 2027-03-26, or 12-25.") from problem

    def clean_sender_name(self) -> str:
        """One line."""
        return " ".join(str(self.cleaned_data["sender_name"]).split())
