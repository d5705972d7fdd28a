"""What the first owner is asked."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from daylight.accounts.email_address import EmailTaken, change_email
from daylight.accounts.forms.fields import ZoneField
from daylight.accounts.models import Member, Organisation


class WelcomeForm(forms.Form):
    """Name, address and password of the first owner; name and time zone of the organisation."""

    name = forms.CharField(label="Your name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(label="Your e-mail address", widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    password = forms.CharField(
        label="A password",
        help_text="Ten characters or more.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )
    organisation = forms.CharField(
        label="Name of your organisation", max_length=120, help_text="Customers read it at the top of what you write."
    )
    time_zone = ZoneField(help_text="For example Europe/Berlin. Times are shown and read in it.")

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._member = member

    def clean_password(self) -> str:
        """A password that is not easy to guess."""
        password = str(self.cleaned_data["password"])
        person = Member(name=self.cleaned_data.get("name", ""), email=self.cleaned_data.get("email", ""))
        validate_password(password, user=person)
        return password

    def clean_email(self) -> str:
        """An address that is nobody else's."""
        email = str(self.cleaned_data["email"]).lower()
        if Member.objects.filter(email=email).exclude(pk=self._member.pk).exists():
            raise forms.ValidationError("Another member has this address.")
        return email

    @transaction.atomic
    def save(self) -> None:
        """Write it down. Raises EmailTaken when somebody was faster."""
        said, member = self.cleaned_data, self._member
        organisation = Organisation.get()
        organisation.name, organisation.time_zone = said["organisation"], said["time_zone"]
        organisation.save(update_fields=["name", "time_zone"])
        member.name, member.time_zone = said["name"], said["time_zone"]
        member.set_password(said["password"])
        member.save(update_fields=["name", "time_zone", "password"])
        change_email(member, said["email"])


__all__ = ["EmailTaken", "WelcomeForm"]
