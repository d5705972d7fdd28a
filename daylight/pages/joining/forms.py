"""What somebody fills in who wants to be told; the words around it stand in the templates."""

from dataclasses import dataclass
from typing import Any

from django import forms

from daylight.customers import importing, values
from daylight.pages.joining.where import Choice
from daylight.pages.models import Page
from daylight.reach.channels.base import Channel


@dataclass(frozen=True)
class Field:
    """What kind of field asks for an address, and what a browser may fill in."""

    kind: str = "url"
    fills: str = "url"


MAIL, PHONE, WEB = Field("email", "email"), Field("tel", "tel"), Field()
FIELDS = {"email": MAIL, "sms": PHONE}
"""By channel; all others are web addresses."""


class AddressForm(forms.Form):
    """An address of one channel, with what tells people from programs: a field they leave empty."""

    address = forms.CharField(max_length=400)
    website = forms.CharField(required=False)
    opened = forms.CharField(required=False)

    def __init__(self, data: Any = None, *, channel: Channel, initial: dict[str, str]) -> None:
        super().__init__(data, initial=initial)
        self.channel, self.asked = channel, FIELDS.get(channel.name, WEB)
        self.shown_opened = initial["opened"]

    @property
    def is_of_a_program(self) -> bool:
        """Whether something filled in what no person sees."""
        return bool(self.data.get("website"))

    def clean_address(self) -> str:
        """The address in the normal form of its channel."""
        try:
            return normal(self.channel, self.cleaned_data["address"])
        except ValueError as problem:
            raise forms.ValidationError(str(problem)) from None


class SubscribeForm(AddressForm):
    """An address, and what to be told about there."""

    about = forms.MultipleChoiceField(required=False)
    only = forms.CharField(required=False)
    language = forms.ChoiceField(choices=Page.Language.choices, required=False)

    def __init__(self, data: Any = None, *, channel: Channel, initial: dict[str, str], offered: list[Choice]) -> None:
        super().__init__(data, channel=channel, initial=initial)
        names = [one.name for each in offered for one in (each, *each.parts)]
        self.fields["about"].choices = [(name, name) for name in names]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> list[str]:
        """What was ticked."""
        return list(self.data.getlist("about")) if hasattr(self.data, "getlist") else []


def normal(channel: Channel, written: str, *, region: str = "") -> str:
    """The address in its channel's normal form, read as people write it. Raises ValueError."""
    field = FIELDS.get(channel.name, WEB)
    try:
        if field == MAIL:
            written = values.email(written)
        elif field == PHONE:
            written = values.phone(written, region=region or importing.home_region())
    except values.Refused as problem:
        raise ValueError(str(problem)) from None
    return channel.normalise(written)
