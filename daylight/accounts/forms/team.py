"""Forms about the crew: inviting, roles, the invited person's own answers."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password

from daylight.accounts.forms.fields import ZoneField
from daylight.accounts.models import Member
from daylight.accounts.roles import Role


class RolesField(forms.TypedMultipleChoiceField):
    """Any number of roles, each with what it allows."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            coerce=Role,
            choices=[(role.value, f"{role.label}: {role.says}") for role in Role],
            widget=forms.CheckboxSelectMultiple,
            **kwargs,
        )


class InviteForm(forms.Form):
    """Whom to invite, and as what."""

    email = forms.EmailField(label="E-mail address", widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    name = forms.CharField(label="Name", max_length=120, required=False, help_text="They can change it.")
    roles = RolesField(label="Roles", error_messages={"required": "Choose at least one role."})

    def clean_email(self) -> str:
        """An address that is nobody's yet."""
        email = str(self.cleaned_data["email"]).lower()
        member = Member.objects.by_email(email)
        if member is not None:
            state = "is a member already" if member.is_active else "is a deactivated member; reactivate them"
            raise forms.ValidationError(f"{member.name} {state}.")
        return email


class RolesForm(forms.Form):
    """The roles of one member; none at all takes every right away."""

    roles = RolesField(label="Roles", required=False)


class AcceptForm(forms.Form):
    """What somebody who accepts an invitation says about themselves."""

    name = forms.CharField(label="Your name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        label="A password",
        help_text="Ten characters or more.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )
    time_zone = ZoneField(help_text="For example Europe/Berlin. Times are shown and read in it.")

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._email = email

    def clean_password(self) -> str:
        """A password that is not easy to guess."""
        password = str(self.cleaned_data["password"])
        validate_password(password, user=Member(name=self.cleaned_data.get("name", ""), email=self._email))
        return password
