"""Forms of a member about themselves."""

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.core.validators import RegexValidator, URLValidator, validate_email

from daylight.accounts.forms.fields import LANGUAGES, ZoneField
from daylight.accounts.models import Member, StaffContact

CHANNELS = (
    ("email", "E-mail"),
    ("telegram", "Telegram"),
    ("slack", "Slack"),
    ("teams", "Microsoft Teams"),
    ("mattermost", "Mattermost"),
    ("discord", "Discord"),
    ("webhook", "Webhook (a pager)"),
)
"""Ways to alarm a member: the names of channels that carry alarms."""

ADDRESSES = "An e-mail address, the number of a Telegram chat, or the https:// address of a room or a webhook."
MOST_CONTACTS = 10
NO_PAUSE: Any = 0
PAUSES = ((NO_PAUSE, "No pause"), (2, "2 minutes"), (5, "5 minutes"), (15, "15 minutes"))


A_CHAT = RegexValidator(r"^-?[1-9][0-9]{0,18}\Z")
A_WEB_ADDRESS = URLValidator(schemes=["https", "http"])


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs alone
    """How the crew sees me, and in which time I live."""

    time_zone = ZoneField(help_text="Times on every screen are shown and read in it.")
    language = forms.ChoiceField(
        choices=LANGUAGES, help_text="Alarms come in this language where we have it, else in English."
    )
    pause_minutes = forms.TypedChoiceField(
        choices=PAUSES,
        coerce=int,
        required=False,
        empty_value=NO_PAUSE,
        label="A pause before a first big statement",
        help_text="Offered before the first word on something grave. It can be skipped, and nothing is lost.",
    )

    class Meta:
        model = Member
        fields: ClassVar = ["name", "time_zone", "language", "pause_minutes"]
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
    address = forms.CharField(max_length=400, help_text=ADDRESSES)

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
            _check_address(channel, address)
        except forms.ValidationError as problem:
            self.add_error("address", problem)
        contacts = self._member.staff_contacts.all()
        if contacts.filter(channel=channel, address=address).exists():
            self.add_error("address", "This way is on your list already.")
        if contacts.count() >= MOST_CONTACTS:
            self.add_error(None, f"{MOST_CONTACTS} ways are enough; take one away first.")


def _check_address(channel: str, address: str) -> None:
    """Whether the address can belong to the channel; the test that follows tells whether it does."""
    rules: dict[str, tuple[Callable[[str], None], str]] = {
        "email": (validate_email, "an e-mail address"),
        "telegram": (A_CHAT, "the number of the chat, in digits"),
    }
    rule, wanted = rules.get(channel, (A_WEB_ADDRESS, "an address that starts with https://"))
    try:
        rule(address)
    except forms.ValidationError:
        raise forms.ValidationError(f"Write {wanted}.") from None
