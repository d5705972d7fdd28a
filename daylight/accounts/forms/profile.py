"""Forms of a member about themselves."""

from typing import Any, ClassVar

from django import forms
from django.core.validators import URLValidator, validate_email

from daylight.accounts.forms.fields import LANGUAGES, ZoneField
from daylight.accounts.models import Member, StaffContact

CHANNELS = (("email", "E-mail"), ("webhook", "Webhook (a pager, a chat room)"))
"""Ways to alarm a member: the names of channels that carry alarms."""

MOST_CONTACTS = 10


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs alone
    """How the crew sees me, and in which time I live."""

    time_zone = ZoneField(help_text="Times on every screen are shown and read in it.")
    language = forms.ChoiceField(
        choices=LANGUAGES, help_text="Alarms come in this language where we have it, else in English."
    )

    class Meta:
        model = Member
        fields: ClassVar = ["name", "time_zone", "language"]
        help_texts: ClassVar = {"name": "Shown beside everything you do."}


class EmailForm(forms.Form):
    """Another address to sign in with."""

    email = forms.EmailField(label="New e-mail address", widget=forms.EmailInput(attrs={"autocomplete": "email"}))

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._member = member

    def clean_email(self) -> str:
        """An address that is nobody else's."""
        email = str(self.cleaned_data["email"]).lower()
        if Member.objects.filter(email=email).exclude(pk=self._member.pk).exists():
            raise forms.ValidationError("Another member has this address.")
        return email


class StaffContactForm(forms.Form):
    """One more way to alarm me."""

    channel = forms.ChoiceField(choices=CHANNELS)
    address = forms.CharField(max_length=400, help_text="An e-mail address, or an https:// address for a webhook.")

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._member = member

    def clean(self) -> dict[str, Any]:
        """An address that fits its channel, not there yet."""
        said = super().clean() or {}
        channel, address = said.get("channel"), said.get("address")
        if channel and address:
            self._check(str(channel), str(address))
        return said

    def save(self) -> StaffContact:
        """Put it at the end of the list."""
        last = self._member.staff_contacts.order_by("-position").first()
        return StaffContact.objects.create(
            member=self._member, position=last.position + 1 if last else 0, **self.cleaned_data
        )

    def _check(self, channel: str, address: str) -> None:
        try:
            validate_email(address) if channel == "email" else URLValidator(schemes=["https", "http"])(address)
        except forms.ValidationError:
            wanted = "an e-mail address" if channel == "email" else "an address that starts with https://"
            self.add_error("address", f"Write {wanted}.")
        contacts = self._member.staff_contacts.all()
        if contacts.filter(channel=channel, address=address).exists():
            self.add_error("address", "This way is on your list already.")
        if contacts.count() >= MOST_CONTACTS:
            self.add_error(None, f"{MOST_CONTACTS} ways are enough; take one away first.")
