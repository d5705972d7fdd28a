"""What somebody fills in who wants to be told; the words around it stand in the templates."""

from typing import Any

from django import forms

from daylight.pages.joining.addressing import FIELDS, WEB, normal
from daylight.pages.joining.where import Choice
from daylight.pages.models import Page
from daylight.reach.channels.base import Channel


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
