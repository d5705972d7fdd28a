"""What the crew may set of the phone line."""

import secrets
from typing import TYPE_CHECKING, Any, ClassVar

import phonenumbers
from django import forms

from daylight.pages.models import OnHold, Page, PhoneLine
from daylight.pages.on_hold import sound
from daylight.pages.on_hold.opening import open_sound
from daylight.pages.on_hold.sound import NotSound, Sound

if TYPE_CHECKING:
    OnHoldModelForm = forms.ModelForm[OnHold]
    LineModelForm = forms.ModelForm[PhoneLine]
else:
    OnHoldModelForm = LineModelForm = forms.ModelForm

LARGEST_FILE = 20 * 1024 * 1024
SHORTEST, LONGEST = 1, 180
"""Seconds of a recording."""


class ChoicesForm(OnHoldModelForm):
    """How the message is made."""

    class Meta:
        model = OnHold
        fields: ClassVar = ["longest_seconds", "says_all_is_well", "takes_keys"]
        labels: ClassVar = {
            "longest_seconds": "Longest message, in seconds",
            "says_all_is_well": "Say so when everything works",
            "takes_keys": "Offer the key for updates by text",
        }
        help_texts: ClassVar = {
            "longest_seconds": "15 to 120. The worst incident comes first; what does not fit is counted.",
            "says_all_is_well": "Without it callers hear nothing from us while nothing is wrong.",
            "takes_keys": "Needs a provider of texts. Callers who press 1 are asked by a text first.",
        }


class OwnWordsForm(forms.Form):
    """Words of the crew for one incident."""

    language = forms.CharField(widget=forms.HiddenInput)
    incident = forms.CharField(widget=forms.HiddenInput)
    words = forms.CharField(
        label="In your own words",
        max_length=1200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Said instead of the update's words, until the facts change. Leave it empty to take them back.",
    )


class RecordingForm(forms.Form):
    """A recording of the crew; `sound` is what it holds, fit for a line."""

    language = forms.CharField(widget=forms.HiddenInput)
    file = forms.FileField(
        label="A recording",
        help_text="WAV or MP3, 1 to 180 seconds. It is played until the facts change; then it must be made anew.",
        widget=forms.ClearableFileInput(attrs={"accept": "audio/*"}),
    )
    sound: Sound

    def clean_file(self) -> Any:
        """A file that can be opened, is heard, and is neither too short nor too long."""
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError("This file is larger than 20 MB. A minute of WAV takes about 5 MB.")
        try:
            opened = open_sound(file.read())
        except NotSound as problem:
            raise forms.ValidationError(str(problem)) from None
        if not SHORTEST <= opened.seconds <= LONGEST:
            raise forms.ValidationError(
                f"It lasts {opened.seconds:.0f} seconds; {SHORTEST} to {LONGEST} are right for callers who wait."
            )
        if opened.is_silent:
            raise forms.ValidationError("Nothing can be heard in it. See whether the microphone was on.")
        self.sound = sound.for_line(opened)
        return file


class LineForm(LineModelForm):
    """A telephone system that plays the message."""

    auth_token = forms.CharField(
        label="Auth token of Twilio",
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="Proves that keys come from Twilio. Not needed when the account is connected under Channels.",
    )

    class Meta:
        model = PhoneLine
        fields: ClassVar = ["name", "kind", "country", "behind_after", "silent_after"]
        labels: ClassVar = {
            "kind": "Telephone system",
            "country": "Country of numbers without a country code",
            "behind_after": "Alarm when it plays an old message for, in minutes",
            "silent_after": "Alarm when nothing is heard of it for, in hours",
        }
        help_texts: ClassVar = {
            "name": "As your colleagues call it, such as “Support hotline”.",
            "country": "Two letters, such as DE. Only for systems that give national numbers.",
            "silent_after": "0 for a line that asks only when somebody calls.",
        }

    def __init__(self, *args: Any, page: Page, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._page = page
        self.fields["country"].required = False
        if self.instance.pk and self.instance.kind != PhoneLine.Kind.TWILIO:
            del self.fields["auth_token"]

    def secret(self) -> str:
        """What seals the keys of this line: Twilio's token as it was given, or one of our own making."""
        given, kept = str(self.cleaned_data.get("auth_token", "")), str(self.instance.secret or "")
        is_other = "kind" in self.changed_data
        if self.cleaned_data["kind"] == PhoneLine.Kind.TWILIO:
            return given or ("" if is_other else kept)
        return kept if kept and not is_other else secrets.token_urlsafe(24)

    def clean_country(self) -> str:
        """A country that telephone numbers are known of, or none."""
        country = str(self.cleaned_data["country"]).upper()
        if country and country not in phonenumbers.SUPPORTED_REGIONS:
            raise forms.ValidationError("Give the two letters of a country, such as DE or US.")
        return country

    def clean_name(self) -> str:
        """A name that no other line of the page has."""
        name = str(self.cleaned_data["name"]).strip()
        others = PhoneLine.objects.filter(page=self._page, name=name, retired_at__isnull=True)
        if others.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("There is a line of this name already.")
        return name
