"""Addresses of a channel."""

from typing import Any

from django import forms

from daylight.customers.forms import CHANNELS as OTHERS
from daylight.reach.channels.base import Channel
from daylight.reach.channels.registry import CHANNELS
from daylight.reach.models import WebhookEndpoint


class ChannelAddressField(forms.CharField):
    """An address in its channel's normal form."""

    def __init__(self, channel: Channel, **kwargs: Any) -> None:
        super().__init__(max_length=400, **kwargs)
        self._channel = channel

    def clean(self, value: Any) -> Any:
        """The normal form, or the channel's own sentence on what is wrong."""
        written = super().clean(value)
        try:
            return self._channel.normalise(written) if written else written
        except ValueError as problem:
            raise forms.ValidationError(str(problem)) from None


class WebhookForm(forms.Form):
    """The web address of a customer's webhook."""

    address = ChannelAddressField(CHANNELS["webhook"], label="Web address", help_text="It begins with https://.")


class FormatForm(forms.Form):
    """In which form a webhook gets its messages."""

    format = forms.ChoiceField(choices=WebhookEndpoint.Format.choices, label="Form of the messages")


class AddressForm(forms.Form):
    """An address of a channel, to which a test goes."""

    def __init__(self, *args: Any, channel: Channel, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["address"] = ChannelAddressField(channel, label="Send the test to")


class ContactPointForm(forms.Form):
    """One more way to reach a customer, by a channel that only this room knows."""

    channel = forms.ChoiceField(choices=lambda: [(name, CHANNELS[name].label) for name in addressable()])
    address = forms.CharField(max_length=400)

    def clean(self) -> dict[str, Any]:
        """The address in its channel's normal form."""
        given = super().clean() or {}
        if "channel" in given and "address" in given:
            try:
                given["address"] = CHANNELS[given["channel"]].normalise(given["address"])
            except ValueError as problem:
                self.add_error("address", str(problem))
        return given


def addressable() -> list[str]:
    """Channels whose addresses are entered here: those of the customers' own form, and those with secrets, are not."""
    return [name for name, channel in CHANNELS.items() if name not in OTHERS and not channel.needs_secret]
