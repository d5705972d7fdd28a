"""What the set-up forms of several providers ask for."""

import re
from typing import Any
from urllib.parse import urlencode

from django import forms

SENDER = re.compile(r"\+?[1-9]\d{3,14}|MG[0-9a-fA-F]{32}|(?=.*[A-Za-z])[A-Za-z0-9 &._-]{1,11}")


class SenderField(forms.CharField):
    """Who a text comes from, as phones show it: a number, a short name, or what a provider calls a service."""

    def __init__(self, **options: Any) -> None:
        given: dict[str, Any] = {
            "label": "Sender",
            "max_length": 40,
            "help_text": "A number of yours with its country code, or a name of up to 11 letters. Replies need a"
            " number.",
        }
        super().__init__(**(given | options))

    def clean(self, value: Any) -> str:
        """A number without blanks, or a name as it is."""
        written = str(super().clean(value) or "")
        number = re.sub(r"[ ()/.-]", "", written)
        found = number if re.fullmatch(r"\+?\d+", number) else written
        if found and not SENDER.fullmatch(found):
            raise forms.ValidationError("Write a number with its country code, or a name of up to 11 letters.")
        return found


def secret(label: str, help_text: str, *, required: bool = True) -> forms.CharField:
    """A field that is kept sealed and never shown again."""
    return forms.CharField(
        label=label,
        max_length=400,
        required=required,
        help_text=f"{help_text} Kept sealed, and never shown again.",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


def other_address(help_text: str) -> forms.URLField:
    """Where the provider is asked, when it is not where everybody asks it."""
    return forms.URLField(
        label="Address of the service", required=False, assume_scheme="https", max_length=200, help_text=help_text
    )


def with_key(url: str, key: str) -> str:
    """The address for receipts, with the key of one delivery."""
    return f"{url}{'&' if '?' in url else '?'}{urlencode({'key': key})}"
