"""What members enter about a provider: its settings, where the test goes, and its share of the work."""

from collections.abc import Mapping
from typing import Any

from django import forms

from daylight.core import secrets
from daylight.core.secrets import Unreadable
from daylight.reach import connecting
from daylight.reach.channels.base import Channel, Kind
from daylight.reach.forms.addresses import ChannelAddressField

KEPT = "Kept sealed. Leave it empty to keep what is stored."


class SettingsForm:
    """The settings of a kind, with secrets that are kept when left empty and never shown.

    What was typed in a test that failed is kept sealed in the page itself (`kept`), so that nothing is typed twice.
    """

    def __init__(self, kind: Kind, data: Any = None, *, before: Mapping[str, Any] | None = None) -> None:
        self.kind = kind
        self._before = dict(before or {}) | _unsealed(kind, data)
        self.fields = kind.form(data, initial=connecting.without_secrets(kind, self._before))
        for name in connecting.secret_names(kind):
            if self._before.get(name):
                self.fields.fields[name].required = False
                self.fields.fields[name].help_text = KEPT

    def is_valid(self) -> bool:
        """Whether all is there: a secret that belonged to another host must be entered anew."""
        if not self.fields.is_valid():
            return False
        if not connecting.keeps_secrets(self.kind, self.fields.cleaned_data, self._before):
            for name in self._left_empty():
                if self.kind.form.base_fields[name].required:
                    self.fields.add_error(name, "Enter it again: what is stored belongs to other settings.")
        return not self.fields.errors

    @property
    def settings(self) -> dict[str, Any]:
        """The settings as entered, with the secrets that were kept."""
        entered = dict(self.fields.cleaned_data)
        if connecting.keeps_secrets(self.kind, entered, self._before):
            entered |= {name: self._before[name] for name in self._left_empty()}
        return entered

    @property
    def kept(self) -> str:
        """What was entered, sealed, to come back with the next try."""
        return secrets.seal({"kind": self.kind.name, "settings": self.settings})

    def _left_empty(self) -> list[str]:
        names = connecting.secret_names(self.kind)
        return [name for name in names if not self.fields.cleaned_data.get(name) and self._before.get(name)]


def _unsealed(kind: Kind, data: Any) -> dict[str, Any]:
    """What `SettingsForm.kept` sealed; nothing when it was made by another key or for another kind."""
    sealed = data.get("kept") if data else ""
    if not sealed:
        return {}
    try:
        kept = secrets.unseal(sealed)
    except (Unreadable, UnicodeEncodeError):
        return {}
    return dict(kept["settings"]) if kept.get("kind") == kind.name else {}


class SenderForm(forms.Form):
    """Whom customers see as the sender; the same for every provider of mail."""

    sender_name = forms.CharField(label="Sender's name", max_length=120, required=False)
    sender_email = forms.EmailField(
        label="Sender's address", help_text="What customers see as the sender. It must belong to this provider."
    )


class TestForm(forms.Form):
    """The provider's name in our lists, and where the test goes."""

    provider_name = forms.CharField(
        label="Name in your lists", max_length=100, required=False, help_text="Empty: the name of the kind."
    )

    def __init__(self, *args: Any, channel: Channel, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["test_address"] = ChannelAddressField(channel, label="Send the test to")


class PerDomainField(forms.CharField):
    """Limits as lines of a domain and a number of messages a second."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.Textarea(attrs={"rows": 3}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        """Limits as lines."""
        return "\n".join(f"{name} {limit}" for name, limit in value.items()) if isinstance(value, dict) else value

    def clean(self, value: str) -> Any:
        """Lines as limits."""
        limits: dict[str, int] = {}
        for line in super().clean(value).splitlines():
            if not line.strip():
                continue
            domain, _, limit = line.strip().lower().rpartition(" ")
            if "." not in domain or not limit.isascii() or not limit.isdigit() or not 0 < int(limit[:6]) <= 10_000:
                raise forms.ValidationError(f"Write a domain and a number, such as example.org 20: “{line[:60]}”.")
            limits[domain.strip()] = int(limit[:6])
        return limits


class ShareForm(forms.Form):
    """A provider's share of the work, and how fast it may be given."""

    weight = forms.IntegerField(
        min_value=0,
        max_value=100,
        initial=1,
        help_text="Its share beside the others: 2 gets twice as much as 1. With 0 it helps only while no other works.",
    )
    per_second = forms.IntegerField(
        label="At most a second",
        min_value=1,
        max_value=100_000,
        required=False,
        help_text="Messages that all workers together give it in a second. Empty: as fast as it takes them.",
    )
    connections = forms.IntegerField(
        label="Connections",
        min_value=1,
        max_value=200,
        required=False,
        help_text="How many one worker opens at a time. Empty: what suits this channel.",
    )
    per_domain = PerDomainField(
        label="At most a second to one domain",
        help_text="One line each, such as: gmail.com 50. For mailbox providers that want it slower.",
    )
